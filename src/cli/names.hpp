// Names that somebody typed: a slip of the finger is said, with what was probably meant.
#pragma once

#include <set>

#include "retouch/state/store.hpp"
#include "verbs.hpp"

namespace retouch::cli {

// Somebody's slip of the finger.
std::unexpected<Error> slip(std::string message);
// "; did you mean `lab`?", or nothing.
std::string guess(const std::string& word, const std::vector<std::string>& known);
std::string guess(const std::string& word, const std::set<std::string>& known);
// Errc::usage when no cloud of that name is configured.
Result<void> check_cloud(const config::Settings& settings, const std::string& name);
// Errc::usage when no manifest has an entry of that name. Where the manifests cannot be read nobody knows: that is
// said, and is no error.
task<Result<void>> check_entry(Context context, const config::Settings& settings, const std::string& name);
// The run that is called so, or that alone begins so; otherwise Errc::usage.
task<Result<core::RunRecord>> run_called(state::Store& store, const std::string& word);

}  // namespace retouch::cli
