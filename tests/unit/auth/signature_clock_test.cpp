// Whose clock is believed, and when.
#include "signature_fixture.hpp"

namespace retouch::auth {
namespace {

using SignatureClock = SignatureAuthorizerTest;

TEST_F(SignatureClock, TheLookUpOfTheAccountCorrectsTheClockToo) {
  wire.expect("GET", "/alice").reply([](const http::Request&) {
    return skewed(*parse_rfc3339("2026-11-21T21:22:21Z"));
  });
  wire.expect("GET", "/alice")
      .header("Date", "Sat, 21 Nov 2026 21:22:21 GMT")
      .answer(200, std::string(R"({"id":")") + account_id + R"("})");
  auto authorizer = make();
  run([&]() -> task<void> { EXPECT_TRUE(co_await authorizer->session()); });
  EXPECT_EQ(authorizer->clock_offset(), Duration(15min));
}

TEST_F(SignatureClock, TheLookUpIsNotRepeatedForEver) {
  wire.expect("GET", "/alice").times(2).reply([this](const http::Request&) { return skewed(clock.wall() + 15min); });
  auto authorizer = make();
  run([&]() -> task<void> { EXPECT_EQ((co_await authorizer->session()).error().status, 400); });
}

TEST_F(SignatureClock, OnlyRefusalsOfTheSignatureAreLookedAt) {
  const auto authorizer = make();
  EXPECT_TRUE(authorizer->refuses(refusal()));
  EXPECT_TRUE(authorizer->refuses(skewed(clock.wall())));
  EXPECT_FALSE(
      authorizer->refuses({.status = 400, .body = R"({"code":"InvalidHeader","message":"bad param format"})"}));
  EXPECT_FALSE(authorizer->refuses({.status = 400, .body = R"({"code":"InvalidVersion","message":"clock skew"})"}));
  EXPECT_FALSE(authorizer->refuses({.status = 403}));
  EXPECT_FALSE(authorizer->refuses({.status = 200}));
}

TEST_F(SignatureClock, ASkewedClockIsCorrectedOnceFromTheAnswersDate) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = skewed(clock.wall() + 15min);
    EXPECT_TRUE((co_await authorizer->rejected(sent, answer)).value());
    EXPECT_EQ(authorizer->clock_offset(), Duration(15min));
    const auto again = co_await authorized(*authorizer);
    EXPECT_EQ(again.headers.get("Date"), "Sat, 21 Nov 2026 21:22:21 GMT");
    // A second one that had been signed before the correction is simply sent again.
    EXPECT_TRUE((co_await authorizer->rejected(sent, answer)).value());
    // But not a second correction.
    const auto far = skewed(clock.wall() + 50min);
    EXPECT_EQ((co_await authorizer->rejected(again, far)).error().code, Errc::credentials);
  });
  ASSERT_FALSE(logged.empty());
  EXPECT_NE(logged[0].find("15m behind"), std::string::npos) << logged[0];
}

TEST_F(SignatureClock, AnOffsetIsDroppedWhenSomebodyHasSetTheClock) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto early = co_await authorized(*authorizer);
    const auto late = skewed(clock.wall() + 15min);
    EXPECT_TRUE((co_await authorizer->rejected(early, late)).value());
    clock.advance(1h);
    clock.jump_wall(15min);
    const auto stale = co_await authorized(*authorizer);
    const auto answer = skewed(clock.wall() + 1s);
    EXPECT_TRUE((co_await authorizer->rejected(stale, answer)).value());
    EXPECT_EQ(authorizer->clock_offset(), std::nullopt);
    EXPECT_EQ((co_await authorized(*authorizer)).headers.get("Date"), format_http_date(clock.wall()));
    // Another one that was signed with the old offset is sent again as well, but what still fails is not.
    EXPECT_TRUE((co_await authorizer->rejected(stale, answer)).value());
    const auto far = skewed(clock.wall() + 50min);
    EXPECT_FALSE(co_await authorizer->rejected(stale, far));
  });
}

TEST_F(SignatureClock, AnOffsetIsFoundAnewOnceAMinuteAtMost) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto correct = [&](Duration offset) -> task<bool> {
      const auto sent = co_await authorized(*authorizer);
      const auto answer = skewed(clock.wall() + offset);
      const auto again = co_await authorizer->rejected(sent, answer);
      co_return again && *again;
    };
    EXPECT_TRUE(co_await correct(15min));
    clock.advance(59s);
    EXPECT_FALSE(co_await correct(-20min));
    clock.advance(1s);
    EXPECT_TRUE(co_await correct(-20min));
    EXPECT_EQ(authorizer->clock_offset(), Duration(-20min));
  });
}

TEST_F(SignatureClock, MoreThanAnHourIsNotCorrected) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const auto answer = skewed(clock.wall() - 61min);
    const auto again = co_await authorizer->rejected(sent, answer);
    EXPECT_EQ(again.error().code, Errc::credentials);
    EXPECT_NE(again.error().message.find("1h1m apart"), std::string::npos) << again.error().message;
    auto dateless = skewed(clock.wall());
    dateless.headers.remove("Date");
    EXPECT_FALSE(co_await authorizer->rejected(sent, dateless));
    EXPECT_FALSE(co_await error_of(*authorizer)) << "a clock that is set again serves again";
  });
  EXPECT_EQ(authorizer->clock_offset(), std::nullopt);
}

TEST_F(SignatureClock, OnlyAVerifiedServerOrLoopbackSetsOurClock) {
  const auto corrects = [&]() -> task<bool> {
    auto authorizer = make();
    const auto sent = co_await authorized(*authorizer);
    const auto answer = skewed(clock.wall() + 15min);
    const auto again = co_await authorizer->rejected(sent, answer);
    co_return again && *again;
  };
  run([&]() -> task<void> {
    EXPECT_TRUE(co_await corrects());
    account.tls.verify = false;
    EXPECT_FALSE(co_await corrects());
    account.endpoint = "http://api.example";
    account.insecure = true;
    EXPECT_FALSE(co_await corrects());
    account.endpoint = "http://127.0.0.1:8080";
    EXPECT_TRUE(co_await corrects());
  });
}

}  // namespace
}  // namespace retouch::auth
