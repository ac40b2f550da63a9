#include "retouch/core/limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

namespace retouch::core {
namespace {

using namespace std::chrono_literals;

constexpr Mono start = Mono{} + 1h;

// Departures of `count` requests that all wait from the start, each woken `late` after the moment it may leave.
std::vector<Mono> departures(Limiter& limiter, RateClass cls, int count, std::function<Duration(int)> late = {}) {
  std::vector<Mono> all;
  Mono now = start;
  for (int i = 0; i < count; ++i) {
    auto when = limiter.earliest(cls, now);
    if (when > now) now = when + (late ? late(i) : Duration{});
    limiter.depart(cls, now, start);
    all.push_back(now);
  }
  return all;
}

int most_within(const std::vector<Mono>& times, Duration window) {
  std::size_t first = 0, most = 0;
  for (std::size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= window) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<int>(most);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

TEST(Limiter, IsSmoothFromTheFirstSecondAndUsesTheWholeRate) {
  for (int burst : {1, 10, 100}) {
    Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = double(burst)});
    auto times = departures(limiter, RateClass::write, 2000);
    auto ratio = seconds(times.back() - times.front()) / ((2000 - burst) / 100.0);
    EXPECT_GT(ratio, 0.999);
    EXPECT_LT(ratio, 1.001);
    EXPECT_LE(most_within(times, 1s), 100 + burst);
    EXPECT_LE(most_within(times, 100ms), 10 + burst);
  }
}

TEST(Limiter, NarrowedHoldsTheTighterOfEachFieldFromThenOn) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 20});
  EXPECT_EQ(limiter.earliest(RateClass::write, start), start);
  for (int i = 0; i < 20; ++i) limiter.depart(RateClass::write, start, start);
  limiter.narrow({.requests = 200, .reads = 10, .writes = 2, .auth = 0.5, .burst = 1});
  EXPECT_EQ(limiter.rate(RateClass::read, start), 10);
  EXPECT_EQ(limiter.rate(RateClass::write, start), 2);
  EXPECT_EQ(limiter.rate(RateClass::auth, start), 0.5);
  auto times = departures(limiter, RateClass::write, 21);
  EXPECT_NEAR(seconds(times.back() - times.front()), 10, 0.01);
  limiter.narrow({.requests = 200, .reads = 200, .writes = 200, .auth = 2, .burst = 200});
  EXPECT_EQ(limiter.rate(RateClass::write, start), 2) << "never wider again";
  Limiter all({.requests = 100, .reads = 100, .writes = 100, .burst = 1});
  all.narrow({.requests = 5, .reads = 100, .writes = 100, .burst = 1});
  EXPECT_EQ(all.rate(RateClass::read, start), 5);
}

TEST(Limiter, WhatHasLeftCountsAlsoAgainstLimitsThatReplaceTheOldOnes) {
  Limiter limiter({.requests = 10, .reads = 10, .writes = 10, .burst = 5});
  for (int i = 0; i < 5; ++i) limiter.depart(RateClass::write, start, start);
  limiter.pause_until(start + 50ms);
  limiter.replace({.requests = 10, .reads = 10, .writes = 10, .burst = 5});
  EXPECT_EQ(limiter.earliest(RateClass::write, start), start + 100ms);
  EXPECT_EQ(limiter.paused_until(), start + 50ms);
  limiter.replace({.requests = 100, .reads = 20, .writes = 40, .auth = 3, .burst = 1});
  EXPECT_EQ(limiter.rate(RateClass::write, start), 40);
  EXPECT_EQ(limiter.rate(RateClass::read, start), 20);
  EXPECT_EQ(limiter.rate(RateClass::auth, start), 3);
}

TEST(Limiter, LateTimersCostNothingAndOverdrawNothing) {
  for (int burst : {1, 10}) {
    Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = double(burst)});
    auto times = departures(limiter, RateClass::write, 2000, [](int i) { return 1ms * (i % 7); });
    auto ratio = seconds(times.back() - times.front()) / ((2000 - burst) / 100.0);
    EXPECT_GT(ratio, 0.99);
    EXPECT_LT(ratio, 1.005);
    EXPECT_LE(most_within(times, 1s), 100 + burst + 2);  // 20 ms of slack
  }
}

TEST(Limiter, WhatALongStandstillMissedIsNotMadeUpFor) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 1});
  auto times = departures(limiter, RateClass::write, 300, [](int i) { return i == 100 ? 5s : Duration{}; });
  EXPECT_LE(most_within(times, 1s), 103);
}

