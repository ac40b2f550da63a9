// How a Python program sees what a YAML file says, and what it writes for it: openstack-image-manager reads with PyYAML
// (YAML 1.1, where `no` is false and 22.10 is 22.1) and sends str() of every property.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/yaml.hpp"

namespace retouch::core::image_manager {

enum class PythonKind {
  none,       // null, ~ or nothing
  boolean,    // text: "True" or "False"
  integer,    // text: its decimal digits
  date,       // text: "2026-11-22"
  timestamp,  // a date with a time; str() depends on how it is written
  number,     // any other number: str() is seldom what stands there
  text,
  collection,
};

struct PythonValue {
  PythonKind kind = PythonKind::none;
  std::string text{};  // str() of it, where that is certain; else its source text
};

PythonValue python_value(const yaml::Value& value);

// Older before newer, as natsort orders versions: numbers in them by value, so that 9 comes before 10.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace retouch::core::image_manager
