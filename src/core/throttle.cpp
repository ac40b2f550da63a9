#include "retouch/core/throttle.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

constexpr Duration longest = std::chrono::hours(24);
constexpr double least_named = 1.0 / 60;  // per second

bool says(std::string_view body, std::string_view word) { return body.find(word) != std::string_view::npos; }

// Reads what follows in a text, piece by piece; false = the text goes on otherwise.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool word(std::string_view expected) {
    blanks();
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  bool number(double& value) {
    blanks();
    auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value > 0;
  }
  bool unit(double& seconds) {
    blanks();
    if (word("second")) return seconds = 1, true;
    if (word("minute")) return seconds = 60, true;
    if (word("hour")) return seconds = 3600, true;
    return false;
  }

 private:
  void blanks() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
  }
  std::string_view text_;
};

std::string_view after(std::string_view body, std::string_view word) {
  auto at = body.find(word);
  return at == std::string_view::npos ? std::string_view{} : body.substr(at + word.size());
}

}  // namespace

namespace {

std::optional<double> any_named_limit(std::string_view body) {
  double count = 0, every = 1, unit = 1;
  if (Reader r(after(body, "limit:"));
      r.number(count) && r.word(",") && r.word("time:") && r.number(every) && r.unit(unit)) {
    return count / (every * unit);
  }
  if (Reader r(after(body, "threshold:")); r.number(count) && r.word("times per") && r.number(every) && r.unit(unit)) {
    return count / (every * unit);
  }
  if (Reader r(after(body, "request rate of")); r.number(count) && r.word("r/s")) return count;
  return std::nullopt;
}

}  // namespace

std::optional<double> named_limit(std::string_view body) {
  const auto limit = any_named_limit(body);
  // "inf", or once an hour: no limit that a pass could keep to, so the pause that came with it has to do.
  if (!limit || !std::isfinite(*limit) || *limit < least_named) return std::nullopt;
  return limit;
}

std::optional<Duration> retry_after_of(const AnswerView& answer) {
  if (!answer.retry_after) return std::nullopt;
  auto text = trim(*answer.retry_after);
  if (text.empty()) return std::nullopt;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (parsed.ec == std::errc::result_out_of_range || seconds > 86400) return longest;
    return std::chrono::seconds(seconds);
  }
  auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  auto told = answer.date ? parse_http_date(trim(*answer.date)) : std::nullopt;
  return std::clamp<Duration>(*date - told.value_or(answer.received), Duration{}, longest);
}

std::optional<ThrottleHint> throttle_of(const AnswerView& answer) {
  auto wait = retry_after_of(answer);
  bool throttled = false;
  switch (answer.status) {
    case 420:
    case 429:
      throttled = true;
      break;
    case 400:
      throttled = says(answer.body, "\"IMG.0060\"") || says(answer.body, "\"IMG.0187\"");
      break;
    case 413:
      throttled = wait.has_value() || says(answer.body, "overLimit");
      break;
    case 503:
      throttled = wait.has_value();
      break;
    default:
      break;
  }
  if (!throttled) return std::nullopt;
  return ThrottleHint{.retry_after = wait, .per_second = named_limit(answer.body)};
}

}  // namespace retouch::core
