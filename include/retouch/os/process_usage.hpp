// What this process takes of its host: the `process_*` metrics.
#pragma once

#include <cstdint>
#include <optional>

namespace retouch::os {

struct ProcessUsage {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::int64_t open_fds = 0;
  double max_fds = 0;  // infinity where there is no limit
};

// Of now; nullopt where /proc does not say. Needs of it only what a process always sees of itself: it works with
// ProcSubset=pid, and in a process that is not dumpable.
std::optional<ProcessUsage> process_usage();

}  // namespace retouch::os
