#include "retouch/core/throttle.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

using namespace std::chrono_literals;

TEST(Throttle, IsToldInSixWays) {
  const std::string img = R"({"error":{"message":"flow control","code":"IMG.0060"}})";
  struct Case {
    int status;
    std::optional<std::string_view> retry_after;
    std::string body;
    bool throttled;
  };
  for (const auto& c : {
           Case{429, {}, "", true},
           Case{420, {}, "", true},
           Case{400, {}, img, true},
           Case{400, {}, R"({"error":{"code":"IMG.0187"}})", true},
           Case{400, "5", R"({"error":{"code":"IMG.0035"}})", false},
           Case{400, {}, R"({"message":"IMG.0060 is no reason in a text"})", false},
           Case{413, {}, R"({"message":"Attempted: 178, Maximum: 128"})", false},
           Case{413, "5", "", true},
           Case{413, {}, R"({"overLimit":{"code":413}})", true},
           Case{503, {}, "", false},
           Case{503, "0", "", true},
           Case{503, "garbage", "", false},
           Case{503, "Sat, 21 Nov 2026 20:48:10 GMT", "", true},
           Case{500, "5", "", false},
           Case{200, "5", img, false},
       }) {
    auto hint = throttle_of({.status = c.status, .retry_after = c.retry_after, .body = c.body});
    EXPECT_EQ(hint.has_value(), c.throttled) << c.status << " " << c.retry_after.value_or("-") << " " << c.body;
  }
}

TEST(RetryAfter, MeasuresADateAgainstTheAnswersOwnDate) {
  AnswerView answer{.status = 503,
                    .retry_after = "Sat, 21 Nov 2026 20:49:10 GMT",
                    .date = "Sat, 21 Nov 2026 20:48:00 GMT",
                    .received = *parse_rfc3339("2026-11-21T23:00:00Z")};  // our clock is two hours ahead
  EXPECT_EQ(retry_after_of(answer), 70s);
  answer.date.reset();
  EXPECT_EQ(retry_after_of(answer), 0s);  // passed, by our own clock
  answer.received = *parse_rfc3339("2026-11-21T20:49:00Z");
  EXPECT_EQ(retry_after_of(answer), 10s);
}

TEST(RetryAfter, IgnoresGarbageAndCapsTheAbsurd) {
  auto of = [](std::string_view text) { return retry_after_of({.status = 429, .retry_after = text}); };
  EXPECT_EQ(of("7"), 7s);
  EXPECT_EQ(of(" 7 "), 7s);
  EXPECT_EQ(of("0"), 0s);
  EXPECT_EQ(of("99999999999999999999999"), 24h);
  EXPECT_EQ(of("86401"), 24h);
  for (auto text : {"", " ", "-1", "1.5", "soon", "7s", "0x10", "2026-11-21T20:48:00Z"}) {
    EXPECT_FALSE(of(text)) << text;
  }
  EXPECT_FALSE(retry_after_of({.status = 429}));
}

TEST(NamedLimit, IsReadFromTheTextsOfThreeClouds) {
  auto apigw = "The throttling threshold has been reached: policy user over ratelimit,limit:30,time:1 second";
  EXPECT_EQ(named_limit(apigw), 30);
  EXPECT_DOUBLE_EQ(*named_limit("over ratelimit,limit:90,time:1 minute"), 1.5);
  EXPECT_DOUBLE_EQ(*named_limit("limit:100,time:10 second"), 10);
  EXPECT_EQ(named_limit("You have exceeded your request rate of 10 r/s."), 10);
  EXPECT_EQ(named_limit("You have exceeded your request rate of 2.5 r/s."), 2.5);
  EXPECT_DOUBLE_EQ(*named_limit("too many, threshold: 10 times per 60 seconds"), 10.0 / 60);
  for (auto text : {"", "limit:", "limit:x,time:1 second", "limit:0,time:1 second", "limit:30,time:1 fortnight",
                    "limit:-3,time:1 second", "limit:inf,time:1 second", "limit:1,time:1 hour",
                    "limit:1,time:99999999999 hour", "request rate of many r/s", "limit:30"}) {
    EXPECT_FALSE(named_limit(text)) << text;
  }
}

}  // namespace
}  // namespace retouch::core
