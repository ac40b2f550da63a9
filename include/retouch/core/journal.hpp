// The journal: which run changed what, from which value to which, on whose word. Values only; where it is kept is
// state/store.hpp's business.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/core/memory.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::core {

// What one run came to on one cloud.
struct PassRecord {
  std::string cloud;
  std::string account;  // key: endpoint origin + project
  std::string outcome;  // "changes", "unchanged", "refused", "failed"
  std::string error{};  // described
  bool operator==(const PassRecord&) const = default;
};

struct RunRecord {
  std::string id;    // sorts by time: "20261122T051233Z-4f2a"
  std::string verb;  // "apply", "run", "rollback"
  std::string by;    // user@host
  Wall began{};
  std::optional<Wall> ended{};  // nullopt: it goes on, or was killed
  int exit_code = 0;
  std::string fingerprint{};  // of the plan
  std::string undoes{};       // rollback: the run, or "revision SHA"
  // Guards that somebody accepted with --force; what they were accepted for counts against them no more.
  std::vector<std::string> accepted{};
  std::vector<SourceRevision> sources{};
  std::vector<PassRecord> passes{};
  // Counted by the store when it reads: fields by status.
  std::int64_t applied = 0, failed = 0, open = 0;
  bool operator==(const RunRecord&) const = default;
};

enum class ChangeStatus {
  intended,   // committed before its request left; without a later status the process ended first
  applied,    // the cloud accepted it
  failed,     // the cloud refused it; `error`
  uncertain,  // the answer was lost and nobody could look: it may have been applied
  skipped,    // never sent: the pass ended first
  not_kept,   // accepted, but the closing listing showed another value
  found,      // intended by a process that died; a later run found it applied
  not_found,  // intended by a process that died; a later run found the value of before
};
std::string_view to_string(ChangeStatus status);
std::optional<ChangeStatus> change_status(std::string_view name);

// One field of one image in one run.
struct ChangeRecord {
  std::int64_t id = 0;  // given by the store
  std::string run;
  std::string cloud;
  std::string account;
  std::string entry;
  std::string image_id;
  std::string image_name;
  std::string revision;  // of the entry's source
  FieldChange change;    // name, op, before, after, cause, place, wish
  ChangeStatus status = ChangeStatus::intended;
  Wall intended_at{};
  std::optional<Wall> settled_at{};
  std::string request_id{};
  std::string error{};
  bool operator==(const ChangeRecord&) const = default;
};

// What became of one intent.
struct Settled {
  std::int64_t change = 0;  // ChangeRecord::id
  ChangeStatus status = ChangeStatus::applied;
  Wall at{};
  std::string request_id{};
  std::string error{};
};

struct FieldKey {
  std::string image_id;
  std::string field;
  auto operator<=>(const FieldKey&) const = default;
};
struct FieldKeyHash {
  std::size_t operator()(const FieldKey& key) const {
    const std::hash<std::string_view> hash;
    return hash(key.image_id) * 31 + hash(key.field);
  }
};

// What a pass adds to the memory of one account; committed as a whole.
struct MemoryUpdate {
  std::vector<Settled> settled;
  std::vector<std::pair<FieldKey, Remembered>> remember;
  std::vector<FieldKey> forget;
  std::vector<std::pair<FieldKey, Hold>> hold;
  std::vector<FieldKey> release;
  std::vector<std::pair<std::string, std::int64_t>> entries;   // accepted: by source, how many
  std::vector<std::pair<std::string, std::int64_t>> selected;  // accepted: by entry with `match: all`
  bool entries_reset = false;  // `--force shrink_percent`: what was more before counts no longer
  std::size_t rows() const;
};

// A guard that refused the last plan of a cloud; kept until a plan of that cloud is not refused.
struct GuardRefusal {
  std::string cloud;
  GuardVerdict verdict;
  std::string fingerprint;
  Wall at{};
  bool operator==(const GuardRefusal&) const = default;
};

// Those of this plan, whose fingerprint it is.
std::vector<GuardRefusal> refusals_in(const CloudPlan& plan, const std::string& fingerprint, Wall at);

}  // namespace retouch::core
