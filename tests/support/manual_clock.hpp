// A clock that stands still until every coroutine waits, then jumps to the next wake-up: hours pass in milliseconds.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "retouch/async/clock.hpp"
#include "retouch/async/condition.hpp"

namespace retouch::test {

class ManualClock final : public async::Clock {
 public:
  explicit ManualClock(Wall wall = Wall{} + std::chrono::hours(24 * 365 * 50), Mono now = {})
      : now_(now), wall_(wall) {}

  Mono now() const override { return now_; }
  Wall wall() const override { return wall_; }
  task<void> sleep_until(Mono when) override;

  // Moves both clocks and wakes who is due.
  void advance(Duration by);
  // The wall clock jumps alone (NTP, an operator).
  void jump_wall(Duration by) { wall_ += by; }
  // The earliest wake-up that is still to come.
  std::optional<Mono> next() const;
  // Advances to it; false when nobody sleeps.
  bool advance_to_next();

 private:
  void wake_due();
  Mono now_;
  Wall wall_;
  std::multimap<Mono, std::shared_ptr<async::Condition>> sleepers_;
};

}  // namespace retouch::test
