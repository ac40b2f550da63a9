#include "retouch/http/decorators.hpp"

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "retouch/http/answer.hpp"
#include "run.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;
using retouch::test::FakeTransport;
using retouch::test::ManualClock;
using retouch::test::share;

struct FakeAuthorizer final : Authorizer {
  int tokens = 0, rejections = 0;
  std::optional<Error> refuse{};  // authorize() fails
  Result<bool> verdict = true;    // of rejected()
  task<Result<void>> ready() override { co_return Result<void>{}; }
  bool prepared() const override { return true; }
  task<Result<void>> authorize(Request& request) override {
    if (refuse) co_return fail(*refuse);
    EXPECT_FALSE(request.headers.get("X-Auth-Token")) << "credentials of an earlier attempt";
    request.headers.set("X-Auth-Token", "token-" + std::to_string(tokens));
    co_return Result<void>{};
  }
  task<Result<bool>> rejected(const Request& sent, const Response&) override {
    EXPECT_EQ(sent.headers.get("X-Auth-Token"), "token-" + std::to_string(tokens));
    ++rejections, ++tokens;
    co_return verdict;
  }
};

// The whole stack over a scripted wire.
struct Stack {
  ManualClock clock;
  SeededRandom random{1};
  FakeTransport wire;
  std::shared_ptr<FakeAuthorizer> authorizer = std::make_shared<FakeAuthorizer>();
  std::shared_ptr<Traffic> traffic = std::make_shared<Traffic>(
      core::RateLimits{.requests = 100, .reads = 100, .writes = 100, .burst = 1}, clock, random);
  std::vector<std::string> lines;
  Log log{[this](const LogRecord& record) {
            std::string line(record.message);
            for (const auto& field : record.fields) {
              line += " " + std::string(field.name) + "=";
              if (const auto* text = std::get_if<std::string>(&field.value)) line += *text;
              if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += std::to_string(*number);
            }
            lines.push_back(line);
          },
          LogLevel::debug};

  TransportPtr transport() {
    auto authorized = std::make_shared<AuthorizingTransport>(share(wire), authorizer);
    auto limited = std::make_shared<LimitingTransport>(authorized, traffic, authorizer);
    auto retried = std::make_shared<RetryingTransport>(limited, traffic, clock, log);
    return std::make_shared<LoggingTransport>(retried, clock, log);
  }
  Result<Response> send(Request request) {
    return retouch::test::run_for<Result<Response>>(
        [&]() -> task<Result<Response>> { co_return co_await transport()->send(request); }, &clock);
  }
};

Request read() { return {.method = "GET", .url = *parse_url("http://h/x"), .label = "list images"}; }
Request write() {
  return {.method = "PATCH",
          .url = *parse_url("http://h/x"),
          .body = "[]",
          .cls = RequestClass::write,
          .repeatable = false,
          .label = "update 1"};
}

TEST(Authorizing, HidesCredentialsThatAServerQuotes) {
  Stack stack;
  stack.wire.otherwise([](const Request&) -> Result<Response> {
    return Response{.status = 400, .body = "bad header X-Auth-Token: token-0, again token-0"};
  });
  const auto result = stack.send(read());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "bad header X-Auth-Token: ***, again ***");
}

TEST(Authorizing, ARequestWithoutAnAnswerIsFoundByItsId) {
  Stack stack;
  auto request = write();
  request.headers.set("X-Request-Id", "our-id");
  stack.wire.expect("PATCH").error(Errc::closed, Reaction::uncertain);
  EXPECT_EQ(stack.send(request).error().request_id, "our-id");
  EXPECT_NE(stack.lines.back().find("request_id=our-id"), std::string::npos) << stack.lines.back();
  stack.wire.expect("PATCH").error(Errc::closed, Reaction::uncertain);
  EXPECT_EQ(stack.send(write()).error().request_id, "");
}

