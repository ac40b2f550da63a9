// Parses a configuration text and looks at the complaints.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "retouch/config/settings.hpp"

namespace retouch::config {

struct Parsed {
  Diagnostics diagnostics;
  Settings settings;
  explicit Parsed(const std::string& text) : settings(parse_settings(text, "/etc/retouch/retouch.yaml", diagnostics)) {}
  std::string complaints() const {
    std::string all;
    for (const auto& item : diagnostics.sorted()) all += to_string(item) + "\n";
    return all;
  }
  bool complains(const std::string& part) const { return complaints().find(part) != std::string::npos; }
};

}  // namespace retouch::config