TEST(Limiter, ARestGivesBackTheBurstAndNoMore) {
  Limiter limiter({.requests = 10, .reads = 10, .writes = 10, .burst = 5});
  departures(limiter, RateClass::read, 20);
  Mono now = start + 1h;
  int at_once = 0;
  while (limiter.earliest(RateClass::read, now) == now) limiter.depart(RateClass::read, now, now), ++at_once;
  EXPECT_EQ(at_once, 5);
}

TEST(Limiter, ReadsAndWritesHaveTheirOwnLimitAndOneTogether) {
  Limiter limiter({.requests = 10, .reads = 8, .writes = 5, .burst = 1});
  // Both classes ask all the time.
  int reads = 0, writes = 0;
  for (Mono now = start; now < start + 100s; now += 1ms) {
    for (auto cls : {RateClass::write, RateClass::read}) {
      if (limiter.earliest(cls, now) > now) continue;
      limiter.depart(cls, now, start);
      ++(cls == RateClass::read ? reads : writes);
    }
  }
  EXPECT_NEAR(reads + writes, 1000, 5);
  EXPECT_LE(writes, 502);
  EXPECT_LE(reads, 802);
  EXPECT_GE(reads, 450);
}

TEST(Limiter, TokenRequestsAreOnTheirOwn) {
  Limiter limiter({.requests = 10, .burst = 1});
  limiter.depart(RateClass::auth, start, start);
  EXPECT_EQ(limiter.earliest(RateClass::read, start), start);
  EXPECT_EQ(limiter.earliest(RateClass::auth, start), start + 1s);
}

TEST(Limiter, NothingLeavesBeforeARetryAfter) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 10});
  limiter.throttled(RateClass::write, start, start + 10ms, {.retry_after = 7s}, 0);
  for (auto cls : {RateClass::auth, RateClass::read, RateClass::write}) {
    EXPECT_EQ(limiter.earliest(cls, start + 20ms), start + 7010ms);
  }
  limiter.throttled(RateClass::write, start, start + 20ms, {.retry_after = 2s}, 0);  // a shorter one shortens nothing
  EXPECT_EQ(limiter.paused_until(), start + 7010ms);
}

TEST(Limiter, CutsTheRateToSevenTenthsOfWhatWasAcceptedOnceInHalfASecond) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 10});
  Mono now = start;
  for (int i = 0; i < 80; ++i) limiter.accepted(now, now += 25ms);  // 40 a second
  limiter.throttled(RateClass::write, now - 1ms, now, {.retry_after = 0s}, 0);
  EXPECT_NEAR(limiter.rate(RateClass::write, now), 28, 1.5);
  auto rate = limiter.rate(RateClass::write, now);
  limiter.throttled(RateClass::write, now - 1ms, now + 10ms, {.retry_after = 0s}, 0);   // was under way
  limiter.throttled(RateClass::write, now + 1ms, now + 400ms, {.retry_after = 0s}, 0);  // too soon
  EXPECT_NEAR(limiter.rate(RateClass::write, now), rate, 0.01);
  limiter.throttled(RateClass::write, now + 1ms, now + 600ms, {.retry_after = 0s}, 0);
  EXPECT_LT(limiter.rate(RateClass::write, now + 600ms), rate * 0.75);
  EXPECT_EQ(limiter.earliest(RateClass::auth, now + 600ms), now + 600ms);
}

TEST(Limiter, TakesANamedLimitAtOnceAndKeepsIt) {
  Limiter limiter({.requests = 2000, .reads = 2000, .writes = 2000, .burst = 10});
  limiter.throttled(RateClass::write, start, start + 10ms, {.per_second = 30}, 0);
  EXPECT_NEAR(limiter.rate(RateClass::write, start + 1s), 28.5, 0.1);
  EXPECT_NEAR(limiter.rate(RateClass::write, start + 200s), 28.5, 0.1);
  EXPECT_GE(limiter.paused_until(), start + 500ms);
}

TEST(Limiter, PausesLongerEachTimeWhenTheServerNamesNoTime) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 10});
  Mono now = start;
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) {
    limiter.throttled(RateClass::write, now, now + 1ms, {}, 0.999);
    pauses.push_back(limiter.paused_until() - now);
    now = limiter.paused_until() + 1s;
  }
  EXPECT_NEAR(seconds(pauses[0]), 1, 0.01);
  EXPECT_NEAR(seconds(pauses[1]), 2, 0.01);
  EXPECT_NEAR(seconds(pauses[2]), 4, 0.01);
  EXPECT_NEAR(seconds(pauses[7]), 20, 0.1);
  limiter.accepted(now, now + 1ms);
  limiter.throttled(RateClass::write, now + 2ms, now + 600ms, {}, 0);
  EXPECT_NEAR(seconds(limiter.paused_until() - now), 1.1, 0.01);  // half of it with the least jitter
}

