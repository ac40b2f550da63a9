// Time, injected. No steady_timer outside this layer's real clock and the http layer.
#pragma once

#include "retouch/async/task.hpp"
#include "retouch/base/time.hpp"

namespace retouch::async {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Mono now() const = 0;
  virtual Wall wall() const = 0;
  // Returns at `when`, or earlier when the awaiting coroutine is cancelled (then the next await throws
  // operation_aborted, as everywhere in Asio). A time that has passed returns at once.
  virtual task<void> sleep_until(Mono when) = 0;

  task<void> sleep_for(Duration duration) { return sleep_until(now() + duration); }
};

// The machine's clocks: CLOCK_MONOTONIC and CLOCK_REALTIME.
class SystemClock final : public Clock {
 public:
  Mono now() const override;
  Wall wall() const override;
  task<void> sleep_until(Mono when) override;
};

}  // namespace retouch::async
