#include "retouch/os/process.hpp"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace retouch::os {

bool make_not_dumpable() { return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0; }

bool is_dumpable() { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0; }

bool is_root() { return ::geteuid() == 0; }

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::optional<int> terminal_width(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace retouch::os
