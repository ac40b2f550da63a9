// Texts that mean times: durations of the configuration, RFC 3339, HTTP dates, Retry-After, limits that answers name.
#include "fuzz.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/throttle.hpp"

using namespace retouch;
using namespace std::chrono;

namespace {

void check_duration(std::string_view text) {
  const auto value = parse_duration(text);
  if (!value) return;
  fuzz::require(*value >= Duration{}, "a duration is not negative", text);
  const std::string again = format_duration(*value);
  const auto shown = parse_duration(again);
  fuzz::require(shown.has_value(), "a duration that is shown can be read", again);
  // Shown are whole seconds; below one second whole milliseconds, and so on.
  Duration expected = *value;
  if (*value >= 1us) expected = floor<microseconds>(*value);
  if (*value >= 1ms) expected = floor<milliseconds>(*value);
  if (*value >= 1s) expected = floor<seconds>(*value);
  fuzz::require(*shown == expected, "a duration is shown as it is", again);
  fuzz::require(format_duration(*shown) == again, "a duration has one text", again);
}

void check_wall(Wall value, std::string_view text) {
  const auto second = floor<seconds>(value);
  fuzz::require(parse_rfc3339(format_rfc3339(value)) == Wall(second), "RFC 3339 can be read back", text);
  fuzz::require(parse_rfc3339(format_rfc3339_ms(value)) == Wall(floor<milliseconds>(value)), "also with milliseconds",
                text);
  fuzz::require(parse_http_date(format_http_date(value)) == Wall(second), "an HTTP date can be read back", text);
  fuzz::require(format_basic_utc(value).size() == 16, "X-Sdk-Date has sixteen characters", text);
}

void check_answer(int status, std::string_view retry_after, std::string_view date, std::string_view body) {
  const core::AnswerView answer{.status = status,
                                .retry_after = retry_after,
                                .date = date,
                                .body = body,
                                .received = Wall{sys_days{year{2026} / 11 / 21}}};
  const auto wait = core::retry_after_of(answer);
  if (wait) fuzz::require(*wait >= Duration{} && *wait <= 24h, "Retry-After is between nothing and a day", retry_after);
  const auto hint = core::throttle_of(answer);
  const bool always = status == 420 || status == 429;
  fuzz::require(hint.has_value() || !always, "420 and 429 always throttle", body);
  if (hint) {
    fuzz::require(hint->retry_after == wait, "the hint waits for what the header says", retry_after);
    fuzz::require(!hint->per_second || (*hint->per_second > 0 && *hint->per_second < 1e300),
                  "a named limit can be kept to", body);
  }
  fuzz::require(status != 200 || !hint, "a success is no throttling", body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  constexpr int statuses[] = {200, 400, 413, 420, 429, 500, 503};
  const int status = statuses[input.byte() % std::size(statuses)];
  const auto first = input.part(), second = input.part();
  for (const auto text : {first, second}) {
    check_duration(text);
    if (const auto wall = parse_rfc3339(text)) {
      check_wall(*wall, text);
      fuzz::require(parse_rfc3339(text, true) == wall, "`assume_utc` changes nothing that says its offset", text);
    }
    if (const auto wall = parse_rfc3339(text, true)) check_wall(*wall, text);
    if (const auto wall = parse_http_date(text)) check_wall(*wall, text);
  }
  check_answer(status, first, second, input.rest());
  return 0;
}
