// The program retouch-sandbox: the simulated clouds of a seed file on loopback ports, until SIGTERM or SIGINT.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/base/random.hpp"

namespace retouch::sandbox {

// Runs it with these arguments (without the program's name). Prints one line of JSON with the URLs when it serves. The
// exit status: 0 ended by a signal, 1 anything wrong.
int run_program(const std::vector<std::string>& arguments, async::Clock& clock, Random& random, std::ostream& out,
                std::ostream& errors);

}  // namespace retouch::sandbox
