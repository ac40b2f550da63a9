// The program behind main(): everything it touches is given to it.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "retouch/cli/options.hpp"
#include "retouch/cli/render.hpp"
#include "retouch/reconcile/world.hpp"
#include "retouch/service/host.hpp"

namespace retouch::cli {

// Where words go, and who reads them.
struct Console {
  std::ostream& out;         // results
  std::ostream& err;         // logs, progress, questions
  bool interactive = false;  // a person can be asked: standard input and error are terminals
  Style out_style{};
  Style err_style{};
};

// Standard output and error; coloured on a terminal unless NO_COLOR is set.
Console process_console(const os::Environment& environment);

// To standard error, in the form that its end asks for: terminal, journal, file.
Log process_log(const Options& options, const os::Environment& environment, const async::Clock& clock,
                const Console& console);

// "retouch/0.1.0": what servers write into their access logs.
std::string user_agent();

// What is begun on the pool before the configuration is read; empty for verbs that do without.
std::function<void()> early_work(const Options& options);

// Runs one verb; the result is the exit code. `host`: for `run` alone.
task<int> run_verb(Options options, reconcile::World& world, Console& console, service::Host* host = nullptr);

// What the process ends with when the verb ended with `code` and `signal` was seen (0 = none): 128 + signal, but for
// the daemon, whose orderly end a stop is.
int exit_code_after(const Options& options, int code, int signal);

}  // namespace retouch::cli
