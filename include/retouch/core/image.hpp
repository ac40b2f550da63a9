// A live image, normalized: what a provider's wire made of the cloud's JSON.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "retouch/core/value.hpp"

namespace retouch::core {

struct Image {
  std::string id;
  // Every attribute by the API's own name, also name, owner, status, created_at, visibility, tags. Absent ones are not
  // in it.
  std::map<std::string, Value, std::less<>> attributes;
  bool own = true;  // belongs to the account that we are authenticated for

  const Value* find(std::string_view name) const;
  Value get(std::string_view name) const;         // Absent when it is not there
  std::string text(std::string_view name) const;  // "" when absent or not a text
  bool operator==(const Image&) const = default;
};

}  // namespace retouch::core
