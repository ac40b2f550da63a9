#include "retouch/core/token.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

using namespace std::chrono_literals;
using Next = TokenFreshness::Next;
using Rejection = TokenFreshness::Rejection;

constexpr Mono t0{};

TokenFreshness with_token(Duration life, double jitter = 0) {
  TokenFreshness freshness;
  freshness.started();
  freshness.obtained(t0, life, jitter);
  return freshness;
}

TEST(TokenFreshness, WithoutATokenOneRenewsAndTheOthersWait) {
  TokenFreshness freshness;
  EXPECT_EQ(freshness.next(t0), Next::renew);
  freshness.started();
  EXPECT_EQ(freshness.next(t0), Next::wait);
  freshness.abandoned();
  EXPECT_EQ(freshness.next(t0), Next::renew);
}

TEST(TokenFreshness, IsUsedThenRenewedAheadThenNotSentAnyMore) {
  struct Case {
    Duration life;
    double jitter;
    Duration ahead, last_use;
  };
  const Case cases[] = {
      {24h, 0, 69120s, 24h - 120s},
      {24h, 0.5, 64800s, 24h - 120s},
      {1h, 0, 48min, 58min},
      {1h, 0.9, 2556s, 58min},
      {1200s, 0, 960s, 1080s},
      {100s, 0, 80s, 90s},  // a tenth of the life, not 120 s: otherwise it could never be used
      {20s, 0, 18s, 18s},   // younger than 60 s: no renewal ahead, used up
      {72s, 0, 60s, 64800ms},
      {5s, 0, 4s, 4s},  // the last second may be one of rounding
      {1s, 0, 500ms, 500ms},
  };
  for (const auto& c : cases) {
    auto freshness = with_token(c.life, c.jitter);
    if (c.ahead < c.last_use) {
      EXPECT_EQ(freshness.next(t0 + c.ahead - 1s), Next::use);
      EXPECT_EQ(freshness.next(t0 + c.ahead), Next::use_ahead) << c.life.count();
    }
    EXPECT_NE(freshness.next(t0 + c.last_use - 1ms), Next::renew) << c.life.count();
    EXPECT_EQ(freshness.next(t0 + c.last_use), Next::renew) << c.life.count();
  }
}

TEST(TokenFreshness, WhileItIsRenewedAheadTheOthersGoOnWithTheOldOne) {
  auto freshness = with_token(1h);
  freshness.started();
  EXPECT_EQ(freshness.next(t0 + 50min), Next::use);
  EXPECT_EQ(freshness.next(t0 + 59min), Next::wait);
}

TEST(TokenFreshness, AFailedRenewalAheadIsNotTriedAgainForAMinute) {
  auto freshness = with_token(1h);
  freshness.started();
  freshness.failed(t0 + 50min);
  EXPECT_EQ(freshness.next(t0 + 50min + 59s), Next::use);
  EXPECT_EQ(freshness.next(t0 + 51min), Next::use_ahead);
}

TEST(TokenFreshness, FailuresWithoutATokenBackOffFromASecondToAMinute) {
  TokenFreshness freshness;
  auto now = t0;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    freshness.started();
    freshness.failed(now);
    EXPECT_EQ(freshness.next(now + pause - 1ms), Next::pause);
    EXPECT_EQ(freshness.pause_end(), now + pause);
    now += pause;
    EXPECT_EQ(freshness.next(now), Next::renew);
  }
  freshness.started();
  freshness.obtained(now, 1h, 0);
  EXPECT_EQ(freshness.next(now), Next::use);
}

TEST(TokenFreshness, ObeysTheServersRetryAfter) {
  TokenFreshness freshness;
  freshness.started();
  freshness.failed(t0, 90s);
  EXPECT_EQ(freshness.next(t0 + 89s), Next::pause);
  EXPECT_EQ(freshness.next(t0 + 90s), Next::renew);
}

TEST(TokenFreshness, A401OnAnOldTokenRenewsItOnce) {
  auto freshness = with_token(24h);
  EXPECT_EQ(freshness.rejected(t0 + 60s, true), Rejection::resend);
  EXPECT_EQ(freshness.next(t0 + 60s), Next::renew);
  EXPECT_EQ(freshness.rejected(t0 + 60s, true), Rejection::resend);  // others that had sent the same one
  freshness.started();
  freshness.obtained(t0 + 61s, 24h, 0);
  EXPECT_EQ(freshness.rejected(t0 + 61s, false), Rejection::resend);  // a late one, sent with the token before
  EXPECT_EQ(freshness.next(t0 + 61s), Next::use);
}

TEST(TokenFreshness, A401OnAYoungTokenSuspendsInsteadOfRenewing) {
  auto freshness = with_token(24h);
  EXPECT_EQ(freshness.rejected(t0 + 59s, true), Rejection::suspend);
  EXPECT_EQ(freshness.next(t0 + 59s), Next::pause);
  EXPECT_EQ(freshness.pause_end(), t0 + 119s);
  EXPECT_EQ(freshness.rejected(t0 + 60s, true), Rejection::suspend);  // in flight at that time: no longer pause
  EXPECT_EQ(freshness.pause_end(), t0 + 119s);
  EXPECT_EQ(freshness.next(t0 + 119s), Next::use);
}

TEST(TokenFreshness, RepeatedSuspensionsGrow) {
  auto freshness = with_token(24h);
  EXPECT_EQ(freshness.rejected(t0, true), Rejection::suspend);
  EXPECT_EQ(freshness.rejected(t0 + 60s, true), Rejection::resend);
  freshness.started();
  freshness.obtained(t0 + 60s, 24h, 0);
  EXPECT_EQ(freshness.rejected(t0 + 61s, true), Rejection::suspend);
  EXPECT_EQ(freshness.pause_end(), t0 + 61s + 120s);
}

TEST(TokenFreshness, A401AfterItsOwnEndIsNoIllness) {
  auto freshness = with_token(20s);
  EXPECT_EQ(freshness.rejected(t0 + 18s, true), Rejection::resend);
  EXPECT_EQ(freshness.next(t0 + 18s), Next::renew);
}

TEST(TokenFreshness, SaysWhatIsLeft) {
  EXPECT_EQ(TokenFreshness().left(t0), std::nullopt);
  EXPECT_EQ(with_token(1h).left(t0 + 10min), Duration(50min));
}

}  // namespace
}  // namespace retouch::core
