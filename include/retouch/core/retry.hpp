// What is tried again, when, and how often. Pure; randomness is a parameter.
#pragma once

#include <cstdint>
#include <optional>

#include "retouch/base/error.hpp"

namespace retouch::core {

struct RetryLimits {
  int attempts = 3;   // of one request in a pass, throttle answers not counted
  int throttles = 8;  // answers of throttling to one request
  Duration base = std::chrono::milliseconds(50);
  Duration cap = std::chrono::seconds(20);
  Duration longest_wait = std::chrono::seconds(120);  // a longer Retry-After is for the caller to decide
};

// Full jitter: anything between nothing and base * 2^(n-1), capped; n from 1, `unit` in [0, 1).
Duration backoff(Duration base, Duration cap, int n, double unit);

// Shared by all requests of an account, so that an outage is not amplified: what is spent comes back only by success.
class RetryBudget {
 public:
  explicit RetryBudget(int units = 500) : units_(units), capacity_(units) {}
  bool spend(int units);  // false = empty: do not repeat
  void refund(int units);
  int units() const { return units_; }

 private:
  int units_, capacity_;
};

// One request's way through its attempts. A throttle answer proves that the request was not applied and says nothing
// about the next attempt, so it does not count as one; it has a bound of its own, and costs twice as much of the
// budget. The waiting after it is the limiter's business (which holds back the whole account), so `wait` is zero then.
class RetryState {
 public:
  RetryState(RetryLimits limits, RetryBudget& budget) : limits_(limits), budget_(&budget) {}

  struct Verdict {
    bool again = false;
    Duration wait{};
  };
  // After an attempt that failed with this reaction (transient and throttled are repeated, nothing else) and this
  // Retry-After.
  Verdict failed(Reaction reaction, std::optional<Duration> retry_after, double unit);
  // After one that did not: gives back what the last retry cost, or 1.
  void succeeded();

 private:
  RetryLimits limits_;
  RetryBudget* budget_;
  int failures_ = 0, throttles_ = 0, spent_ = 0;
};

// Stops asking an origin that does not answer: after 5 failures in a row nothing is sent for 30 s, then one probe goes;
// if that fails too, 60 s, and so on up to 5 minutes. Failures are connections and 502, 503, 504 (a 500 is about the
// request: Glance on PostgreSQL answers it to a name that is too long).
class Breaker {
 public:
  // nullopt = send. Otherwise how long nothing should be sent. In half-open state the first who asks is the probe.
  std::optional<Duration> blocked(Mono now);
  void failed(Mono now);
  void succeeded();
  // The probe ended without telling anything (cancelled, throttled): the next one may try.
  void undecided();

 private:
  int failures_ = 0, trips_ = 0;
  bool probing_ = false;
  std::optional<Mono> open_until_{};
};

}  // namespace retouch::core