TEST(Authorizing, AnAnswerWithoutAnIdIsFoundByOurs) {
  Stack stack;
  auto request = write();
  request.headers.set("X-Request-Id", "our-id");
  stack.wire.expect("PATCH").answer(400, "<h1>a proxy's</h1>");
  const auto answer = stack.send(request).value();
  EXPECT_EQ(to_error(request, answer, stack.clock.wall()).request_id, "our-id");
  EXPECT_NE(stack.lines.back().find("request_id=our-id"), std::string::npos) << stack.lines.back();
  stack.wire.expect("PATCH").answer(400, "", {{"Request-Id", "theirs"}});
  EXPECT_EQ(request_id_of(stack.send(request).value()), "theirs");
}

TEST(Logging, TheIdThatWeGaveIsShownWhereThereIsNoOther) {
  Stack stack;
  LoggingTransport logging(share(stack.wire), stack.clock, stack.log);
  auto request = read();
  request.headers.set("X-Request-Id", "our-id");
  stack.wire.expect("GET").answer(504);
  stack.wire.expect("GET").error(Errc::closed, Reaction::transient);
  for (int i = 0; i < 2; ++i) {
    (void)retouch::test::run_for<Result<Response>>(
        [&]() -> task<Result<Response>> { co_return co_await logging.send(request); }, &stack.clock);
    EXPECT_NE(stack.lines.back().find("request_id=our-id"), std::string::npos) << stack.lines.back();
  }
}

TEST(Retrying, ReadsAreRepeatedAfterServerErrorsAndLostConnections) {
  Stack stack;
  stack.wire.expect("GET").answer(502);
  stack.wire.expect("GET").error(Errc::closed, Reaction::transient);
  stack.wire.expect("GET").answer(200, "ok");
  auto result = stack.send(read());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "ok");
  EXPECT_EQ(result->attempts, 3);
  EXPECT_EQ(stack.wire.requests[2].attempt, 3);
  EXPECT_EQ(stack.traffic->counters().retried, 2u);
}

TEST(Retrying, GivesUpAfterThreeAttemptsWithTheLastAnswer) {
  Stack stack;
  stack.wire.expect("GET").answer(500, "why").times(3);
  auto result = stack.send(read());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 500);
  EXPECT_EQ(result->body, "why");
}

TEST(Retrying, AWriteIsNotRepeatedUnlessItWasCertainlyNotApplied) {
  for (int status : {500, 502, 503, 504, 400, 409}) {
    Stack stack;
    stack.wire.expect("PATCH").answer(status);
    EXPECT_EQ(stack.send(write())->status, status);
  }
  Stack lost;
  lost.wire.expect("PATCH").error(Errc::closed, Reaction::uncertain);
  EXPECT_EQ(lost.send(write()).error().reaction, Reaction::uncertain);
  Stack never_sent;
  never_sent.wire.expect("PATCH").error(Errc::connect, Reaction::transient);
  never_sent.wire.expect("PATCH").body("[]").answer(200);
  EXPECT_TRUE(never_sent.send(write()));
}

TEST(Retrying, AThrottledWriteIsRepeatedAfterTheAccountsPause) {
  Stack stack;
  auto began = stack.clock.now();
  for (int i = 0; i < 4; ++i) stack.wire.expect("PATCH").answer(429, "", {{"Retry-After", "2"}});
  stack.wire.expect("PATCH").answer(200);
  auto result = stack.send(write());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->attempts, 5);
  EXPECT_GE(stack.clock.now() - began, 8s);
}

TEST(Retrying, ALongRetryAfterIsLeftToTheCaller) {
  Stack stack;
  stack.wire.expect("PATCH").answer(429, "", {{"Retry-After", "600"}});
  auto result = stack.send(write());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 429);
}

