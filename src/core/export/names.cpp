#include <algorithm>
#include <map>
#include <set>

#include "retouch/base/text.hpp"
#include "retouch/core/manifest_draft.hpp"

namespace retouch::core {

std::string slug(std::string_view text, std::size_t longest) {
  std::string out;
  for (const char c : to_lower(text)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (kept) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  // A file that begins with a dot is hidden, one that begins with a dash is an option.
  out.erase(0, std::min(out.find_first_not_of(".-"), out.size()));
  out = out.substr(0, longest);
  while (out.ends_with('-') || out.ends_with('.')) out.pop_back();
  return out;
}

namespace {

using Candidates = std::span<const std::vector<std::string>>;

// Where several have the same name, all of them take a more particular one.
bool refine(Candidates candidates, std::vector<std::size_t>& level) {
  std::map<std::string_view, std::vector<std::size_t>> having;
  for (std::size_t i = 0; i < candidates.size(); ++i) having[candidates[i][level[i]]].push_back(i);
  bool refined = false;
  for (const auto& [name, who] : having) {
    if (who.size() < 2) continue;
    for (const std::size_t i : who) {
      if (level[i] + 1 == candidates[i].size()) continue;
      ++level[i];
      refined = true;
    }
  }
  return refined;
}

}  // namespace

std::vector<std::string> distinct_names(Candidates candidates) {
  std::vector<std::size_t> level(candidates.size(), 0);
  while (refine(candidates, level)) {
  }
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < candidates.size(); ++i) taken.insert(candidates[i][level[i]]);
  std::set<std::string> given;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    std::string name = candidates[i][level[i]];
    for (int number = 2; given.contains(name) || (number > 2 && taken.contains(name)); ++number) {
      name = candidates[i][level[i]] + "-" + std::to_string(number);
    }
    given.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace retouch::core
