// Points in time and their text forms. Nothing here reads a clock: `now` is always a parameter (see async/clock.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retouch {

using Duration = std::chrono::nanoseconds;

// Monotonic time: deadlines, limits, token life. Never printed, never stored.
struct MonoClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonoClock>;
  static constexpr bool is_steady = true;
};
using Mono = MonoClock::time_point;

// Wall time (UTC): what is shown, signed or compared with a server's Date.
using Wall = std::chrono::sys_time<Duration>;

// "250ms", "5s", "1m30s", "24h", "7d"; also "0". nullopt when it is not such a text or negative.
std::optional<Duration> parse_duration(std::string_view text);
// The shortest such text: 90 s -> "1m30s".
std::string format_duration(Duration value);

// RFC 3339 / ISO 8601 with 0-9 fraction digits and `Z` or an offset. `assume_utc` also takes a text without either
// (Keystone's password_expires_at).
std::optional<Wall> parse_rfc3339(std::string_view text, bool assume_utc = false);
// "2026-11-21T20:48:00Z", whole seconds.
std::string format_rfc3339(Wall value);
// "2026-11-21T20:48:00.123Z", for logs.
std::string format_rfc3339_ms(Wall value);

// RFC 9110 HTTP-date: the IMF-fixdate form, and the two obsolete forms a recipient must accept.
std::optional<Wall> parse_http_date(std::string_view text);
std::string format_http_date(Wall value);

// "20261121T204800Z", the form of X-Sdk-Date.
std::string format_basic_utc(Wall value);

}  // namespace retouch
