// Redirects: which are followed, and that each hop is a request like any other.
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "retouch/http/decorators.hpp"
#include "run.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;
using retouch::test::FakeTransport;
using retouch::test::ManualClock;
using retouch::test::share;

struct Counting final : Authorizer {
  int made = 0;
  task<Result<void>> ready() override { co_return Result<void>{}; }
  bool prepared() const override { return true; }
  task<Result<void>> authorize(Request& request) override {
    EXPECT_FALSE(request.headers.get("Authorization")) << "a signature over another target";
    request.headers.set("Authorization", request.url.target() + " " + std::to_string(++made));
    co_return Result<void>{};
  }
  task<Result<bool>> rejected(const Request&, const Response&) override { co_return false; }
};

struct Following : testing::Test {
  ManualClock clock;
  SeededRandom random{1};
  FakeTransport wire;
  std::shared_ptr<Counting> authorizer = std::make_shared<Counting>();
  std::shared_ptr<Traffic> traffic =
      std::make_shared<Traffic>(core::RateLimits{.requests = 1, .reads = 1, .writes = 1, .burst = 1}, clock, random);

  Result<Response> send(Request request) {
    auto authorized = std::make_shared<AuthorizingTransport>(share(wire), authorizer);
    auto limited = std::make_shared<LimitingTransport>(authorized, traffic, authorizer);
    FollowingTransport following(limited);
    return retouch::test::run_for<Result<Response>>(
        [&]() -> task<Result<Response>> { co_return co_await following.send(request); }, &clock);
  }
  static Request get(std::string target) { return {.url = *parse_url("https://h" + target), .timeout = 30s}; }
  void redirects(std::string from, std::string to, int status = 302) {
    wire.expect("GET", from).answer(status, "", {{"Location", to}});
  }
};

TEST_F(Following, WithinTheOriginEachHopTakesAPermitAndIsAuthorizedAgain) {
  redirects("/a", "/b?x=1", 307);
  redirects("/b?x=1", "https://h/c", 301);
  wire.expect("GET", "/c").header("Authorization", "/c 3").answer(200, "there");
  const auto result = send(get("/a"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->body, "there");
  EXPECT_EQ(traffic->counters().requests, 3u);
  EXPECT_EQ(clock.now(), Mono{} + 2s) << "one a second, like all others";
}

TEST_F(Following, EndsAfterThreeHops) {
  for (int i = 0; i < 4; ++i) redirects("/loop", "/loop");
  EXPECT_EQ(send(get("/loop"))->status, 302);
}

TEST_F(Following, NeverLeadsToAnotherOrigin) {
  for (const auto* away : {"https://evil.example/", "http://h/a", "https://h:8443/a", "//evil.example/a"}) {
    redirects("/a", away);
    EXPECT_EQ(send(get("/a"))->status, 302) << away;
  }
}

TEST_F(Following, IsForGetsAlone) {
  for (const auto* method : {"PATCH", "POST", "PUT", "DELETE", "HEAD"}) {
    auto request = get("/a");
    request.method = method;
    wire.expect(method, "/a").answer(302, "", {{"Location", "/b"}});
    EXPECT_EQ(send(request)->status, 302) << method;
  }
}

TEST_F(Following, LeavesOtherAnswersAlone) {
  wire.expect("GET", "/a").answer(304, "", {{"Location", "/b"}});
  EXPECT_EQ(send(get("/a"))->status, 304);
  wire.expect("GET", "/a").answer(201, "", {{"Location", "/b"}});
  EXPECT_EQ(send(get("/a"))->status, 201);
  wire.expect("GET", "/a").answer(302);
  EXPECT_EQ(send(get("/a"))->status, 302);
}

TEST_F(Following, DoesNotTakeASignatureOfTheOldTargetAlong) {
  FollowingTransport following(share(wire));
  auto request = get("/a");
  request.headers.set("Authorization", "Signature of /a");
  redirects("/a", "/b");
  const auto result = retouch::test::run_for<Result<Response>>(
      [&]() -> task<Result<Response>> { co_return co_await following.send(request); });
  EXPECT_EQ(result->status, 302);
}

TEST_F(Following, AllHopsTogetherHaveTheRequestsTime) {
  const auto slow_redirect = [](const Request&) -> Result<Response> {
    Response answer{.status = 302, .elapsed = 20s};
    answer.headers.add("Location", "/b");
    return answer;
  };
  wire.expect("GET", "/a").reply(slow_redirect);
  wire.expect("GET", "/b").check([](const Request& r) { EXPECT_EQ(r.timeout, 10s); }).reply(slow_redirect);
  EXPECT_EQ(send(get("/a"))->status, 302);
}

}  // namespace
}  // namespace retouch::http
