#include "retouch/core/retry.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, IsFullJitterUnderADoublingCap) {
  EXPECT_EQ(backoff(50ms, 20s, 1, 0), 0s);
  EXPECT_EQ(backoff(50ms, 20s, 1, 0.5), 25ms);
  EXPECT_EQ(backoff(50ms, 20s, 3, 0.5), 100ms);
  EXPECT_EQ(backoff(1s, 20s, 40, 0.5), 10s);
}

TEST(RetryBudget, IsSpentByRetriesAndRefilledBySuccessOnly) {
  RetryBudget budget(12);
  EXPECT_TRUE(budget.spend(10));
  EXPECT_FALSE(budget.spend(5));
  EXPECT_EQ(budget.units(), 2);
  budget.refund(100);
  EXPECT_EQ(budget.units(), 12);
}

TEST(Retry, OnlyTransientAndThrottledAreRepeated) {
  for (auto reaction : {Reaction::permanent, Reaction::auth, Reaction::conflict, Reaction::uncertain}) {
    RetryBudget budget;
    RetryState state({}, budget);
    EXPECT_FALSE(state.failed(reaction, {}, 0.5).again);
    EXPECT_EQ(budget.units(), 500);
  }
}

TEST(Retry, ThreeAttemptsWithGrowingWaits) {
  RetryBudget budget;
  RetryState state({}, budget);
  auto first = state.failed(Reaction::transient, {}, 0.5);
  EXPECT_TRUE(first.again);
  EXPECT_EQ(first.wait, 25ms);
  auto second = state.failed(Reaction::transient, {}, 0.5);
  EXPECT_TRUE(second.again);
  EXPECT_EQ(second.wait, 50ms);
  EXPECT_FALSE(state.failed(Reaction::transient, {}, 0.5).again);
  EXPECT_EQ(budget.units(), 490);
  state.succeeded();
  EXPECT_EQ(budget.units(), 495);
}

TEST(Retry, ThrottlingIsNoFailedAttemptButHasABound) {
  RetryBudget budget;
  RetryState state({}, budget);
  for (int i = 0; i < 8; ++i) {
    auto verdict = state.failed(Reaction::throttled, 2s, 0.5);
    EXPECT_TRUE(verdict.again);
    EXPECT_EQ(verdict.wait, 0s);  // the limiter waits
  }
  EXPECT_FALSE(state.failed(Reaction::throttled, {}, 0.5).again);
  EXPECT_EQ(budget.units(), 420);
}

TEST(Retry, ARetryAfterIsObeyedUpToTwoMinutes) {
  RetryBudget budget;
  RetryState state({}, budget);
  EXPECT_EQ(state.failed(Reaction::transient, 3s, 0.5).wait, 3s);
  EXPECT_TRUE(RetryState({}, budget).failed(Reaction::throttled, 120s, 0.5).again);
  EXPECT_FALSE(RetryState({}, budget).failed(Reaction::throttled, 121s, 0.5).again);
}

TEST(Retry, AnOutageIsNotAmplifiedBeyondTheBudget) {
  RetryBudget budget;
  int retries = 0;
  for (int request = 0; request < 10000; ++request) {
    RetryState state({}, budget);
    while (state.failed(Reaction::transient, {}, 0.5).again) ++retries;
  }
  EXPECT_EQ(retries, 100);
  RetryState(RetryLimits{}, budget).succeeded();
  EXPECT_EQ(budget.units(), 1);
}

TEST(Breaker, OpensAfterFiveFailuresInARowAndLetsOneProbeThrough) {
  Breaker breaker;
  Mono now{};
  for (int i = 0; i < 4; ++i) breaker.failed(now);
  breaker.succeeded();
  for (int i = 0; i < 4; ++i) breaker.failed(now);
  EXPECT_FALSE(breaker.blocked(now));
  breaker.failed(now);
  EXPECT_EQ(breaker.blocked(now + 10s), 20s);
  breaker.failed(now + 10s);  // of a request that was under way
  EXPECT_EQ(breaker.blocked(now + 29s), 1s);
  EXPECT_FALSE(breaker.blocked(now + 30s));
  EXPECT_TRUE(breaker.blocked(now + 30s));  // one probe only
  breaker.failed(now + 31s);
  EXPECT_EQ(breaker.blocked(now + 31s), 60s);
  EXPECT_FALSE(breaker.blocked(now + 91s));
  breaker.undecided();
  EXPECT_FALSE(breaker.blocked(now + 92s));
  breaker.succeeded();
  EXPECT_FALSE(breaker.blocked(now + 92s));
  EXPECT_FALSE(breaker.blocked(now + 92s));
}

TEST(Breaker, WaitsNoLongerThanFiveMinutes) {
  Breaker breaker;
  Mono now{};
  for (int i = 0; i < 5; ++i) breaker.failed(now);
  for (int trip = 0; trip < 20; ++trip) {
    now += *breaker.blocked(now);
    EXPECT_FALSE(breaker.blocked(now));
    breaker.failed(now);
  }
  EXPECT_EQ(breaker.blocked(now), 5min);
}

}  // namespace
}  // namespace retouch::core
