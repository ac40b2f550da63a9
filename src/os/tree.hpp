// Which files of a directory are taken.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/result.hpp"

namespace retouch::os {

// See Files::list_tree. A link to a file inside the root counts as a file unless its target is taken anyway (Kubernetes
// mounts every key as a link into a hidden directory); links to directories are never entered, so there are no cycles.
Result<std::vector<std::string>> list_files_below(const std::string& root, std::size_t max_files, bool recursively);

}  // namespace retouch::os
