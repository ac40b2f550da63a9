#include "token_fixture.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;

TEST_F(TokenAuthorizerTest, AThousandRequestsWaitForOneLogin) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < 1000; ++i) {
      work.emplace_back([&]() -> task<void> { EXPECT_EQ(co_await token_of(authorizer), "t1"); });
    }
    co_await async::join_all(std::move(work));
  });
  EXPECT_EQ(wire.requests.size(), 1u);
  EXPECT_EQ(authorizer.counters().logins, 1);
}

TEST_F(TokenAuthorizerTest, WaitersOfASlowLoginAllGetItsToken) {
  wire.expect("POST", "/v3/auth/tokens").after(5s, clock).reply([&](const http::Request&) -> Result<http::Response> {
    return test::token_response("slow", clock.wall(), life);
  });
  auto authorizer = make();
  run([&]() -> task<void> {
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < 10; ++i) {
      work.emplace_back([&]() -> task<void> { EXPECT_EQ(co_await token_of(authorizer), "slow"); });
    }
    co_await async::join_all(std::move(work));
  });
}

TEST_F(TokenAuthorizerTest, SaysWhoWeAreAndWhere) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto session = co_await authorizer.session();
    EXPECT_EQ(session.value().project_id, "p1");
    EXPECT_EQ(session.value().user_name, "imgbot");
    EXPECT_EQ(to_string(session.value().endpoint), "https://glance.example/");
  });
  EXPECT_EQ(authorizer.token_left(), Duration(24h));
}

TEST_F(TokenAuthorizerTest, ALoginHasTheCloudsTimeForARequest) {
  wire.expect("POST", "/v3/auth/tokens").reply([&](const http::Request& request) -> Result<http::Response> {
    EXPECT_EQ(request.timeout, Duration(3s));
    return test::token_response("t1", clock.wall(), life);
  });
  auto authorizer = make({.request_timeout = 3s});
  run([&]() -> task<void> { EXPECT_EQ(co_await token_of(authorizer), "t1"); });
}

TEST_F(TokenAuthorizerTest, TheTokenGoesToNoOtherOrigin) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    http::Request request{.url = http::parse_url("https://evil.example/v2/images").value()};
    const auto done = co_await authorizer.authorize(request);
    EXPECT_EQ(done.error().code, Errc::untrusted);
    EXPECT_EQ(request.headers.get("X-Auth-Token"), std::nullopt);
  });
}

TEST_F(TokenAuthorizerTest, IsRenewedAheadByOneRequestWhileTheOthersGoOn) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(16h);
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(4h);
    EXPECT_EQ(co_await token_of(authorizer), "t2");
    EXPECT_EQ(co_await token_of(authorizer), "t2");
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, WithThePermitInHandNothingIsRenewedAhead) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(20h);
    EXPECT_TRUE(authorizer.prepared());
    auto request = image_request();
    EXPECT_TRUE(co_await authorizer.authorize(request));
    EXPECT_EQ(request.headers.get("X-Auth-Token"), "t1");
  });
  EXPECT_EQ(wire.requests.size(), 1u);
}

TEST_F(TokenAuthorizerTest, AFailedRenewalAheadKeepsTheOldTokenInUse) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(20h);
    refuse(503);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(co_await token_of(authorizer), "t1");
    EXPECT_EQ(wire.requests.size(), 2u);
    clock.advance(61s);
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    EXPECT_EQ(wire.requests.size(), 3u);
  });
  EXPECT_EQ(authorizer.counters().failed, 2);
}

