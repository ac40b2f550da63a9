// A SignatureAuthorizer with a signer that says what it signed, and a scripted server.
#pragma once

#include <gtest/gtest.h>

#include "fake_files.hpp"
#include "fake_transport.hpp"
#include "retouch/auth/signature_authorizer.hpp"
#include "run.hpp"

namespace retouch::auth {
using namespace std::chrono_literals;

inline constexpr auto account_id = "a11ce000-0000-4000-8000-000000000001";

// Signs by saying what it signed.
struct PlainSigner final : Signer {
  mutable std::vector<std::string> texts;
  std::optional<Error> failure{};
  std::function<void()> on_sign{};
  Result<Signature> sign(const std::string& text) const override {
    texts.push_back(text);
    if (on_sign) on_sign();
    if (failure) return fail(*failure);
    return Signature{.algorithm = "rsa-sha256", .bytes = "signature", .fingerprint = "19:a7"};
  }
};

struct SignatureAuthorizerTest : testing::Test {
  test::ManualClock clock{*parse_rfc3339("2026-11-21T21:07:21Z")};
  SeededRandom random{1};
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  test::FakeFiles files;
  test::FakeTransport wire;
  std::shared_ptr<PlainSigner> signer = std::make_shared<PlainSigner>();
  Account account{.login = HttpSignatureLogin{.account = "alice", .key_id = "19:a7", .key = Secret("key")},
                  .endpoint = "https://api.example"};
  std::vector<std::string> logged;

  HttpSignatureLogin& login() { return std::get<HttpSignatureLogin>(account.login); }
  std::unique_ptr<AccountAuthorizer> make(bool by_hand = false) {
    Log log([this](const LogRecord& record) { logged.emplace_back(record.message); }, LogLevel::info);
    AuthContext context{.transport = test::share(wire),
                        .store = std::make_shared<TokenStore>("/cache", files, random),
                        .clock = clock,
                        .random = random,
                        .blocking = *blocking,
                        .log = log,
                        .options = {.by_hand = by_hand}};
    return std::make_unique<SignatureAuthorizer>(account, std::move(context), signer);
  }
  http::Request update() const {
    return {.method = "POST", .url = http::parse_url(account.endpoint + "/alice/images/i?action=update").value()};
  }
  task<http::Request> authorized(AccountAuthorizer& authorizer) {
    auto request = update();
    const auto done = co_await authorizer.authorize(request);
    EXPECT_TRUE(done) << done.error().message;
    co_return request;
  }
  task<std::optional<Error>> error_of(AccountAuthorizer& authorizer) {
    auto request = update();
    auto done = co_await authorizer.authorize(request);
    if (done) co_return std::nullopt;
    co_return done.error();
  }
  static http::Response skewed(Wall date) {
    http::Response answer{.status = 400,
                          .body = R"({"code":"InvalidHeader","message":"Authorization header invalid: )"
                                  R"(clock skew of 904.83s was greater than 300s"})"};
    answer.headers.set("Date", format_http_date(date));
    return answer;
  }
  static http::Response refusal() {
    http::Response answer{
        .status = 401,
        .body = R"({"code":"InvalidCredentials","message":"Invalid authorization credentials supplied"})"};
    answer.headers.set("Request-Id", "r1");
    return answer;
  }
  void run(const std::function<task<void>()>& body) { test::run(body, &clock); }
};

}  // namespace retouch::auth
