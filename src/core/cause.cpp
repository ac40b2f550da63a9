#include "cause.hpp"

#include <algorithm>

namespace retouch::core {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

template <class Collection>
Collection held(const Value& value) {
  const auto* collection = std::get_if<Collection>(&value);
  return collection == nullptr ? Collection{} : *collection;
}

Cause of(bool live_moved, bool wish_moved) {
  if (live_moved) return wish_moved ? Cause::both : Cause::drift;
  return Cause::pending;
}

// What moved, gathered over the items of a list or map.
struct Moves {
  bool live = false;
  bool wish = false;
  void add(bool live_moved, bool wish_moved) {
    live = live || live_moved;
    wish = wish || wish_moved;
  }
};

// It said that an item which it does not ensure must not be there: somebody has put it in since.
bool excluded(const Wish& then, std::string_view item) {
  return contains(then.absent_items, item) || then.exact || is_absent(then.value);
}

Moves moves_of(const List& live, const List& after, const Wish& then) {
  const List ensured = held<List>(then.value);
  Moves moves;
  for (const std::string& item : after) {
    if (contains(live, item)) continue;
    const bool was_wished = contains(ensured, item);
    moves.add(was_wished, !was_wished);
  }
  for (const std::string& item : live) {
    if (contains(after, item)) continue;
    const bool came_since = !contains(ensured, item) && excluded(then, item);
    moves.add(came_since, !came_since);
  }
  return moves;
}

// One key that the change sets or takes away; null = it is not there, or must not be.
void add_move(Moves& moves, const Scalar* live, const Scalar* after, const Scalar* ensured, bool was_excluded) {
  const auto equal = [](const Scalar* a, const Scalar* b) { return a != nullptr && b != nullptr && *a == *b; };
  if (ensured != nullptr) {
    moves.add(!equal(live, ensured), !equal(after, ensured));
  } else if (was_excluded) {
    moves.add(live != nullptr, after != nullptr);
  } else {
    moves.add(false, true);  // it said nothing about this key, so only the manifests can have moved
  }
}

Moves moves_of(const Map& live, const Map& after, const Wish& then) {
  const Map ensured = held<Map>(then.value);
  const auto at = [](const Map& map, const std::string& key) {
    const auto it = map.find(key);
    return it == map.end() ? nullptr : &it->second;
  };
  Moves moves;
  for (const auto& [key, value] : after) {
    const Scalar* there = at(live, key);
    if (there != nullptr && *there == value) continue;
    add_move(moves, there, &value, at(ensured, key), excluded(then, key));
  }
  for (const auto& [key, value] : live) {
    if (!after.contains(key)) add_move(moves, &value, nullptr, at(ensured, key), excluded(then, key));
  }
  return moves;
}

}  // namespace

Wish wish_of(const Attribute& attribute, const DesiredField& field, Manage manage) {
  if (const auto* list = std::get_if<List>(&field.value)) {
    Wish wish{.value = make_list(*list), .exact = manage == Manage::exact};
    if (!wish.exact) wish.absent_items = make_list(field.absent_items);
    return wish;
  }
  if (std::holds_alternative<Map>(field.value)) {
    Wish wish{.value = field.value, .exact = manage == Manage::exact};
    if (!wish.exact) wish.absent_items = make_list(field.absent_items);
    return wish;
  }
  return {.value = normalized(attribute, field.value)};
}

Cause cause_of(const Attribute& attribute, const Remembered* record, const Wish& wish, const Value& live,
               const Value& after) {
  if (record == nullptr) return Cause::unknown;
  // What the cloud made of the wish is not somebody's doing.
  if (record->kept_instead && same(attribute, live, *record->kept_instead)) return Cause::pending;
  const bool list = attribute.type == ValueType::list;
  if (list || attribute.type == ValueType::map) {
    const Moves moves = list ? moves_of(held<List>(live), held<List>(after), record->wish)
                             : moves_of(held<Map>(live), held<Map>(after), record->wish);
    return of(moves.live, moves.wish);
  }
  return of(!same(attribute, live, record->wish.value), !same(attribute, wish.value, record->wish.value));
}

Cause cause_of_unlisted(const Attribute& attribute, const Remembered* record, bool exact_remembered,
                        const Value& live) {
  // It was listed until now, or it was removed before and is back.
  if (record != nullptr) return cause_of(attribute, record, Wish{}, live, Absent{});
  return exact_remembered ? Cause::drift : Cause::unknown;
}

}  // namespace retouch::core
