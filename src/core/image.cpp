#include "retouch/core/image.hpp"

namespace retouch::core {

const Value* Image::find(std::string_view name) const {
  const auto found = attributes.find(name);
  return found == attributes.end() ? nullptr : &found->second;
}

Value Image::get(std::string_view name) const {
  const auto* value = find(name);
  return value ? *value : Value{Absent{}};
}

std::string Image::text(std::string_view name) const {
  const auto* value = find(name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string{};
}

}  // namespace retouch::core
