// A plan is a value: comparable, printable, serializable. Apply takes nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/base/place.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/memory.hpp"
#include "retouch/core/value.hpp"

namespace retouch::core {

enum class Op { add, replace, remove };
// Who moved since we applied last; unknown = never applied by us, or no memory.
enum class Cause { drift, pending, both, unknown };
enum class Action {
  apply,    // will be sent
  warn,     // differs, reported only (manage.fields: warn)
  refused,  // cannot or may not be sent; `reason` says why
  held,     // stopped by a rollback, contention or an unaccepted exposure
};
std::string_view to_string(Op op);
std::string_view to_string(Cause cause);
std::string_view to_string(Action action);

struct FieldChange {
  std::string name;
  Op op = Op::replace;
  Value before;  // whole values, also of lists and maps
  Value after;
  Cause cause = Cause::unknown;
  Action action = Action::apply;
  Place place{};         // the line that wants it
  std::string reason{};  // of warn, refused, held
  // What the manifests ask; nullopt = nothing any more (`exact`, `on_removal`). Not in documents.
  std::optional<Wish> wish{};
  bool operator==(const FieldChange&) const = default;
};

// What one entry changes on one image. Several entries may stand for one image; they are sent as one.
struct ImageChange {
  std::string entry;
  std::string image_id;
  std::string image_name;  // live
  std::string owner;
  std::string status;
  Place place{};                      // of the entry
  std::vector<FieldChange> fields{};  // by name
  bool adoption = false;              // there is a memory, and this image is new to it
  bool operator==(const ImageChange&) const = default;
};

struct Unresolved {
  std::string entry;
  std::string reason;
  Place place{};
  bool operator==(const Unresolved&) const = default;
};

struct Refusal {
  std::string entry;
  std::string image_id;
  std::string field;  // empty = the whole image
  std::string reason;
  Place place{};
  bool operator==(const Refusal&) const = default;
};

struct GuardVerdict {
  std::string guard;  // "changed_percent"
  double limit = 0;
  double value = 0;
  bool refused = false;
  std::string detail{};  // cause and the flag that accepts it
  bool operator==(const GuardVerdict&) const = default;
};

enum class Outcome {
  changes,    // something would be sent
  unchanged,  // nothing to do
  refused,    // a guard refused
  failed,     // no plan could be made: `error`
};

// What planning saw and an apply should remember, although nothing has to be sent for it.
struct Notes {
  struct InForce {
    std::string image_id;
    std::string field;
    Wish wish;
    std::string entry;
    Place place{};
    bool operator==(const InForce&) const = default;
  };
  struct Field {
    std::string image_id;
    std::string field;
    bool operator==(const Field&) const = default;
  };
  struct Contended {
    std::string image_id;
    std::string field;
    Wish wish;
    Value live;
    bool operator==(const Contended&) const = default;
  };
  std::vector<InForce> in_force{};                  // live is as wished, and was not remembered so
  std::vector<Field> released{};                    // remembered, and no entry asks for it any more
  std::vector<Field> void_holds{};                  // the manifests wish something else now, or their time is over
  std::vector<Contended> contended{};               // to be held from now on
  std::vector<std::string> forgotten{};             // entries that are remembered and are in the manifests no more
  std::map<std::string, std::int64_t> entries{};    // by source, whatever the command line was narrowed to
  std::map<std::string, std::int64_t> selected{};   // by entry with `match: all`
  std::map<std::string, std::int64_t> selecting{};  // of those: entries that would send something, with their images
  // What changed_percent measures by, whatever the command line was narrowed to: images that entries manage (suspended
  // ones apart), and those of them that were changed in the last 24 hours. Of a rollback, what is remembered.
  std::int64_t managed = 0;
  std::set<std::string> changed_lately{};
  bool operator==(const Notes&) const = default;
};

std::string_view to_string(Outcome outcome);

struct CloudPlan {
  std::string cloud;
  std::string provider;
  Outcome outcome = Outcome::unchanged;
  std::string error{};  // of Outcome::failed, described
  int exit_code = 0;    // what this cloud alone would end with
  std::int64_t images_seen = 0;
  std::int64_t images_matched = 0;
  std::int64_t images_left_out = 0;  // that would have been matched, but for --where; not in documents
  std::int64_t entries = 0;
  std::vector<ImageChange> changes{};  // by image id, then entry
  std::vector<Unresolved> unresolved{};
  std::vector<Refusal> refused{};
  std::vector<GuardVerdict> guards{};
  std::vector<std::string> held{};
  std::vector<std::string> suspended{};  // entries; those that the memory suspends with " (since …)"
  std::vector<std::string> warnings{};
  std::int64_t reads = 0;  // requests that applying needs
  std::int64_t writes = 0;
  double estimated_seconds = 0;
  Notes notes{};  // not in documents
  bool operator==(const CloudPlan&) const = default;
};

struct SourceRevision {
  std::string name;
  std::string revision;
  bool operator==(const SourceRevision&) const = default;
};

struct Plan {
  Wall created_at{};
  std::vector<SourceRevision> sources{};
  std::vector<CloudPlan> clouds{};  // by name
  bool remembers = true;            // false: `state: none`, so causes are unknown and some guards are blind
  bool operator==(const Plan&) const = default;
};

// "sha256:…" over desired values (and whether they would be sent), live values of the planned fields, id, owner and
// status of each change; not over revision, places, times or estimates, so that the plan of a merge request still holds
// after the merge.
std::string fingerprint(const Plan& plan);

}  // namespace retouch::core
