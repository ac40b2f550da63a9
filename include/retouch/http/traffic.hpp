// What all requests of one account share: the limiter with those who wait for it, the retry budget, the breakers. Two
// configured clouds with the same account key share one of these; token requests, of each cloud's own, only a limiter.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "retouch/async/clock.hpp"
#include "retouch/async/condition.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/base/random.hpp"
#include "retouch/base/result.hpp"
#include "retouch/core/limiter.hpp"
#include "retouch/core/retry.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

// Told what happens, for metrics. Must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void attempted(RequestClass, int /*status; 0 = no answer*/, Duration /*elapsed*/) {}
  virtual void waited(RequestClass, Duration) {}
  virtual void throttled(RequestClass) {}
  virtual void retried(RequestClass, std::string_view /*reason: throttled, server, network, auth*/) {}
};

struct TrafficCounters {
  std::uint64_t requests = 0, throttled = 0, retried = 0, waits = 0;
  Duration waited{};
};

class Traffic {
 public:
  // A pause longer than `longest_wait` is not waited for: whoever would have to gets Errc::throttled with retry_after.
  // What has not left when `stop` is requested does not leave any more: Errc::cancelled. Except what must finish.
  Traffic(const core::RateLimits& limits, async::Clock& clock, Random& random, Observer* observer = nullptr,
          Duration longest_wait = std::chrono::seconds(120), const async::Stop* stop = nullptr)
      : Traffic(std::make_shared<core::Limiter>(limits), clock, random, observer, longest_wait, stop) {}
  // Within a limiter that others use, too. Who waits here waits in turn; between the users, whoever asks first goes.
  Traffic(std::shared_ptr<core::Limiter> pace, async::Clock& clock, Random& random, Observer* observer = nullptr,
          Duration longest_wait = std::chrono::seconds(120), const async::Stop* stop = nullptr)
      : limiter(std::move(pace)),
        clock_(clock),
        random_(random),
        observer_(observer),
        longest_wait_(longest_wait),
        stop_(stop) {}
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // Waits for the turn of a request: first come, first served within its class, and no more than `width` under way.
  // Returns when it left, and landed() must follow; nullopt = it did not, because `prepared` (may be empty) no longer
  // holds.
  task<Result<std::optional<Mono>>> enter(RequestClass cls, std::function<bool()> prepared = {},
                                          bool must_finish = false);
  // It is under way no more, whatever came of it.
  void landed();
  // What came of it; null = no answer.
  void answered(RequestClass cls, Mono left, const Response* response);
  void retried(RequestClass cls, std::string_view reason);

  double jitter() { return random_.unit(); }
  const TrafficCounters& counters() const { return counters_; }
  std::size_t waiting(RequestClass cls) const { return lanes_[static_cast<std::size_t>(cls)].size(); }

  std::size_t width = std::numeric_limits<std::size_t>::max();  // requests under way at a time
  const std::shared_ptr<core::Limiter> limiter;
  core::RetryBudget budget;
  struct Guarded {
    core::Breaker breaker;
    std::string last_failure{};
  };
  std::map<Origin, Guarded> breakers;

 private:
  struct Place;
  Result<void> bearable(Mono now, bool must_finish) const;
  task<void> sleep_until(Mono when, bool must_finish);

  async::Clock& clock_;
  Random& random_;
  Observer* observer_;
  Duration longest_wait_;
  const async::Stop* stop_;
  TrafficCounters counters_;
  std::size_t under_way_ = 0;
  async::Condition landed_;
  std::array<std::list<Place*>, 3> lanes_;  // who waits, by class; the first sleeps, the others wait for it to leave
};

}  // namespace retouch::http
