// What throttling teaches the limiter, and for how long.
#include <gtest/gtest.h>

#include "retouch/core/limiter.hpp"

namespace retouch::core {
namespace {

using namespace std::chrono_literals;

constexpr Mono start = Mono{} + 1h;

struct Account {
  Limiter limiter{{.requests = 100, .reads = 100, .writes = 100, .burst = 10}};
  Mono now = start;

  // So many requests a second leave and are accepted.
  void work(double per_second, Duration how_long) {
    const auto gap = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / per_second));
    for (const Mono end = now + how_long; now < end; now += gap) limiter.accepted(now - 1ms, now);
  }
  // One that left `ago` is refused.
  void throttle(const ThrottleHint& hint, Duration ago = 1ms, RateClass cls = RateClass::write) {
    limiter.throttled(cls, now - ago, now, hint, 0.999);
  }
  double rate() const { return limiter.rate(RateClass::write, now); }
  int free_now() {
    int count = 0;
    while (limiter.earliest(RateClass::write, now) <= now && count < 50) {
      limiter.depart(RateClass::write, now, now);
      ++count;
    }
    return count;
  }
};

TEST(LimiterLearning, ATokenRequestThatIsThrottledPausesButSlowsNobodyDown) {
  Account a;
  a.throttle({.retry_after = 3s}, 1ms, RateClass::auth);
  EXPECT_EQ(a.limiter.earliest(RateClass::write, a.now), a.now + 3s);
  EXPECT_EQ(a.rate(), 100);
}

// Clouds of one credential: what was under way together is throttled together.
TEST(LimiterLearning, TokenRequestsThatAreThrottledTogetherAreOneThrottling) {
  Account a;
  for (int i = 0; i < 5; ++i) a.throttle({}, 1s, RateClass::auth);
  EXPECT_LE(a.limiter.earliest(RateClass::auth, a.now), a.now + 1s) << "five in a row would be a pause of 16 s";
}

TEST(LimiterLearning, AnAnswerToWhatLeftBeforeTheCutIsNoNews) {
  Account a;
  a.work(40, 3s);
  a.throttle({.retry_after = 0s});
  const double rate = a.rate();
  a.now += 1s;
  a.throttle({.retry_after = 0s}, 2s);
  EXPECT_GE(a.rate(), rate) << "however late it comes";
}

TEST(LimiterLearning, ASuccessOfWhatLeftBeforeTheCutEndsNoRowOfThrottlings) {
  Account a;
  a.throttle({});
  const Mono cut = a.now;
  a.now += 2s;
  a.limiter.accepted(cut - 1ms, a.now);
  a.throttle({});
  EXPECT_GT(a.limiter.paused_until() - a.now, Duration(1900ms)) << "the second pause in a row";
  a.now += 3s;
  a.limiter.accepted(a.now - 1ms, a.now);
  a.now += 1s;
  a.throttle({});
  EXPECT_LT(a.limiter.paused_until() - a.now, Duration(1100ms)) << "a fresh success ends the row";
}

TEST(LimiterLearning, ALimitThatWasNamedCapsGrowthForFiveMinutes) {
  Account a;
  a.work(10, 3s);
  a.throttle({.retry_after = 0s});
  const double learned = a.rate();
  EXPECT_LT(learned, 10);
  a.now += 1s;
  a.throttle({.retry_after = 0s, .per_second = 20});
  EXPECT_LT(a.rate(), 10) << "a higher limit than what works is no reason to go faster";
  a.work(50, 4min);
  EXPECT_NEAR(a.rate(), 19, 0.1) << "5 % below the limit";
  a.work(50, 2min);
  EXPECT_GT(a.rate(), 25) << "and then it is forgotten";
}

TEST(LimiterLearning, ARateThatNobodyUsesDoesNotGrow) {
  Account a;
  a.work(40, 3s);
  a.throttle({.retry_after = 0s});
  a.now += 10min;
  EXPECT_LT(a.rate(), 40);
}

TEST(LimiterLearning, GrowsOnlyWhenThePauseIsOver) {
  Account a;
  a.work(100, 3s);
  a.throttle({.retry_after = 60s});
  a.now += 60s;
  a.work(70, 2s);
  EXPECT_LT(a.rate(), 97) << "two seconds of growing, not sixty-two";
}

TEST(LimiterLearning, GivesBackBurstsOnceItHasRecovered) {
  Account a;
  a.work(40, 3s);
  a.throttle({.retry_after = 0s});
  a.now += 1min;
  EXPECT_EQ(a.free_now(), 1) << "while it is slowed";
  a.work(100, 2min);
  EXPECT_EQ(a.rate(), 100);
  a.now += 1min;
  EXPECT_EQ(a.rate(), 100) << "also after a rest";
  EXPECT_EQ(a.free_now(), 10);
}

TEST(LimiterLearning, NeverWaitsLongerThanADayForOneRequest) {
  Limiter limiter({.requests = 1e-12, .reads = 1e-12, .writes = 1e-12, .burst = 1});
  limiter.depart(RateClass::write, start, start);
  EXPECT_GT(limiter.earliest(RateClass::write, start), start + 23h);
  EXPECT_LE(limiter.earliest(RateClass::write, start), start + 24h);
}

}  // namespace
}  // namespace retouch::core
