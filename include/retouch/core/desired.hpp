// What one entry wants of the images it selects on one cloud: merged, aliases resolved, checked against the cloud's
// table.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/base/place.hpp"
#include "retouch/core/image.hpp"

namespace retouch::core {

// scalar = equal, list = any of, null = absent.
struct Criterion {
  std::string attribute;              // the API's own name; not id, owner or tags
  std::vector<std::string> any_of{};  // compared with the live value's text
  bool or_absent = false;             // null stood in it
  Place place{};
  bool operator==(const Criterion&) const = default;
};

struct Selector {
  std::vector<std::string> ids{};     // empty = any
  std::vector<Criterion> criteria{};  // all must hold
  std::vector<std::string> tags{};    // contains all; of a map: "key" or "key=value"
  bool any_owner = false;             // default: own images only
  std::vector<std::string> owners{};  // explicit owner ids; empty = by any_owner
  Place place{};

  bool matches(const Image& image) const;
  // Human readable: name "X", id 3f0c…
  std::string describe() const;
  bool operator==(const Selector&) const = default;
};

enum class Match { one, newest, all };
enum class Manage { listed, exact };
enum class FieldMode { enforce, warn, ignore };

struct DesiredField {
  std::string name;                         // the API's own
  Value value;                              // Absent = must not be there. Lists and maps: the items to ensure
  std::vector<std::string> absent_items{};  // of a list or map under `listed`: items or keys that must go
  FieldMode mode = FieldMode::enforce;
  Place place{};
  // Rollback: the change may be sent only while the live value is this one.
  std::optional<Value> only_while{};
  bool operator==(const DesiredField&) const = default;
};

struct ManageRules {
  Manage properties = Manage::listed;
  Manage tags = Manage::listed;
  Manage acl = Manage::listed;
  bool remove_on_removal = false;     // on_removal: remove (needs memory)
  std::vector<std::string> ignore{};  // globs of names never touched nor reported
  bool operator==(const ManageRules&) const = default;
};

struct DesiredEntry {
  std::string name;
  std::map<std::string, std::string> labels{};
  std::string source{};  // name of the source it came from
  Selector select{};
  Match match = Match::one;
  std::optional<std::int64_t> max{};  // `match: all` with `exact` needs it
  bool optional = false;
  int priority = 0;
  bool suspended = false;          // suspend: true, or an end that has not passed
  std::set<std::string> accept{};  // "exposure"
  ManageRules manage{};
  std::vector<DesiredField> fields{};  // sorted by name, unique
  Place place{};
  bool operator==(const DesiredEntry&) const = default;
};

}  // namespace retouch::core
