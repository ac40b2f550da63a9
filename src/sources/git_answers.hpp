// What git writes, as values. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/result.hpp"
#include "retouch/sources/git.hpp"

namespace retouch::sources {

// What went wrong, from git's standard error: one line, without credentials; its code and reaction say whose fault it
// is. `doing`: "fetch ssh://…".
Error git_failure(std::string_view standard_error, const std::string& doing);

// "https://user:word@host" -> "https://…@host", as often as it stands there.
std::string without_credentials(std::string text);

struct TreeFile {
  std::string path;  // below the listed directory
  std::string id;    // of the blob
  std::size_t size = 0;
};
struct TreeListing {
  std::vector<TreeFile> files{};     // *.yaml and *.yml that are regular files, without hidden ones
  std::vector<std::string> links{};  // those that are symbolic links
};
// Of `git ls-tree -r -z -l`. too_large: more than the limits allow, before a single blob is read.
Result<TreeListing> parse_tree(std::string_view output, const GitLimits& limits);

// Of `git cat-file --batch`, asked for these blobs in this order. protocol: it answered something else.
Result<std::vector<std::string>> parse_blobs(std::string_view output, const std::vector<TreeFile>& asked);

// The name that a tag object gives itself ("" = none): a signature is worth nothing for another name.
std::string name_of_tag(std::string_view object);

}  // namespace retouch::sources
