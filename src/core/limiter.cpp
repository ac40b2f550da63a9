#include "retouch/core/limiter.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace retouch::core {

namespace {

using namespace std::chrono_literals;

constexpr Mono long_ago = Mono{} - std::chrono::hours(24 * 365);
constexpr Duration slack = 20ms;   // of late timers, made up for
constexpr double cut = 0.7;        // the share of the rate that is kept on throttling
constexpr double growth = 0.4;     // requests per second per cubic second
constexpr double least = 0.5;      // requests per second, however often we are told to slow down
constexpr double slowest = 86400;  // seconds between two requests, so that no rate overflows
constexpr Duration cut_at_most_every = 500ms;
constexpr double below_named = 0.95;  // at exactly the limit, jitter on the way puts one too many into a window
constexpr Duration named_for = std::chrono::minutes(5);
constexpr Duration first_pause = 1s, longest_pause = 20s;
constexpr auto tenth = 100ms;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
std::int64_t slot_of(Mono now) { return now.time_since_epoch() / tenth; }

}  // namespace

void Limiter::Meter::count(Mono now) {
  auto slot = slot_of(now);
  auto size = static_cast<std::int64_t>(slots_.size());
  for (auto s = std::max(newest_ + 1, slot - size + 1); s <= slot; ++s) slots_[static_cast<std::size_t>(s % size)] = 0;
  newest_ = std::max(newest_, slot);
  ++slots_[static_cast<std::size_t>(slot % size)];
}

double Limiter::Meter::per_second(Mono now) const {
  auto slot = slot_of(now);
  auto size = static_cast<std::int64_t>(slots_.size());
  std::uint32_t sum = 0;
  for (auto s = std::max<std::int64_t>(slot - size + 1, 0); s <= std::min(slot, newest_); ++s) {
    if (s > newest_ - size) sum += slots_[static_cast<std::size_t>(s % size)];
  }
  return sum / 2.0;
}

Limiter::Limiter(const RateLimits& limits)
    : limits_(limits),
      auth_{limits.auth, long_ago},
      reads_{limits.reads, long_ago},
      writes_{limits.writes, long_ago},
      sum_{limits.requests, long_ago},
      paused_until_(long_ago),
      slowed_at_(long_ago) {}

void Limiter::narrow(const RateLimits& limits) {
  const auto at_most = [](double& mine, double other) { mine = std::min(mine, other); };
  at_most(limits_.requests, limits.requests);
  at_most(limits_.reads, limits.reads);
  at_most(limits_.writes, limits.writes);
  at_most(limits_.auth, limits.auth);
  at_most(limits_.burst, limits.burst);
  replace(limits_);
}

void Limiter::replace(const RateLimits& limits) {
  limits_ = limits;
  auth_.configured = limits_.auth;
  reads_.configured = limits_.reads;
  writes_.configured = limits_.writes;
  sum_.configured = limits_.requests;
}

// Grows with time, but never much beyond twice what was really accepted: a rate that nobody uses proves nothing. (Much:
// the meter of two seconds is coarse at one request a second, and twice too little would stay too little for ever.)
double Limiter::learned_rate(Mono now) const {
  double rate = limits_.requests;
  if (learned_) {
    double knee = std::cbrt((learned_->worked - learned_->from) / growth);
    double passed = std::max(0.0, seconds(now - learned_->since));
    double curve = growth * std::pow(passed - knee, 3) + learned_->worked;
    rate = std::clamp(curve, learned_->from, std::max(learned_->from, 2 * meter_.per_second(now) + 2));
  }
  if (named_ && now < named_until_) rate = std::min(rate, *named_);
  return std::min(rate, limits_.requests);
}

double Limiter::rate_of(const Bucket& bucket, Mono now) const {
  return &bucket == &auth_ ? bucket.configured : std::min(bucket.configured, learned_rate(now));
}

Duration Limiter::spacing(const Bucket& bucket, Mono now) const {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::min(1 / rate_of(bucket, now), slowest)));
}

Mono Limiter::free_at(const Bucket& bucket, Mono now) const {
  bool slowed = &bucket != &auth_ && learned_rate(now) < limits_.requests;
  double burst = slowed || &bucket == &auth_ ? 1 : std::max(1.0, limits_.burst);
  auto tolerance = std::chrono::duration<double>(std::min((burst - 1) / rate_of(bucket, now), slowest));
  return bucket.arrival - std::chrono::duration_cast<Duration>(tolerance);
}

Mono Limiter::earliest(RateClass cls, Mono now) const {
  auto when = std::max(now, paused_until_);
  if (cls == RateClass::auth) return std::max(when, free_at(auth_, now));
  const auto& own = cls == RateClass::read ? reads_ : writes_;
  return std::max({when, free_at(own, now), free_at(sum_, now)});
}

void Limiter::depart(RateClass cls, Mono now, Mono waiting_since) {
  // When it would have left had nothing come late.
  auto ideal = [&] {
    if (cls == RateClass::auth) return free_at(auth_, now);
    return std::max(free_at(cls == RateClass::read ? reads_ : writes_, now), free_at(sum_, now));
  }();
  auto left = std::clamp(std::max({ideal, waiting_since, paused_until_}), now - slack, now);
  auto pass = [&](Bucket& bucket) { bucket.arrival = std::max(bucket.arrival, left) + spacing(bucket, now); };
  if (cls == RateClass::auth) return pass(auth_);
  pass(cls == RateClass::read ? reads_ : writes_);
  pass(sum_);
}

void Limiter::accepted(Mono sent, Mono now) {
  meter_.count(now);
  if (sent > slowed_at_) streak_ = 0;
  // Fully recovered: bursts are allowed again.
  if (learned_ && now > learned_->since && learned_rate(now) >= limits_.requests) learned_.reset();
}

void Limiter::throttled(RateClass cls, Mono sent, Mono now, const ThrottleHint& hint, double unit) {
  if (hint.retry_after) pause_until(now + *hint.retry_after);
  // Answers to what was under way when we slowed down say nothing about the new rate.
  if (sent <= slowed_at_ || now < slowed_at_ + cut_at_most_every) return;
  ++streak_;
  if (!hint.retry_after) pause_until(now + own_pause(unit));
  slowed_at_ = now;
  if (cls != RateClass::auth) slow_down(now, hint);
}

void Limiter::slow_down(Mono now, const ThrottleHint& hint) {
  double current = learned_rate(now);
  if (hint.per_second) {
    double named = *hint.per_second * below_named;
    bool news = named < current;
    named_ = named;
    named_until_ = now + named_for;
    if (news) {
      learned_ = Learned{named_until_, named, named};
      return;
    }
  }
  double worked = std::min(current, meter_.per_second(now));
  double floor = std::min(least, current);
  auto resumes = std::max(now, paused_until_);
  learned_ = Learned{resumes, std::max(cut * worked, floor), std::max(worked, floor)};
}

// Doubling, with a jitter that leaves at least half of it: a pause of nothing would be none.
Duration Limiter::own_pause(double unit) const {
  auto whole = std::min<Duration>(longest_pause, first_pause * (1 << std::min(streak_ - 1, 10)));
  return std::chrono::duration_cast<Duration>(whole * (0.5 + unit / 2));
}

void Limiter::pause_until(Mono when) { paused_until_ = std::max(paused_until_, when); }

double Limiter::rate(RateClass cls, Mono now) const {
  if (cls == RateClass::auth) return auth_.configured;
  return std::min(rate_of(cls == RateClass::read ? reads_ : writes_, now), rate_of(sum_, now));
}

}  // namespace retouch::core
