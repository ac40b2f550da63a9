// Where manifests come from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/blocking.hpp"
#include "retouch/async/task.hpp"
#include "retouch/base/diagnostic.hpp"
#include "retouch/base/result.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/os/files.hpp"

namespace retouch::sources {

// One state of a source.
struct Snapshot {
  std::string source;
  std::string revision;                   // "sha256:…" over names and contents: equal exactly when they are
  std::vector<core::ManifestFile> files;  // by name; at least one
  Diagnostics notes{};                    // warnings: what is there and is not read (a symlink in a Git repository)
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const std::string& name() const = 0;
  // All of it or an error: what cannot be read is unknown, never empty.
  virtual task<Result<Snapshot>> read() = 0;
  // The same as it was at `revision`. Errc::usage: this source knows no other revision than the one it has.
  virtual task<Result<Snapshot>> read_at(std::string revision);
  // nullopt: it is at `revision` still, and nothing but that was looked at.
  virtual task<Result<std::optional<Snapshot>>> read_unless(std::string revision);
};

struct DirectoryLimits {
  std::size_t files = 100'000;  // of any kind, below the root
  std::size_t bytes_of_file = 8u << 20;
  std::size_t bytes = 512u << 20;  // of all manifests
};

// *.yaml and *.yml below the directory `path` (regular files; no hidden names, no symlinks out of it), or the one file
// that `path` names. `path` also begins the names in messages. `files` and `blocking` outlive it. Errors: io,
// too_large, invalid_input: nothing is there, it is neither a directory nor a regular file, or it holds no manifest
// file. The last is what a lost mount looks like; a file without documents in it is a source that is there.
std::unique_ptr<Source> make_directory_source(std::string name, std::string path, os::Files& files,
                                              async::Blocking& blocking, DirectoryLimits limits = {});

}  // namespace retouch::sources
