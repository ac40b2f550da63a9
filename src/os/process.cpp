#include "retouch/os/process.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "accounts.hpp"

namespace retouch::os {

bool make_not_dumpable() { return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0; }

bool is_dumpable() { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0; }

void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }  // NOLINT(concurrency-mt-unsafe): there is one thread yet
void give_back_memory() { ::malloc_trim(0); }

bool is_root() { return ::geteuid() == 0; }

namespace {

std::string user_name(const Environment& environment) {
  if (const auto caller = environment.get("SUDO_USER"); caller && is_root()) return *caller;
  const auto account = account_of(::geteuid());
  if (account && *account) return (*account)->name;
  return "uid " + std::to_string(::geteuid());  // a container without a passwd file; for a label that is enough
}

}  // namespace

std::string user_at_host(const Environment& environment) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return user_name(environment) + "@" + (host[0] == '\0' ? "?" : host.data());
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool is_journal(int descriptor, const Environment& environment) {
  struct stat status{};
  const auto stream = environment.get("JOURNAL_STREAM");
  return stream && ::fstat(descriptor, &status) == 0 && *stream == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

std::optional<int> terminal_width(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace retouch::os
