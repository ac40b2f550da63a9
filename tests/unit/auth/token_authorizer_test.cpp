#include "retouch/auth/token_authorizer.hpp"

#include <gtest/gtest.h>

#include "accounts.hpp"
#include "fake_files.hpp"
#include "fake_transport.hpp"
#include "retouch/async/join.hpp"
#include "run.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;
using test::FakeTransport;

struct TokenAuthorizerTest : testing::Test {
  test::ManualClock clock{*parse_rfc3339("2026-11-21T12:00:00Z")};
  SeededRandom random{1};
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  test::FakeFiles files;
  std::shared_ptr<const TokenStore> store = std::make_shared<TokenStore>("/cache", files, random);
  FakeTransport wire;
  Account account = test::password_account();
  std::vector<std::string> logged;
  int tokens = 0;
  Duration life = 24h;

  TokenAuthorizer make(AuthOptions options = {}, bool cached = true) {
    Log log([this](const LogRecord& record) { logged.emplace_back(record.message); }, LogLevel::info);
    return TokenAuthorizer(account, AuthContext{.transport = test::share(wire),
                                                .store = cached ? store : nullptr,
                                                .clock = clock,
                                                .random = random,
                                                .blocking = *blocking,
                                                .log = log,
                                                .options = options});
  }
  // Every login gets the next token: t1, t2, …
  void issue() {
    wire.otherwise([this](const http::Request&) -> Result<http::Response> {
      return test::token_response("t" + std::to_string(++tokens), clock.wall(), life);
    });
  }
  void refuse(int status = 401) {
    wire.otherwise(
        [status](const http::Request&) -> Result<http::Response> { return http::Response{.status = status}; });
  }
  static http::Request image_request() { return {.url = http::parse_url("https://glance.example/v2/images").value()}; }

  task<std::string> token_of(TokenAuthorizer& authorizer) {
    auto request = image_request();
    auto done = co_await authorizer.authorize(request);
    if (!done) co_return "error: " + done.error().message;
    co_return std::string(request.headers.get("X-Auth-Token").value_or(""));
  }
  task<std::optional<Error>> error_of(TokenAuthorizer& authorizer) {
    auto request = image_request();
    auto done = co_await authorizer.authorize(request);
    if (done) co_return std::nullopt;
    co_return done.error();
  }
  // A 401 for a request that was sent with `token`.
  static task<Result<bool>> reject(TokenAuthorizer& authorizer, std::string token) {
    auto sent = image_request();
    sent.headers.set("X-Auth-Token", token);
    const http::Response answer{.status = 401};
    co_return co_await authorizer.rejected(sent, answer);
  }
  void run(const std::function<task<void>()>& body) { test::run(body, &clock); }
};

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
  auto authorizer = make();
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

TEST_F(TokenAuthorizerTest, RefusedCredentialsAreTriedOnceHoweverManyAsk) {
  refuse();
  auto authorizer = make();
  run([&]() -> task<void> {
    for (int i = 0; i < 20; ++i) {
      const auto error = co_await error_of(authorizer);
      EXPECT_EQ(error->code, Errc::credentials);
      EXPECT_EQ(error->reaction, Reaction::auth);
      clock.advance(10min);
    }
  });
  EXPECT_EQ(wire.requests.size(), 1u);
  EXPECT_EQ(authorizer.counters().refused, 1);
}

