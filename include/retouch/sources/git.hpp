// Manifests from a Git repository: objects are read, nothing is ever checked out.
#pragma once

#include <memory>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/os/child.hpp"
#include "retouch/os/environment.hpp"
#include "retouch/os/files.hpp"
#include "retouch/sources/source.hpp"

namespace retouch::sources {

enum class RefKind { head, branch, tag, commit };  // head: what the remote calls its default branch

struct GitSpec {
  std::string name;  // of the source
  std::string url;
  RefKind ref_kind = RefKind::head;
  std::string ref{};                           // name or commit id; empty with head
  std::string path{};                          // directory inside the repository; empty = its root
  Duration timeout = std::chrono::minutes(1);  // of one read()
  std::string allowed_signers{};               // file; empty = signatures are not looked at
  bool fast_forward_only = false;
  // fast_forward_only: the commit that the next one must descend from. Empty: the one that this machine's cache has
  // accepted last, if any.
  std::string accepted{};
};

struct GitLimits {
  std::size_t files = 100'000;  // of any kind, below the path
  std::size_t bytes_of_file = 8u << 20;
  std::size_t bytes = 512u << 20;  // of all manifests
  std::size_t pack = 1024u << 20;  // the largest file that git may write into the cache
  std::size_t packs = 20;          // in the cache; with more of them it is tidied
};

// What it refers to outlives the source.
struct GitWorld {
  os::Children& children;
  os::Files& files;
  async::Clock& clock;
  os::Environment environment;
  std::string cache_directory;  // one bare repository per URL is made below it, 0700
};

// Its revision is the commit's id, decided once per read. A file is called NAME:PATH, with the path inside the
// repository. Which of the user's git configuration counts, which URLs are taken and what is looked at before anything
// of a commit is used: docs/sources.md. Errors: invalid_input (URL, ref, path, too little in it), untrusted (signature,
// not a fast-forward, the signers' file), too_large, timeout, not_found (no git here), io: what git said, transient
// where it is the remote that failed. `read_at` takes an id, also a short one, of a commit that the ref contains.
std::unique_ptr<Source> make_git_source(GitSpec spec, GitWorld world, GitLimits limits = {});

// Why git may not be given this URL, or nothing. Pure.
Result<void> check_git_url(const std::string& url);

}  // namespace retouch::sources
