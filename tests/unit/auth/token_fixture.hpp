// One TokenAuthorizer on a manual clock, with a scripted token endpoint and a disk in memory.
#pragma once

#include <gtest/gtest.h>

#include "accounts.hpp"
#include "fake_files.hpp"
#include "fake_transport.hpp"
#include "retouch/async/join.hpp"
#include "retouch/auth/token_authorizer.hpp"
#include "run.hpp"

namespace retouch::auth {

struct TokenAuthorizerTest : testing::Test {
  test::ManualClock clock{*parse_rfc3339("2026-11-21T12:00:00Z")};
  SeededRandom random{1};
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  test::FakeFiles files;
  std::shared_ptr<const TokenStore> store = std::make_shared<TokenStore>("/cache", files, random);
  test::FakeTransport wire;
  Account account = test::password_account();
  std::vector<std::string> logged;
  int tokens = 0;
  Duration life = std::chrono::hours(24);

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
    auto done = co_await authorizer.ready();
    if (done) {
      EXPECT_TRUE(authorizer.prepared());
      done = co_await authorizer.authorize(request);
    }
    if (!done) co_return "error: " + done.error().message;
    co_return std::string(request.headers.get("X-Auth-Token").value_or(""));
  }
  task<std::optional<Error>> error_of(TokenAuthorizer& authorizer) {
    auto done = co_await authorizer.ready();
    if (done) co_return std::nullopt;
    EXPECT_FALSE(authorizer.prepared());
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

}  // namespace retouch::auth