TEST_F(TokenAuthorizerTest, RefusedCredentialsAreTriedAgainAfterSixHours) {
  refuse();
  auto authorizer = make();
  run([&]() -> task<void> {
    co_await error_of(authorizer);
    clock.advance(6h);
    co_await error_of(authorizer);
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, TheNextProcessDoesNotRepeatARefusalUnlessByHandOrWithANewSecret) {
  refuse();
  run([&]() -> task<void> {
    auto first = make();
    co_await error_of(first);
    auto second = make();
    const auto error = co_await error_of(second);
    EXPECT_EQ(error->code, Errc::credentials);
    EXPECT_NE(error->message.find("not tried again"), std::string::npos);
    EXPECT_EQ(wire.requests.size(), 1u);
    auto by_hand = make({.by_hand = true});
    co_await error_of(by_hand);
    co_await error_of(by_hand);
    EXPECT_EQ(wire.requests.size(), 2u);
    std::get<PasswordLogin>(account.login).password = Secret("corrected");
    issue();
    auto corrected = make();
    EXPECT_EQ(co_await token_of(corrected), "t1");
    EXPECT_EQ(wire.requests.size(), 3u);
  });
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

TEST_F(TokenAuthorizerTest, ASecondProcessWithinTheTokensLifeDoesNotLogIn) {
  issue();
  run([&]() -> task<void> {
    auto first = make();
    EXPECT_EQ(co_await token_of(first), "t1");
    clock.advance(1h);
    auto second = make();
    EXPECT_EQ(co_await token_of(second), "t1");
    EXPECT_EQ(second.token_left(), Duration(23h));
    EXPECT_EQ(second.counters().from_cache, 1);
  });
  EXPECT_EQ(wire.requests.size(), 1u);
}

TEST_F(TokenAuthorizerTest, CheckLogsInAfreshAndLeavesTheTokenForOthers) {
  issue();
  run([&]() -> task<void> {
    auto first = make();
    EXPECT_EQ(co_await token_of(first), "t1");
    auto check = make({.use_cache = false});
    EXPECT_EQ(co_await token_of(check), "t2");
    auto third = make();
    EXPECT_EQ(co_await token_of(third), "t2");
  });
}

TEST_F(TokenAuthorizerTest, ADeadTokenIsNotTakenFromDiskAgain) {
  issue();
  run([&]() -> task<void> {
    auto authorizer = make();
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    clock.advance(1h);
    EXPECT_TRUE((co_await reject(authorizer, "t1")).value());
    EXPECT_EQ(co_await token_of(authorizer), "t2");
  });
}

TEST_F(TokenAuthorizerTest, ATokenThatAnotherProcessRenewedIsTakenInsteadOfLoggingIn) {
  issue();
  run([&]() -> task<void> {
    auto one = make(), other = make();
    EXPECT_EQ(co_await token_of(one), "t1");
    EXPECT_EQ(co_await token_of(other), "t1");
    clock.advance(20h);
    EXPECT_EQ(co_await token_of(one), "t2");
    EXPECT_EQ(co_await token_of(other), "t2");
  });
  EXPECT_EQ(wire.requests.size(), 2u);
}

TEST_F(TokenAuthorizerTest, WaitsForAnotherProcessThatIsLoggingInButNotForEver) {
  issue();
  run([&]() -> task<void> {
    files.locked_elsewhere.insert("/cache/" + account_fingerprint(account).substr(0, 40) + ".lock");
    auto authorizer = make();
    const auto before = clock.now();
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    EXPECT_EQ(clock.now() - before, Duration(30s));
  });
}

TEST_F(TokenAuthorizerTest, AnUnwritableCacheCostsAWarningNotTheLogin) {
  issue();
  files.fail_writes = true;
  auto authorizer = make();
  run([&]() -> task<void> { EXPECT_EQ(co_await token_of(authorizer), "t1"); });
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_NE(logged[0].find("No space left"), std::string::npos);
}

TEST_F(TokenAuthorizerTest, WorksWithoutACache) {
  issue();
  auto authorizer = make({}, false);
  run([&]() -> task<void> { EXPECT_EQ(co_await token_of(authorizer), "t1"); });
  EXPECT_TRUE(files.writes.empty());
}

TEST_F(TokenAuthorizerTest, SecretsReachNeitherLogsNorErrors) {
  refuse();
  files.fail_writes = true;
  auto authorizer = make();
  run([&]() -> task<void> { logged.push_back((co_await error_of(authorizer))->message); });
  for (const auto& line : logged) EXPECT_EQ(line.find("pw-canary"), std::string::npos);
}

}  // namespace
}  // namespace retouch::auth