TEST(Retrying, LeavesAnOriginAloneThatDoesNotAnswer) {
  Stack stack;
  stack.wire.expect("GET").error(Errc::connect, Reaction::transient, "cannot connect to h").times(5);
  auto transport = stack.transport();
  retouch::test::run(
      [&]() -> task<void> {
        co_await transport->send(read());
        auto opened = co_await transport->send(read());
        EXPECT_EQ(opened.error().code, Errc::connect);
        auto began = stack.clock.now();
        auto blocked = co_await transport->send(read());
        EXPECT_EQ(stack.clock.now(), began);
        EXPECT_NE(blocked.error().message.find("cannot connect to h"), std::string::npos) << blocked.error().message;
        EXPECT_TRUE(blocked.error().retry_after.has_value());
        co_await stack.clock.sleep_for(31s);
        stack.wire.expect("GET").answer(200);
        EXPECT_TRUE(co_await transport->send(read()));
      },
      &stack.clock);
}

TEST(Authorizing, ARefusedTokenIsRenewedAndSentOnceMoreThroughTheLimiter) {
  Stack stack;
  stack.wire.expect("PATCH").header("X-Auth-Token", "token-0").answer(401);
  stack.wire.expect("PATCH").header("X-Auth-Token", "token-1").answer(200);
  auto result = stack.send(write());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(stack.traffic->counters().requests, 2u);
  EXPECT_EQ(stack.traffic->counters().waits, 1u);  // the resend had to wait
}

TEST(Authorizing, TheSecondRefusalIsTheAnswer) {
  Stack stack;
  stack.wire.expect("GET").answer(401, "no").times(2);
  auto result = stack.send(read());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 401);
  EXPECT_EQ(stack.authorizer->rejections, 2);
}

TEST(Authorizing, NothingRenewedMeansNothingResent) {
  Stack stack;
  stack.authorizer->verdict = false;
  stack.wire.expect("GET").answer(401);
  EXPECT_EQ(stack.send(read())->status, 401);
}

TEST(Authorizing, ErrorsOfTheAuthorizerAreNotRetriedHere) {
  Error down{.code = Errc::connect, .reaction = Reaction::transient, .message = "keystone is down"};
  Stack stack;
  stack.authorizer->refuse = down;
  auto result = stack.send(read());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "keystone is down");
  EXPECT_EQ(result.error().reaction, Reaction::transient);
  EXPECT_EQ(stack.traffic->counters().retried, 0u);
  Stack rejecting;
  rejecting.authorizer->verdict = fail(down);
  rejecting.wire.expect("GET").answer(401);
  EXPECT_EQ(rejecting.send(read()).error().message, "keystone is down");
}

TEST(Logging, TellsEachAttemptWithoutSecretsOrBodies) {
  Stack stack;
  stack.wire.expect("PATCH").answer(429, "secret body", {{"Retry-After", "2"}, {"X-Request-Id", "r1"}});
  stack.wire.expect("PATCH").answer(200, "secret body", {{"X-Request-Id", "r2"}});
  ASSERT_TRUE(stack.send(write()));
  EXPECT_EQ(stack.lines,
            (std::vector<std::string>{
                "again, after: throttled op=update 1 attempt=1 code=429 request_id=r1 retry_after_ms=2000 wait_ms=0",
                "answered op=update 1 class=write code=200 attempt=2 duration_ms=2000 request_id=r2"}));
}

TEST(Reading, WhatWouldWriteIsRefusedBeforeAnythingIsSent) {
  Stack stack;
  ReadingTransport reading(stack.transport());
  const auto send = [&](Request request) {
    return retouch::test::run_for<Result<Response>>(
        [&]() -> task<Result<Response>> { co_return co_await reading.send(request); }, &stack.clock);
  };
  const auto refused = send(write());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::internal);
  EXPECT_EQ(refused.error().reaction, Reaction::permanent);
  EXPECT_EQ(refused.error().message.find("update 1 would have written to a cloud that is only read"), 0u)
      << refused.error().message;
  EXPECT_EQ(stack.traffic->counters().requests, 0u) << "nor takes it a permit";
  stack.wire.expect("GET").answer(200);
  EXPECT_EQ(send(read())->status, 200);
  auto login = read();
  login.method = "POST";
  login.cls = RequestClass::auth;
  stack.wire.expect("POST").answer(201);
  EXPECT_EQ(send(login)->status, 201) << "a token is no change";
}

}  // namespace
}  // namespace retouch::http
