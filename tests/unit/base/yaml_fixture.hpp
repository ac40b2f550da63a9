// Loading YAML in a test.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/yaml.hpp"

namespace retouch::yaml::yaml_test {

struct Loaded {
  std::vector<Value> documents;
  Diagnostics diagnostics;

  std::string errors() const {
    std::string out;
    for (const auto& each : diagnostics.items()) out += to_string(each) + "\n";
    return out;
  }
  const Value& only() const {
    EXPECT_EQ(documents.size(), 1u) << errors();
    return documents.at(0);
  }
};

inline Loaded load_text(std::string_view text, const Limits& limits = {}) {
  Loaded out;
  out.documents = load(text, "f.yaml", out.diagnostics, limits);
  return out;
}

// The text loads without a complaint.
inline Value load_good(std::string_view text, const Limits& limits = {}) {
  const auto loaded = load_text(text, limits);
  EXPECT_TRUE(loaded.diagnostics.empty()) << loaded.errors();
  return loaded.documents.empty() ? Value{} : loaded.documents.front();
}

inline Place at(int line, int column) { return {"f.yaml", line, column}; }

}  // namespace retouch::yaml::yaml_test
