#include "retouch/core/diff.hpp"

#include <algorithm>
#include <array>

namespace retouch::core {

namespace {

List merged(const List& live, const List& wanted, const std::vector<std::string>& absent) {
  List result = live;
  result.insert(result.end(), wanted.begin(), wanted.end());
  std::erase_if(result, [&](const std::string& item) { return std::ranges::find(absent, item) != absent.end(); });
  return make_list(std::move(result));
}

Map merged(Map live, const Map& wanted, const std::vector<std::string>& absent) {
  for (const auto& [key, value] : wanted) live.insert_or_assign(key, value);
  for (const std::string& key : absent) live.erase(key);
  return live;
}

// From the narrowest audience to the widest.
int audience(const Value& visibility) {
  static constexpr std::array<std::string_view, 4> order = {"private", "shared", "community", "public"};
  const auto* text = std::get_if<std::string>(&visibility);
  if (text == nullptr) return 0;
  const auto it = std::ranges::find(order, *text);
  return it == order.end() ? 0 : static_cast<int>(it - order.begin());
}

bool was_true(const Value& value) {
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}

bool grows(const Value& before, const Value& after) {
  const auto* now = std::get_if<List>(&after);
  if (now == nullptr) return false;
  const auto* then = std::get_if<List>(&before);
  return std::ranges::any_of(
      *now, [&](const std::string& item) { return then == nullptr || std::ranges::find(*then, item) == then->end(); });
}

bool exposes(Attribute::Exposure kind, const FieldChange& change) {
  using enum Attribute::Exposure;
  switch (kind) {
    case none:
      return false;
    // `shared` alone shows an image to nobody: members are added one by one.
    case visibility:
      return audience(change.after) > audience(change.before) && audience(change.after) >= 2;
    case acl:
      return grows(change.before, change.after);
    case protection:
    case hidden:
      return was_true(change.before) && !was_true(change.after);
  }
  return false;
}

List rebased(const List& before, const List& after, const List& live) {
  std::vector<std::string> added, gone;
  std::ranges::set_difference(after, before, std::back_inserter(added));
  std::ranges::set_difference(before, after, std::back_inserter(gone));
  return merged(live, added, gone);
}

Map rebased(const Map& before, const Map& after, const Map& live) {
  Map added;
  std::vector<std::string> gone;
  for (const auto& [key, value] : after) {
    const auto there = before.find(key);
    if (there == before.end() || there->second != value) added.emplace(key, value);
  }
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) gone.push_back(key);
  }
  return merged(live, added, gone);
}

template <class Collection>
Collection held(const Value& value) {
  const auto* collection = std::get_if<Collection>(&value);
  return collection == nullptr ? Collection{} : *collection;
}

template <class Collection>
bool is_or_was(const FieldChange& change) {
  return std::holds_alternative<Collection>(change.before) || std::holds_alternative<Collection>(change.after);
}

Op op_of(const Value& before, const Value& after) {
  return is_absent(after) ? Op::remove : is_absent(before) ? Op::add : Op::replace;
}

}  // namespace

Value target_value(const DesiredField& field, Manage manage, const Value& live) {
  if (manage == Manage::exact || is_absent(field.value)) return field.value;
  if (const auto* wanted = std::get_if<List>(&field.value)) {
    const auto* there = std::get_if<List>(&live);
    return merged(there == nullptr ? List{} : *there, *wanted, field.absent_items);
  }
  if (const auto* wanted = std::get_if<Map>(&field.value)) {
    const auto* there = std::get_if<Map>(&live);
    return merged(there == nullptr ? Map{} : *there, *wanted, field.absent_items);
  }
  return field.value;
}

std::optional<FieldChange> diff_field(const Attribute& attribute, const Value& live, const Value& target) {
  const Value after = normalized(attribute, target);
  if (same(attribute, normalized(attribute, live), after)) return std::nullopt;
  FieldChange change{.name = attribute.name, .before = live, .after = after};
  change.op = op_of(live, after);
  return change;
}

FieldChange rebased(const Attribute& attribute, FieldChange change, const Value& live) {
  if (is_or_was<List>(change)) {
    change.after = rebased(held<List>(change.before), held<List>(change.after), held<List>(live));
  } else if (is_or_was<Map>(change)) {
    change.after = rebased(held<Map>(change.before), held<Map>(change.after), held<Map>(live));
  }
  change.after = normalized(attribute, std::move(change.after));
  change.before = live;
  change.op = op_of(change.before, change.after);
  return change;
}

std::string exposure_of(const Attribute& attribute, const FieldChange& change) {
  if (!exposes(attribute.exposure, change)) return {};
  return change.name + " " + to_text(change.before) + " -> " + to_text(change.after);
}

}  // namespace retouch::core
