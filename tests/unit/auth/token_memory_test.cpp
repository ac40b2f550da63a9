// What one process leaves on disk for the next, and what it does not.
#include "token_fixture.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;

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

// The decorators wait and repeat: what they waited for is not the token's age, by which a 401 is judged.
TEST_F(TokenAuthorizerTest, ATokenIsAsOldAsTheAttemptThatBroughtIt) {
  wire.otherwise([this](const http::Request&) -> Result<http::Response> {
    clock.advance(90s);  // throttled twice
    auto answer = test::token_response("t1", clock.wall(), life);
    answer.elapsed = 1s;
    return answer;
  });
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ(co_await token_of(authorizer), "t1");
    const auto renewed = co_await reject(authorizer, "t1");
    EXPECT_FALSE(renewed.has_value()) << "a second old: its identity service is down";
  });
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
    clock.jump_wall(-10s);  // now the file looks younger than the token in memory
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
