#include "retouch/sandbox/throttle.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Throttle, LetsTheBurstThroughAndThenTheRate) {
  Throttle throttle({.rate = 10, .burst = 3});
  Mono now{};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(throttle.take(now));
  const auto wait = throttle.take(now);
  ASSERT_TRUE(wait);
  EXPECT_NEAR(std::chrono::duration<double>(*wait).count(), 0.1, 1e-6);
  EXPECT_TRUE(throttle.take(now + milliseconds(99)));
  EXPECT_FALSE(throttle.take(now + milliseconds(100)));
  EXPECT_TRUE(throttle.take(now + milliseconds(100)));
}

TEST(Throttle, RefusalsCostNothing) {
  Throttle throttle({.rate = 1, .burst = 1});
  EXPECT_FALSE(throttle.take(Mono{}));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(throttle.take(Mono{} + milliseconds(i)));
  EXPECT_FALSE(throttle.take(Mono{} + seconds(1)));
}

ServerResponse answer(ThrottleForm form, std::optional<Duration> retry_after = std::nullopt) {
  return throttled_answer({.rate = 30, .form = form, .retry_after = retry_after}, request("GET", "/v2/images"),
                          milliseconds(33), noon + milliseconds(400));
}

TEST(ThrottleForms, SayRetryAfterInSeconds) {
  EXPECT_EQ(answer(ThrottleForm::retry_after_seconds).status, 429);
  EXPECT_EQ(answer(ThrottleForm::retry_after_seconds).headers.get("Retry-After"), "1");
  EXPECT_EQ(answer(ThrottleForm::retry_after_seconds, milliseconds(2500)).headers.get("Retry-After"), "3");
  EXPECT_EQ(answer(ThrottleForm::calm_420).status, 420);
  EXPECT_EQ(answer(ThrottleForm::over_limit_413).status, 413);
  EXPECT_TRUE(json(answer(ThrottleForm::over_limit_413)).contains("overLimit"));
}

TEST(ThrottleForms, SayRetryAfterAsADateThatIsNeverTooEarly) {
  const ServerResponse response = answer(ThrottleForm::retry_after_date, seconds(2));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Retry-After"), "Sat, 21 Nov 2026 12:00:03 GMT");
}

TEST(ThrottleForms, SayNothingOrHideIt) {
  EXPECT_EQ(answer(ThrottleForm::plain_429).headers.get("Retry-After"), std::nullopt);
  EXPECT_EQ(answer(ThrottleForm::img_0060).status, 400);
  EXPECT_EQ(json(answer(ThrottleForm::img_0060))["error"]["code"], "IMG.0060");
  const Json gateway = json(answer(ThrottleForm::apigw_0308));
  EXPECT_EQ(gateway["error_code"], "APIGW.0308");
  EXPECT_NE(gateway["error_msg"].get<std::string>().find("limit:30,time:1 second"), std::string::npos);
}

TEST(ThrottleSettings, AreReadFromJson) {
  const auto settings = throttle_from_json(Json::parse(
      R"({"rate":2.5,"burst":5,"form":"503-date","retry_after":"7s","writes_only":true,"identity":false})"));
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->rate, 2.5);
  EXPECT_EQ(settings->form, ThrottleForm::retry_after_date);
  EXPECT_EQ(settings->retry_after, Duration(seconds(7)));
  EXPECT_TRUE(settings->writes_only);
  EXPECT_EQ(throttle_from_json(to_json(*settings))->burst, 5);
  for (const char* bad :
       {"[]", R"({"rate":0})", R"({"form":"zork"})", R"({"unknown":1})", R"({"retry_after":"soon"})"}) {
    EXPECT_FALSE(throttle_from_json(Json::parse(bad))) << bad;
  }
}

}  // namespace
}  // namespace retouch::sandbox
