#include "retouch/core/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace retouch::core {

namespace {

Duration times(Duration span, double factor) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, Duration::period>(span) * factor);
}

}  // namespace

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::interval:
      return "interval";
    case Trigger::source:
      return "source";
    case Trigger::webhook:
      return "webhook";
    case Trigger::reload:
      return "reload";
    case Trigger::command:
      return "command";
  }
  return "?";
}

Schedule::Schedule(ScheduleRules rules, LastPass last, Wall wall, Mono now, double unit)
    : rules_(rules), failures_(last.failures), due_(now) {
  if (!last.began) return;
  // A time ahead of us is of a clock that was set back since: nobody waits for it.
  const Duration age = std::max(Duration::zero(), wall - *last.began);
  last_began_ = now - age;
  const Duration whole = failures_ > 0 ? retry_after_failures(unit) : interval_with_jitter(unit);
  if (age < whole) {
    due_ = *last_began_ + whole;
  } else {
    due_ = now + times(std::min(restart_spread, times(rules_.interval, rules_.jitter)), unit);
  }
}

void Schedule::trigger(Trigger why, Mono now) {
  if (running_) {
    again_ = again_ ? std::max(*again_, why) : why;
    return;
  }
  const Mono soonest = std::max(now, not_before_.value_or(now));
  if (due_ <= soonest && why_ >= why) return;
  due_ = std::min(due_, soonest);
  why_ = std::max(why_, why);
}

void Schedule::began(Mono now) {
  running_ = true;
  last_began_ = now;
  not_before_.reset();
  why_ = Trigger::interval;
}

void Schedule::ended(bool failed, std::optional<Duration> not_before, Mono now, double unit) {
  running_ = false;
  failures_ = failed ? failures_ + 1 : 0;
  if (not_before) not_before_ = now + std::min(*not_before, longest_postponement);
  due_ = failed ? now + retry_after_failures(unit) : std::max(now, *last_began_ + interval_with_jitter(unit));
  if (not_before_) due_ = std::max(due_, *not_before_);
  if (const auto again = std::exchange(again_, std::nullopt)) trigger(*again, now);
}

void Schedule::change(ScheduleRules rules, Mono now, double unit) {
  const bool same = rules.interval == rules_.interval && rules.jitter == rules_.jitter;
  rules_ = rules;
  if (same || running_ || failures_ > 0 || !last_began_) return;
  due_ = std::max({now, *last_began_ + interval_with_jitter(unit), not_before_.value_or(now)});
}

Duration Schedule::interval_with_jitter(double unit) const {
  return times(rules_.interval, 1 + rules_.jitter * (2 * unit - 1));
}

Duration Schedule::retry_after_failures(double unit) const {
  const Duration longest = std::max<Duration>(rules_.interval, std::chrono::minutes(15));
  const auto doublings = static_cast<int>(std::min<std::int64_t>(failures_ - 1, 20));
  const double grown = std::chrono::duration<double>(rules_.first_retry).count() * std::ldexp(1.0, doublings);
  const double capped = std::min(grown, std::chrono::duration<double>(longest).count());
  return times(std::chrono::seconds(1), capped * (0.75 + unit / 2));
}

}  // namespace retouch::core
