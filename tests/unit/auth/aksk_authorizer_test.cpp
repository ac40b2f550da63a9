#include "retouch/auth/aksk_authorizer.hpp"

#include <gtest/gtest.h>

#include "accounts.hpp"
#include "fake_files.hpp"
#include "fake_transport.hpp"
#include "run.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;

struct AkskAuthorizerTest : testing::Test {
  test::ManualClock clock{*parse_rfc3339("2024-01-02T03:04:05Z")};
  SeededRandom random{1};
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  test::FakeFiles files;
  test::FakeTransport wire;
  Account account = test::aksk_account();
  std::vector<std::string> logged;

  std::unique_ptr<AccountAuthorizer> make(bool by_hand = false) {
    Log log([this](const LogRecord& record) { logged.emplace_back(record.message); }, LogLevel::info);
    return make_authorizer(account, AuthContext{.transport = test::share(wire),
                                                .store = std::make_shared<TokenStore>("/cache", files, random),
                                                .clock = clock,
                                                .random = random,
                                                .blocking = *blocking,
                                                .log = log,
                                                .options = {.by_hand = by_hand}});
  }
  http::Request image_request() const { return {.url = http::parse_url(account.endpoint + "/v2/cloudimages").value()}; }
  task<http::Request> authorized(AccountAuthorizer& authorizer) {
    auto request = image_request();
    const auto done = co_await authorizer.authorize(request);
    EXPECT_TRUE(done) << done.error().message;
    co_return request;
  }
  task<std::optional<Error>> error_of(AccountAuthorizer& authorizer) {
    auto request = image_request();
    auto done = co_await authorizer.authorize(request);
    if (done) co_return std::nullopt;
    co_return done.error();
  }
  static http::Response answer_at(
      Wall date, std::string body = R"({"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"})") {
    http::Response answer{.status = 401, .body = std::move(body)};
    answer.headers.set("Date", format_http_date(date));
    return answer;
  }
  void run(const std::function<task<void>()>& body) { test::run(body, &clock); }
};

TEST_F(AkskAuthorizerTest, SignsWithTheWallClock) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto request = co_await authorized(*authorizer);
    EXPECT_EQ(request.headers.get("X-Sdk-Date"), "20240102T030405Z");
    EXPECT_TRUE(request.headers.get("Authorization")->starts_with("SDK-HMAC-SHA256 Access=AccessKey, "));
    const auto session = co_await authorizer->session();
    EXPECT_EQ(session.value().project_id, "0123456789abcdef0123456789abcdef");
  });
  EXPECT_TRUE(wire.requests.empty());
}

TEST_F(AkskAuthorizerTest, NoSignatureGoesToAnotherOrigin) {
  auto authorizer = make();
  run([&]() -> task<void> {
    http::Request request{.url = http::parse_url("https://evil.example/").value()};
    EXPECT_EQ((co_await authorizer->authorize(request)).error().code, Errc::untrusted);
    EXPECT_EQ(request.headers.get("Authorization"), std::nullopt);
  });
}

TEST_F(AkskAuthorizerTest, ASkewedClockIsCorrectedOnceFromTheAnswersDate) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall() + 20min);
    EXPECT_TRUE((co_await authorizer->rejected(sent, answer)).value());
    EXPECT_EQ(authorizer->clock_offset(), Duration(20min));
    const auto again = co_await authorized(*authorizer);
    EXPECT_EQ(again.headers.get("X-Sdk-Date"), "20240102T032405Z");
    // A second one that had been signed before the correction is simply sent again.
    EXPECT_TRUE((co_await authorizer->rejected(sent, answer)).value());
    // But not a second correction.
    const auto far = answer_at(clock.wall() + 50min);
    EXPECT_EQ((co_await authorizer->rejected(again, far)).error().code, Errc::credentials);
  });
  ASSERT_FALSE(logged.empty());
  EXPECT_NE(logged[0].find("20m behind"), std::string::npos) << logged[0];
}

TEST_F(AkskAuthorizerTest, AClockThatIsSetLaterIsCorrectedAgain) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto early = co_await authorized(*authorizer);
    const auto late = answer_at(clock.wall() + 20min);
    EXPECT_TRUE((co_await authorizer->rejected(early, late)).value());
    clock.advance(1min);
    clock.jump_wall(20min);
    const auto stale = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall());
    EXPECT_TRUE((co_await authorizer->rejected(stale, answer)).value());
    EXPECT_EQ(authorizer->clock_offset(), Duration(0));
  });
}

TEST_F(AkskAuthorizerTest, MoreThanAnHourIsNotCorrected) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall() + 61min);
    const auto again = co_await authorizer->rejected(sent, answer);
    EXPECT_EQ(again.error().code, Errc::credentials);
    EXPECT_NE(again.error().message.find("1h1m apart"), std::string::npos) << again.error().message;
  });
  EXPECT_EQ(authorizer->clock_offset(), std::nullopt);
}

TEST_F(AkskAuthorizerTest, NobodyOnAPlainConnectionSetsOurClock) {
  account.endpoint = "http://ims.example";
  account.insecure = true;
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall() + 20min);
    EXPECT_FALSE(co_await authorizer->rejected(sent, answer));
  });
}

TEST_F(AkskAuthorizerTest, NobodyBehindUnverifiedTlsSetsOurClock) {
  account.tls.verify = false;
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall() + 20min);
    EXPECT_FALSE(co_await authorizer->rejected(sent, answer));
  });
}

TEST_F(AkskAuthorizerTest, ARefusedKeyIsNotTriedAgain) {
  run([&]() -> task<void> {
    auto authorizer = make();
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(clock.wall());
    const auto again = co_await authorizer->rejected(sent, answer);
    EXPECT_EQ(again.error().code, Errc::credentials);
    EXPECT_EQ(again.error().reaction, Reaction::auth);
    EXPECT_NE(again.error().message.find("verify aksk signature fail"), std::string::npos);
    EXPECT_EQ((co_await error_of(*authorizer))->code, Errc::credentials);
    auto next_process = make();
    EXPECT_EQ((co_await error_of(*next_process))->code, Errc::credentials);
    auto by_hand = make(true);
    EXPECT_FALSE(co_await error_of(*by_hand));
    clock.advance(6h);
    EXPECT_FALSE(co_await error_of(*authorizer));
  });
}

TEST_F(AkskAuthorizerTest, ALockedKeyIsCalledLocked) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = answer_at(
        clock.wall(), R"({"error_code":"APIGW.0301","error_msg":"AK access failed to reach the limit,forbidden"})");
    EXPECT_NE((co_await authorizer->rejected(sent, answer)).error().message.find("locked"), std::string::npos);
  });
}

}  // namespace
}  // namespace retouch::auth
