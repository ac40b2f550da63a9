// What of a configuration may reach git's command line. Pure.
#pragma once

#include <string>

#include "retouch/base/result.hpp"
#include "retouch/sources/git.hpp"

namespace retouch::sources {

// The protocols that git may speak for this (checked) URL, as GIT_ALLOW_PROTOCOL has it: "https", "ssh", "http",
// "file".
std::string protocol_of(const std::string& url);

// git check-ref-format's rules for the name of a branch or tag, and no leading `-`; a commit is a whole id.
Result<void> check_git_ref(RefKind kind, const std::string& ref);
// "/images/" -> "images". Errc::invalid_input: `..` and the like.
Result<std::string> clean_git_path(const std::string& path);
// An id of a commit, whole or at least seven digits. SHA-1 alone: repositories with SHA-256 are not read.
bool is_commit_id(const std::string& text);

}  // namespace retouch::sources
