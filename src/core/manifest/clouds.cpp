#include <fmt/format.h>

#include <algorithm>

#include "resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core::manifest {
namespace {

bool is_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

}  // namespace

bool includes(const std::vector<CloudPattern>& patterns, const std::string& cloud) {
  bool included = false;
  for (const auto& pattern : patterns) {
    if (!glob_match(pattern.text, cloud)) continue;
    if (pattern.exclude) return false;
    included = true;
  }
  return included;
}

void check_patterns(const std::vector<CloudPattern>& patterns, std::span<const std::string> known,
                    std::span<const std::string> other, Diagnostics& diagnostics) {
  for (const auto& [text, exclude, place] : patterns) {
    const auto matches = [&](const std::string& name) { return glob_match(text, name); };
    if (std::ranges::any_of(known, matches) || std::ranges::any_of(other, matches)) continue;
    const auto shown = printable(text, 80);
    if (is_glob(text)) {
      diagnostics.warning(place, fmt::format("no configured cloud matches `{}`", shown));
      continue;
    }
    // Also behind `!`: a slip there would change images of the cloud that was to be left out.
    auto hint = did_you_mean(text, known);
    if (hint.empty()) hint = "configure it, or name it in `other_clouds`";
    diagnostics.error(place, fmt::format("unknown cloud `{}`", shown), std::move(hint));
  }
}

}  // namespace retouch::core::manifest
