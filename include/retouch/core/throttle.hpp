// What counts as "slower, please", and what it says. Clouds have at least six ways.
#pragma once

#include <optional>
#include <string_view>

#include "retouch/base/time.hpp"

namespace retouch::core {

// The parts of an answer that matter here.
struct AnswerView {
  int status = 0;
  std::optional<std::string_view> retry_after{};  // the header, as sent
  std::optional<std::string_view> date{};         // likewise
  std::string_view body{};
  Wall received{};  // our own clock, for answers without a Date
};

struct ThrottleHint {
  std::optional<Duration> retry_after{};  // from the moment of the answer; capped at one day
  std::optional<double> per_second{};     // a limit that the answer names
};

// nullopt = no throttling: 429 and 420 always are, 400 with IMG.0060 or IMG.0187 in its body, 503 with a Retry-After,
// 413 with a Retry-After or `overLimit` (otherwise it speaks of the request's size or of a quota).
std::optional<ThrottleHint> throttle_of(const AnswerView& answer);

// Seconds, or an HTTP-date measured against the answer's own Date: the two clocks need not agree. Anything else, also a
// negative or fractional number, is garbage and ignored. A date that has passed is zero.
std::optional<Duration> retry_after_of(const AnswerView& answer);

// "limit:30,time:1 second" (APIGW.0308), "threshold: 10 times per 60 seconds" (IAM.0012), "of 10 r/s" (CloudAPI).
std::optional<double> named_limit(std::string_view body);

}  // namespace retouch::core
