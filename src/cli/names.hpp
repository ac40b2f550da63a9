// Names that somebody typed: a slip of the finger is said, with what was probably meant.
#pragma once

#include "verbs.hpp"

namespace retouch::cli {

// "; did you mean `lab`?", or nothing.
std::string guess(const std::string& word, const std::vector<std::string>& known);
// Errc::usage when no cloud of that name is configured.
Result<void> check_cloud(const config::Settings& settings, const std::string& name);
// Errc::usage when no manifest has an entry of that name. Where the manifests cannot be read nobody knows: that is
// said, and is no error.
task<Result<void>> check_entry(Context context, const config::Settings& settings, const std::string& name);

}  // namespace retouch::cli