TEST_F(TokenAuthorizerTest, ARefusedRenewalAheadIsNotRepeatedWhileTheOldTokenLasts) {
  issue();
  auto authorizer = make({}, false);  // by itself, not because the disk remembers
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(20h);
    refuse();
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(co_await token_of(authorizer), "t1");
      clock.advance(5min);
    }
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, ATokenOfTwentySecondsIsUsedUpAndReplaced) {
  issue();
  life = 20s;
  auto authorizer = make();
  run([&]() -> task<void> {
    for (int second = 0; second < 30; ++second) {  // half of the requests need a second token, none a third
      EXPECT_EQ(co_await token_of(authorizer), second < 18 ? "t1" : "t2") << second;
      clock.advance(1s);
    }
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, TheLifeIsTheServersNotOurs) {
  auto authorizer = make();
  run([&]() -> task<void> {
    // The server's clock is three hours ahead; its token lives one hour.
    wire.expect("POST").reply([&](const http::Request&) -> Result<http::Response> {
      return test::token_response("ahead", clock.wall() + 3h, 1h);
    });
    EXPECT_EQ(co_await token_of(authorizer), "ahead");
  });
  EXPECT_EQ(authorizer.token_left(), Duration(1h));
  EXPECT_EQ(authorizer.clock_offset(), Duration(3h));
}

TEST_F(TokenAuthorizerTest, A401OnAnOldTokenMeansOneLoginForAllWhoSawIt) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(1h);
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < 50; ++i) {
      work.emplace_back([&]() -> task<void> {
        const auto again = co_await reject(authorizer, "t1");
        EXPECT_TRUE(again.value());
        EXPECT_EQ(co_await token_of(authorizer), "t2");
      });
    }
    co_await async::join_all(std::move(work));
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, A401OnAYoungTokenSuspendsTheAccountAndLogsNobodyIn) {
  issue();
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(10s);
    const auto again = co_await reject(authorizer, "t1");
    EXPECT_EQ(again.error().reaction, Reaction::transient);
    EXPECT_NE(again.error().code, Errc::credentials);
    EXPECT_EQ(again.error().retry_after, Duration(60s));
    clock.advance(20s);
    const auto paused = co_await error_of(authorizer);
    EXPECT_EQ(paused->reaction, Reaction::transient);
    EXPECT_EQ(paused->retry_after, Duration(40s));
    clock.advance(41s);
    EXPECT_EQ(co_await token_of(authorizer), "t1");
  });
  EXPECT_EQ(wire.requests.size(), 1u);
}

TEST_F(TokenAuthorizerTest, AFailingTokenEndpointIsAskedWithGrowingPausesAndItsCauseIsTold) {
  wire.otherwise([](const http::Request&) -> Result<http::Response> {
    return fail(Errc::connect, "connection refused", Reaction::transient);
  });
  auto authorizer = make();
  run([&]() -> task<void> {
    for (int second = 0; second < 60; ++second) {
      const auto error = co_await error_of(authorizer);
      EXPECT_EQ(error->reaction, Reaction::transient);
      EXPECT_NE(error->message.find("connection refused"), std::string::npos);
      clock.advance(1s);
    }
  });
  EXPECT_EQ(wire.requests.size(), 6u);  // at 0, 1, 3, 7, 15, 31 s
}

TEST_F(TokenAuthorizerTest, ALostAnswerOfTheTokenEndpointIsTransient) {
  wire.otherwise(
      [](const http::Request&) -> Result<http::Response> { return fail(Errc::closed, "closed", Reaction::uncertain); });
  auto authorizer = make();
  run([&]() -> task<void> { EXPECT_EQ((co_await error_of(authorizer))->reaction, Reaction::transient); });
}

TEST_F(TokenAuthorizerTest, TheTokenEndpointsRetryAfterIsObeyed) {
  wire.otherwise([](const http::Request&) -> Result<http::Response> {
    http::Response answer{.status = 429};
    answer.headers.set("Retry-After", "30");
    return answer;
  });
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ((co_await error_of(authorizer))->reaction, Reaction::throttled);
    clock.advance(29s);
    EXPECT_EQ((co_await error_of(authorizer))->retry_after, Duration(1s));
    EXPECT_EQ(wire.requests.size(), 1u);
    clock.advance(1s);
    co_await error_of(authorizer);
    EXPECT_EQ(wire.requests.size(), 2u);
  });
}

TEST_F(TokenAuthorizerTest, ATokenThatIsOverOnArrivalIsNoToken) {
  issue();
  life = -1s;
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_NE((co_await error_of(authorizer))->message.find("already expired"), std::string::npos);
  });
}

TEST_F(TokenAuthorizerTest, APasswordIsNotSentOverPlainHttp) {
  account.auth_url = "http://keystone.example/v3";
  auto authorizer = make();
  run([&]() -> task<void> { EXPECT_EQ((co_await error_of(authorizer))->code, Errc::untrusted); });
  EXPECT_TRUE(wire.requests.empty());
}

}  // namespace
}  // namespace retouch::auth
