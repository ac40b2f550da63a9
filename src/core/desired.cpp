#include "retouch/core/desired.hpp"

#include <algorithm>

namespace retouch::core {

namespace {

// A scalar live value as a manifest would write it; nullopt of lists and maps.
std::optional<std::string> text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return std::nullopt;
}

std::string text_of(const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return to_json(value).dump();
}

// An item of a list; a key of a map, or "key=value".
bool has_item(const Value& value, const std::string& wanted) {
  if (const auto* list = std::get_if<List>(&value)) return std::ranges::find(*list, wanted) != list->end();
  const auto* map = std::get_if<Map>(&value);
  if (map == nullptr) return false;
  if (map->contains(wanted)) return true;
  const auto equals = wanted.find('=');
  if (equals == std::string::npos) return false;
  const auto it = map->find(wanted.substr(0, equals));
  return it != map->end() && text_of(it->second) == wanted.substr(equals + 1);
}

bool holds(const Criterion& criterion, const Image& image) {
  const Value* live = image.find(criterion.attribute);
  if (live == nullptr || is_absent(*live)) return criterion.or_absent;
  if (const auto text = text_of(*live)) return std::ranges::find(criterion.any_of, *text) != criterion.any_of.end();
  return std::ranges::any_of(criterion.any_of, [&](const std::string& item) { return has_item(*live, item); });
}

bool has_tag(const Image& image, const std::string& wanted) {
  const Value* tags = image.find("tags");
  return tags != nullptr && has_item(*tags, wanted);
}

std::string any_of_text(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "\"" : " or \"") + value + "\"";
  return out;
}

}  // namespace

bool Selector::matches(const Image& image) const {
  if (!ids.empty() && std::ranges::find(ids, image.id) == ids.end()) return false;
  if (!owners.empty()) {
    if (std::ranges::find(owners, image.text("owner")) == owners.end()) return false;
  } else if (!any_owner && !image.own) {
    return false;
  }
  return std::ranges::all_of(criteria, [&](const Criterion& c) { return holds(c, image); }) &&
         std::ranges::all_of(tags, [&](const std::string& tag) { return has_tag(image, tag); });
}

std::string Selector::describe() const {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (!ids.empty()) add("id " + any_of_text(ids));
  for (const Criterion& criterion : criteria) {
    std::string wanted = any_of_text(criterion.any_of);
    if (criterion.or_absent) wanted += wanted.empty() ? "absent" : " or is absent";
    add(criterion.attribute + " " + wanted);
  }
  for (const std::string& tag : tags) add("tag \"" + tag + "\"");
  if (!owners.empty()) add("owner " + any_of_text(owners));
  return out.empty() ? "any property" : out;
}

}  // namespace retouch::core
