// A machine of the simulation: an event loop that runs one handler when it is told to, and a clock. Time passes for all
// machines at once; each one's wall clock may be wrong, and may jump.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>

#include "retouch/async/clock.hpp"
#include "retouch/async/condition.hpp"

namespace retouch::sim {

struct Time {
  Mono now{};
  Wall wall{};
};

class SimClock final : public async::Clock {
 public:
  explicit SimClock(const Time& time) : time_(time) {}

  Mono now() const override { return time_.now; }
  Wall wall() const override { return time_.wall + offset_; }
  task<void> sleep_until(Mono when) override;

  void jump(Duration by) { offset_ += by; }  // NTP, an operator
  // The earliest time in the future that somebody sleeps until.
  std::optional<Mono> next() const;
  // Time has moved: whoever is due goes on.
  void wake();

 private:
  const Time& time_;
  Duration offset_{};
  std::multimap<Mono, std::shared_ptr<async::Condition>> sleepers_;
};

struct Machine {
  explicit Machine(const Time& time) : clock(time) {}
  // Runs one handler that is ready; false when there is none.
  bool step() {
    io.restart();
    return io.poll_one() > 0;
  }
  asio::io_context io{1};
  SimClock clock;
};

}  // namespace retouch::sim
