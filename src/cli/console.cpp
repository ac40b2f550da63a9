#include <unistd.h>

#include <iostream>

#include "retouch/cli/app.hpp"
#include "retouch/cli/log_sink.hpp"
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

Log process_log(const Options& options, const os::Environment& environment, const async::Clock& clock,
                const Console& console) {
  const LogPlace place{.terminal = os::is_terminal(STDERR_FILENO),
                       .journal = os::is_journal(STDERR_FILENO, environment)};
  return make_stderr_log(clock, choose_log(options.global, options.verb == Verb::run, place), console.err_style.color);
}

}  // namespace retouch::cli
