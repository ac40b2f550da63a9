#include "retouch/os/process_usage.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <string_view>

#include "descriptor.hpp"

namespace retouch::os {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// The first two numbers of /proc/self/statm: all pages, and those in memory.
std::optional<std::array<std::uint64_t, 2>> pages() {
  const Descriptor file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> buffer{};
  const auto got = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
  if (got <= 0) return std::nullopt;
  std::array<std::uint64_t, 2> numbers{};
  const char* at = buffer.data();
  const char* end = at + got;
  for (auto& number : numbers) {
    while (at != end && *at == ' ') ++at;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return std::nullopt;
    at = rest;
  }
  return numbers;
}

// Without the one that counting takes.
std::optional<std::int64_t> open_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc/self/fd"), &::closedir);
  if (!directory) return std::nullopt;
  std::int64_t count = -1;
  while (const dirent* entry = ::readdir(directory.get())) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (std::string_view(entry->d_name).front() != '.') ++count;
  }
  return count;
}

}  // namespace

std::optional<ProcessUsage> process_usage() {
  const auto memory = pages();
  const auto descriptors = open_descriptors();
  rusage used{};
  rlimit limit{};
  if (!memory || !descriptors || ::getrusage(RUSAGE_SELF, &used) != 0 || ::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return std::nullopt;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return ProcessUsage{.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime),
                      .resident_bytes = (*memory)[1] * page,
                      .virtual_bytes = (*memory)[0] * page,
                      .open_fds = *descriptors,
                      .max_fds = limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                                                 : static_cast<double>(limit.rlim_cur)};
}

}  // namespace retouch::os
