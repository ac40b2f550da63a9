#include <unistd.h>

#include <iostream>

#include "retouch/cli/app.hpp"
#include "retouch/os/process.hpp"

namespace retouch::cli {

Console process_console(const os::Environment& environment) {
  const bool color = !environment.get("NO_COLOR");
  return {.out = std::cout,
          .err = std::cerr,
          .interactive = os::is_terminal(STDIN_FILENO) && os::is_terminal(STDERR_FILENO),
          .out_style = {color && os::is_terminal(STDOUT_FILENO)},
          .err_style = {color && os::is_terminal(STDERR_FILENO)}};
}

}  // namespace retouch::cli
