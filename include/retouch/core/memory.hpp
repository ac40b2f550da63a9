// What retouch remembers of an account: what it applied last to each field of each image, and what must not be sent
// again. Keyed by image id and field, never by entry, so that moving a key between entries or files is no removal, and
// a new image id inherits nothing (design.md section 3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/base/place.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/value.hpp"

namespace retouch::core {

// What manifests ask of one field, as it is compared from one run to the next.
struct Wish {
  Value value;                            // Absent = it must not be there. Lists and maps: the items to ensure
  std::vector<std::string> absent_items;  // of a list or map: those that must go
  bool exact = false;                     // of a list or map: whatever else is in it goes
  bool operator==(const Wish&) const = default;
};

struct Remembered {
  Wish wish;  // was in force at `at`: we made it so, or found it so
  // The part of it that we wrote ourselves: the value, or the items of a list or map that were not there before.
  // Absent = nothing; `on_removal: remove` takes away no more than this.
  Value ours;
  std::string entry;
  Place place;           // of the line that wished it
  std::string revision;  // of its source
  std::string run;
  Wall at{};
  // The cloud accepted the wish and kept this instead; it is not sent again while both are as they were.
  std::optional<Value> kept_instead{};
  std::vector<Wall> corrections{};  // when we undid a change of somebody else, oldest first; the last few
  bool operator==(const Remembered&) const = default;
};

// Stops one wish on one field of one image. Void as soon as the manifests wish something else, or `until` has passed.
struct Hold {
  enum class Why { rollback, contention };
  Why why = Why::rollback;
  Wish wish;
  Value live;  // contention: what the other side keeps writing
  Wall since{};
  std::optional<Wall> until{};
  std::string run;  // that made it
  bool operator==(const Hold&) const = default;
};
std::string_view to_string(Hold::Why why);

struct Suspension {
  Wall since{};
  std::optional<Wall> until{};
  std::string by;      // user@host
  std::string reason;  // may be empty
  bool in_force(Wall now) const { return !until || now < *until; }
  bool operator==(const Suspension&) const = default;
};

// The field name under which it is remembered that `manage.properties: exact` was in force on an image.
inline constexpr std::string_view exact_in_force = "*";

struct ImageMemory {
  std::map<std::string, Remembered, std::less<>> fields;
  std::map<std::string, Hold, std::less<>> holds;
};

// Of one account, as one of its clouds sees it.
struct Memory {
  std::map<std::string, ImageMemory, std::less<>> images;  // by id
  std::set<std::string> changed_lately;                    // ids of images that we changed in the last 24 hours
  std::map<std::string, std::int64_t> most_entries;        // by source: the most that were accepted in the last 7 days
  std::map<std::string, std::int64_t> selected;            // by entry with `match: all`: images when last accepted
  std::map<std::string, Suspension> suspended_entries;     // by name
  std::optional<Suspension> suspended_cloud;

  const Remembered* find(std::string_view image, std::string_view field) const;
  const Hold* hold(std::string_view image, std::string_view field) const;
  bool knows(std::string_view image) const { return images.contains(image); }
};

// What became of `ours` when `wish` is in force after `before` was turned into `after` (equal when nothing was sent).
Value ours_after(const Value& before, const Value& after, const Wish& wish, const Value& ours_until_now);

// One line of text, equal exactly when the wishes are; what the store keeps.
std::string to_text(const Wish& wish);
std::optional<Wish> wish_from_text(std::string_view text);
// Compact JSON that keeps what JSON alone would lose: integers of maps, sets, absence.
std::string to_stored(const Value& value);
std::optional<Value> value_from_stored(std::string_view text);

}  // namespace retouch::core
