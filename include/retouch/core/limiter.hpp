// How fast one account may ask: never faster than configured, slower when the cloud says so, and back again by and by.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "retouch/core/throttle.hpp"

namespace retouch::core {

enum class RateClass { auth, read, write };

// Per second. `requests` caps the sum of reads and writes; token requests have a limit of their own.
struct RateLimits {
  double requests = 10, reads = 10, writes = 5, auth = 1;
  double burst = 10;  // that may leave at once after a rest; at least 1
};

// GCRA (a leaky bucket as one theoretical arrival time) per class, one above reads and writes, and a pause above all.
// Pure: whoever waits asks earliest(), sleeps, asks again (the answer may have moved either way) and calls depart().
class Limiter {
 public:
  explicit Limiter(const RateLimits& limits);

  // From now on never faster than this either, field by field.
  void narrow(const RateLimits& limits);
  // These instead of those of before. What has left, what a cloud asked for and what it taught stays.
  void replace(const RateLimits& limits);

  // When the next request of this class may leave: `now`, or later.
  Mono earliest(RateClass cls, Mono now) const;
  // It leaves now. `waiting_since`: when it asked first. What a timer wakes too late is not lost (up to 20 ms of it).
  void depart(RateClass cls, Mono now, Mono waiting_since);

  // An answer that is no throttling came to a request that left at `sent`.
  void accepted(Mono sent, Mono now);
  // A throttling came. Slows down (not for token requests: their limit says nothing about the others) and pauses the
  // whole account. `unit` in [0, 1): the jitter of a pause that the server did not set.
  void throttled(RateClass cls, Mono sent, Mono now, const ThrottleHint& hint, double unit);
  // Nothing of the account leaves before.
  void pause_until(Mono when);
  Mono paused_until() const { return paused_until_; }

  // Requests per second allowed now: what metrics show.
  double rate(RateClass cls, Mono now) const;

 private:
  struct Bucket {
    double configured;
    Mono arrival;  // the theoretical arrival time of the next request
  };
  // Accepted answers of the last two seconds, in tenths.
  class Meter {
   public:
    void count(Mono now);
    double per_second(Mono now) const;

   private:
    std::array<std::uint32_t, 20> slots_{};
    std::int64_t newest_ = 0;
  };
  // What throttling taught: a rate that grows back. (The curve of CUBIC: fast towards the rate that worked, slow around
  // it, fast again when nothing happens.)
  struct Learned {
    Mono since;  // when growing begins
    double from, worked;
  };

  double learned_rate(Mono now) const;
  double rate_of(const Bucket& bucket, Mono now) const;
  Duration spacing(const Bucket& bucket, Mono now) const;
  Mono free_at(const Bucket& bucket, Mono now) const;
  void slow_down(Mono now, const ThrottleHint& hint);
  Duration own_pause(double unit) const;

  RateLimits limits_;
  Bucket auth_, reads_, writes_, sum_;
  Mono paused_until_;
  Meter meter_;
  std::optional<Learned> learned_;
  std::optional<double> named_;  // a limit that the cloud named, in force until
  Mono named_until_{};
  Mono slowed_at_;  // the last time that the rate was cut
  int streak_ = 0;  // throttlings in a row
};

}  // namespace retouch::core
