// How an explanation looks: one entry over its clouds, field by field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/cli/render.hpp"
#include "retouch/core/explain.hpp"

namespace retouch::cli {

struct ExplainedCloud {
  std::string cloud, provider;
  core::Explanation explanation{};  // without images where `error` says that nothing is known of them
  std::optional<std::string> error{};
  bool remembers = true;  // false: `state: none`
};

std::string explanation_as_text(const std::string& entry, const std::vector<ExplainedCloud>& clouds,
                                const Style& style);
Json explanation_as_json(const std::string& entry, const std::vector<ExplainedCloud>& clouds);

}  // namespace retouch::cli
