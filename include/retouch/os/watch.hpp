// Being told that something below a directory changed.
#pragma once

#include <memory>
#include <string>

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"

namespace retouch::os {

class Watch {
 public:
  virtual ~Watch() = default;
  // Returns after something changed since the last call, or since the watch was made; also when it only may have (the
  // kernel lost events, directories moved). What exactly is for the caller to read. Errors: io, too_large: it sees no
  // longer everything, so make another later; cancelled.
  virtual task<Result<void>> changed() = 0;
};

// Of a directory with all below it (no hidden directories, no symlinks followed but `root` itself), or of a file. Sees
// also that `root` comes to be, goes, or points elsewhere, which is how Kubernetes renews a mounted ConfigMap. Not on
// every filesystem (NFS, some overlays): read everything now and then all the same. Errors: io, too_large: more than
// `max_directories`.
Result<std::unique_ptr<Watch>> watch_tree(const asio::any_io_executor& executor, std::string root,
                                          std::size_t max_directories = 10'000);

}  // namespace retouch::os
