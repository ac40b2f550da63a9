// What the types of attributes are called in messages: shared by attribute_values.cpp and the manifests.
#pragma once

#include <string_view>

#include "retouch/core/attributes.hpp"

namespace retouch::core {

inline std::string_view expected(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "a text";
    case ValueType::integer:
      return "an integer";
    case ValueType::boolean:
      return "true or false";
    case ValueType::list:
      return "a list of texts";
    case ValueType::map:
      return "a mapping";
  }
  return "?";
}

}  // namespace retouch::core
