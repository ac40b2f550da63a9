// When the next pass over one cloud begins. Pure: what happened and `now` go in, a time comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "retouch/base/time.hpp"

namespace retouch::core {

// Why a pass begins. The later in this list, the more somebody waits for it.
enum class Trigger { interval, source, webhook, reload, command };
std::string_view to_string(Trigger trigger);

struct ScheduleRules {
  Duration interval = std::chrono::minutes(30);  // from begin to begin
  double jitter = 0.1;                           // the interval is up to this part longer or shorter
  // After passes that failed, doubled each time, up to the interval or a quarter of an hour, whichever is more.
  Duration first_retry = std::chrono::seconds(30);
};

// What an earlier process, or nobody, knows of the last pass.
struct LastPass {
  std::optional<Wall> began{};
  std::int64_t failures = 0;  // in a row, until then
};

// One pass at a time. What is asked for while one goes on is one more pass after it, however often it is asked. `unit`
// is drawn from [0, 1).
class Schedule {
 public:
  static constexpr Duration longest_postponement = std::chrono::hours(1);
  // After a restart what is overdue begins within this time, not all at once.
  static constexpr Duration restart_spread = std::chrono::minutes(1);

  // A cloud that was never looked at is due at once.
  Schedule(ScheduleRules rules, LastPass last, Wall wall, Mono now, double unit);

  bool running() const { return running_; }
  Mono due() const { return due_; }  // of the next pass; while one runs, of no meaning
  Trigger why() const { return why_; }

  // As soon as possible, but never before the time that a server asked for (Retry-After).
  void trigger(Trigger why, Mono now);
  void began(Mono now);
  // `not_before`: how long the cloud asked to be left alone, capped at longest_postponement.
  void ended(bool failed, std::optional<Duration> not_before, Mono now, double unit);
  // New rules, of a configuration that was read again: the next pass is as far from the last one as they say.
  void change(ScheduleRules rules, Mono now, double unit);

 private:
  Duration interval_with_jitter(double unit) const;
  Duration retry_after_failures(double unit) const;

  ScheduleRules rules_;
  std::int64_t failures_ = 0;
  bool running_ = false;
  std::optional<Trigger> again_{};  // asked for while a pass runs
  std::optional<Mono> last_began_{};
  std::optional<Mono> not_before_{};
  Mono due_{};
  Trigger why_ = Trigger::interval;
};

}  // namespace retouch::core
