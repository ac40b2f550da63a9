#include "tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace retouch::os {
namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& root, const fs::path& path) {
  const auto [end, ignored] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end();
}

struct Found {
  std::set<fs::path> files;                          // canonical
  std::vector<std::pair<fs::path, fs::path>> links;  // link, canonical target
};

void visit(const fs::directory_entry& entry, const fs::path& root, Found& found) {
  std::error_code ignored;
  if (!entry.is_symlink(ignored)) {
    if (entry.is_regular_file(ignored)) found.files.insert(entry.path());
    return;
  }
  auto target = fs::canonical(entry.path(), ignored);
  if (!ignored && is_below(root, target) && fs::is_regular_file(target, ignored)) {
    found.links.emplace_back(entry.path(), std::move(target));
  }
}

}  // namespace

Result<std::vector<std::string>> list_files_below(const std::string& root_text, std::size_t max_files,
                                                  bool recursively) {
  std::error_code error;
  const auto root = fs::canonical(root_text, error);
  auto iterator = error ? fs::recursive_directory_iterator() : fs::recursive_directory_iterator(root, error);
  Found found;
  for (; !error && iterator != fs::recursive_directory_iterator(); iterator.increment(error)) {
    const bool hidden = iterator->path().filename().native().starts_with('.');
    if (hidden || !recursively) iterator.disable_recursion_pending();
    if (hidden) continue;
    visit(*iterator, root, found);
    if (found.files.size() + found.links.size() > max_files) {
      return fail(Errc::too_large, fmt::format("{} holds more than {} files", root_text, max_files));
    }
  }
  if (error) {
    const auto code = error == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io;
    return fail(code, fmt::format("cannot list {}: {}", root_text, error.message()));
  }
  std::vector<std::string> names;
  for (const auto& file : found.files) names.push_back(file.lexically_relative(root).string());
  for (const auto& [link, target] : found.links) {
    if (!found.files.contains(target)) names.push_back(link.lexically_relative(root).string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace retouch::os