// A server with a hidden token bucket, and a client with so many requests in flight.
struct Simulation {
  double hidden_rate, hidden_burst;
  int concurrency;
  Duration latency;
  std::function<ThrottleHint(double rate)> hint;

  int throttles = 0, broken_pauses = 0;
  Duration took{};
  std::vector<Mono> arrivals{};

  void run(Limiter& limiter, int changes) {
    double tokens = hidden_burst;
    Mono last = start, now = start, told = start;
    struct Flight {
      Mono sent, answered;
      bool throttled;
      bool operator>(const Flight& other) const { return answered > other.answered; }
    };
    std::priority_queue<Flight, std::vector<Flight>, std::greater<>> flights;
    int waiting = changes, done = 0;
    while (done < changes) {
      bool room = waiting > 0 && static_cast<int>(flights.size()) < concurrency;
      auto departs = room ? limiter.earliest(RateClass::write, now) : Mono::max();
      if (!flights.empty() && flights.top().answered <= departs) {
        auto flight = flights.top();
        flights.pop();
        now = std::max(now, flight.answered);
        if (!flight.throttled) {
          ++done;
          limiter.accepted(flight.sent, now);
          continue;
        }
        ++throttles, ++waiting;
        auto said = hint(hidden_rate);
        limiter.throttled(RateClass::write, flight.sent, now, said, 0.5);
        if (said.retry_after) told = std::max(told, now + *said.retry_after);
        continue;
      }
      now = std::max(now, departs);
      limiter.depart(RateClass::write, now, start);
      --waiting;
      broken_pauses += now < told;
      tokens = std::min(hidden_burst, tokens + seconds(now - last) * hidden_rate);
      last = now;
      bool refused = tokens < 1;
      if (!refused) tokens -= 1, arrivals.push_back(now);
      flights.push({now, now + latency, refused});
    }
    took = now - start;
  }
};

TEST(Limiter, FindsAHiddenLimitAtTheCostOfFewThrottlings) {
  struct Form {
    const char* name;
    std::function<ThrottleHint(double)> hint;
  };
  const std::vector<Form> forms = {
      {"429 with Retry-After", [](double) { return ThrottleHint{.retry_after = 1s}; }},
      {"429 without", [](double) { return ThrottleHint{}; }},
      {"503 with a date", [](double) { return ThrottleHint{.retry_after = 2s}; }},
      {"APIGW.0308", [](double rate) { return ThrottleHint{.per_second = rate}; }},
  };
  for (const auto& form : forms) {
    for (int concurrency : {1, 8, 32}) {
      for (double burst : {1.0, 30.0}) {
        Limiter limiter({.requests = 2000, .reads = 2000, .writes = 2000, .burst = 10});
        Simulation simulation{30, burst, concurrency, 20ms, form.hint};
        simulation.run(limiter, 240);
        SCOPED_TRACE(::testing::Message()
                     << form.name << ", concurrency " << concurrency << ", burst " << burst << ": "
                     << simulation.throttles << " throttlings, " << seconds(simulation.took) << " s");
        EXPECT_LE(simulation.throttles, 60);
        EXPECT_EQ(simulation.broken_pauses, 0);
        EXPECT_LE(simulation.took, 40s);
      }
    }
  }
}

TEST(Limiter, ComesBackToTheConfiguredRateWhenTheCloudDoes) {
  Limiter limiter({.requests = 100, .reads = 100, .writes = 100, .burst = 10});
  Simulation narrow{20, 1, 8, 20ms, [](double) { return ThrottleHint{.retry_after = 1s}; }};
  narrow.run(limiter, 100);
  Mono now = start + narrow.took;
  std::vector<Mono> times;
  for (; now < start + narrow.took + 30s;) {
    now = limiter.earliest(RateClass::write, now);
    limiter.depart(RateClass::write, now, start);
    limiter.accepted(now, now);
    times.push_back(now);
  }
  EXPECT_EQ(limiter.rate(RateClass::write, now), 100);
  EXPECT_NEAR(seconds(times.back() - times[times.size() - 101]), 1, 0.05);
}

}  // namespace
}  // namespace retouch::core
