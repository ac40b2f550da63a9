// A machine of the simulation: an event loop that runs one handler when it is told to, and a clock. Time passes for all
// machines at once; each one's wall clock may be wrong, and may jump.
#pragma once

#include <boost/asio/io_context.hpp>

#include "manual_clock.hpp"

namespace retouch::sim {

struct Time {
  Mono now{};
  Wall wall{};
};

struct Machine {
  explicit Machine(const Time& time) : clock(time.wall, time.now) {}
  // Runs one handler that is ready; false when there is none.
  bool step() {
    io.restart();
    return io.poll_one() > 0;
  }
  asio::io_context io{1};
  retouch::test::ManualClock clock;
};

}  // namespace retouch::sim
