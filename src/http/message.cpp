#include "retouch/http/message.hpp"

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::http {

std::string_view to_string(RequestClass value) {
  switch (value) {
    case RequestClass::auth:
      return "auth";
    case RequestClass::read:
      return "read";
    case RequestClass::write:
      return "write";
  }
  return "?";
}

void Headers::set(std::string_view name, std::string value) {
  auto same = [&](const auto& item) { return iequals(item.first, name); };
  auto first = std::ranges::find_if(items_, same);
  if (first == items_.end()) {
    items_.emplace_back(name, std::move(value));
    return;
  }
  first->second = std::move(value);
  items_.erase(std::remove_if(first + 1, items_.end(), same), items_.end());
}

void Headers::add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }

void Headers::remove(std::string_view name) {
  std::erase_if(items_, [&](const auto& item) { return iequals(item.first, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  auto found = std::ranges::find_if(items_, [&](const auto& item) { return iequals(item.first, name); });
  if (found == items_.end()) return std::nullopt;
  return found->second;
}

}  // namespace retouch::http
