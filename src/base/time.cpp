#include "retouch/base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>

#include "retouch/base/text.hpp"

namespace retouch {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct TimeOfDay {
  int hour = 0, minute = 0, second = 0;
};

// Reads fixed-width parts of a text one after the other; a mismatch makes it fail for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t least, std::size_t most) {
    std::size_t digits = 0;
    while (digits < most && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') ++digits;
    if (digits < least) return give_up();
    int value = 0;
    std::from_chars(rest_.data(), rest_.data() + digits, value);
    rest_.remove_prefix(digits);
    return value;
  }
  bool literal(std::string_view expected) {
    if (!ok_ || !rest_.starts_with(expected)) return give_up() != 0;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool skip_if(char c) {
    if (!ok_ || rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char any() {
    if (rest_.empty()) return static_cast<char>(give_up());
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  unsigned month() {
    for (unsigned i = 0; i < month_names.size(); ++i) {
      if (rest_.starts_with(month_names[i])) {
        rest_.remove_prefix(3);
        return i + 1;
      }
    }
    return static_cast<unsigned>(give_up());
  }
  TimeOfDay time_of_day() {  // "08:49:37"
    TimeOfDay time;
    time.hour = number(2, 2);
    literal(":");
    time.minute = number(2, 2);
    literal(":");
    time.second = number(2, 2);
    return time;
  }
  bool done() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  int give_up() {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

constexpr Wall first{sys_days{year{1970} / 1 / 1}}, behind_last{sys_days{year{2201} / 1 / 1}};

// Offsets and leap seconds can lead out of the years that are taken, to times that could not be read back.
std::optional<Wall> within_years(Wall value) {
  return value >= first && value < behind_last ? std::optional(value) : std::nullopt;
}

std::optional<Wall> make_wall(int year, unsigned month, unsigned day, TimeOfDay time) {
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  // 60: a leap second, counted as the next second.
  if (!date.ok()) return std::nullopt;
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
  if (year < 1969 || year > 2201) return std::nullopt;  // what a Wall can hold
  return Wall{sys_days{date}} + hours{time.hour} + minutes{time.minute} + seconds{time.second};
}

Duration fraction(Scanner& in) {
  Duration value{};
  if (!in.skip_if('.') && !in.skip_if(',')) return value;
  std::int64_t unit = 100'000'000;
  int digits = 0;
  while (!in.rest().empty() && in.rest().front() >= '0' && in.rest().front() <= '9' && digits < 9) {
    value += nanoseconds{unit * (in.any() - '0')};
    unit /= 10;
    ++digits;
  }
  if (digits == 0) in.literal("a digit");  // "12:00:00.Z" is no time
  return value;
}

struct Parts {
  year_month_day date;
  hh_mm_ss<seconds> time;
};
Parts parts_of(Wall value) {
  const auto second = floor<seconds>(value);
  const auto day = floor<days>(second);
  return {year_month_day{day}, hh_mm_ss<seconds>{second - day}};
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{};
  if (text.empty()) return std::nullopt;
  Duration total{};
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || number < 0 || number > 1'000'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    static constexpr std::pair<std::string_view, Duration> units[] = {
        {"ms", milliseconds{1}}, {"us", microseconds{1}}, {"ns", nanoseconds{1}}, {"s", seconds{1}},
        {"m", minutes{1}},       {"h", hours{1}},         {"d", days{1}}};
    bool known = false;
    for (const auto& [name, unit] : units) {
      if (!text.starts_with(name)) continue;
      if (number > Duration::max() / unit || total > Duration::max() - unit * number) return std::nullopt;
      total += unit * number;
      text.remove_prefix(name.size());
      known = true;
      break;
    }
    if (!known) return std::nullopt;
  }
  return total;
}

std::string format_duration(Duration value) {
  if (value < Duration{}) return "-" + format_duration(-value);
  if (value < seconds{1}) {
    if (value == Duration{}) return "0s";
    if (value < microseconds{1}) return fmt::format("{}ns", value.count());
    if (value < milliseconds{1}) return fmt::format("{}us", duration_cast<microseconds>(value).count());
    return fmt::format("{}ms", duration_cast<milliseconds>(value).count());
  }
  std::string out;
  const auto take = [&](auto unit, std::string_view name) {
    const auto count = value / unit;
    value -= unit * count;
    if (count != 0) out += fmt::format("{}{}", count, name);
  };
  take(days{1}, "d");
  take(hours{1}, "h");
  take(minutes{1}, "m");
  take(seconds{1}, "s");
  return out;
}

std::optional<Wall> parse_rfc3339(std::string_view text, bool assume_utc) {
  Scanner in(text);
  const int year = in.number(4, 4);
  in.literal("-");
  const int month = in.number(2, 2);
  in.literal("-");
  const int day = in.number(2, 2);
  if (!in.skip_if('T') && !in.skip_if('t') && !in.skip_if(' ')) return std::nullopt;
  const auto time = in.time_of_day();
  const Duration part = fraction(in);
  Duration offset{};
  if (!in.skip_if('Z') && !in.skip_if('z')) {
    const bool minus = !in.rest().empty() && in.rest().front() == '-';
    if (in.skip_if('+') || in.skip_if('-')) {
      const int offset_hours = in.number(2, 2);
      in.skip_if(':');
      const int offset_minutes = in.number(2, 2);
      if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
      offset = hours{offset_hours} + minutes{offset_minutes};
      if (minus) offset = -offset;
    } else if (!assume_utc || !in.done()) {
      return std::nullopt;
    }
  }
  if (!in.done()) return std::nullopt;
  const auto wall = make_wall(year, static_cast<unsigned>(month), static_cast<unsigned>(day), time);
  if (!wall) return std::nullopt;
  return within_years(*wall + part - offset);
}

std::string format_rfc3339(Wall value) {
  const auto [date, time] = parts_of(value);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::string format_rfc3339_ms(Wall value) {
  std::string text = format_rfc3339(value);
  text.pop_back();
  const auto ms = duration_cast<milliseconds>(value - floor<seconds>(value)).count();
  return fmt::format("{}.{:03}Z", text, ms);
}

std::optional<Wall> parse_http_date(std::string_view text) {
  text = trim(text);
  Scanner in(text);
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) {  // asctime: "Sun Nov  6 08:49:37 1994"
    if (text.size() < 24) return std::nullopt;
    in = Scanner(text.substr(4));
    const unsigned month = in.month();
    in.literal(" ");
    in.skip_if(' ');
    const int day = in.number(1, 2);
    in.literal(" ");
    const auto time = in.time_of_day();
    in.literal(" ");
    const int year = in.number(4, 4);
    if (!in.done()) return std::nullopt;
    return make_wall(year, month, static_cast<unsigned>(day), time).and_then(within_years);
  }
  in = Scanner(text.substr(comma + 1));
  in.literal(" ");
  const int day = in.number(2, 2);
  const char separator = in.any();  // ' ' IMF-fixdate, '-' RFC 850
  const unsigned month = in.month();
  if (separator != in.any()) return std::nullopt;
  int year = in.number(2, 4);
  // RFC 850 has two digits; RFC 9110 5.6.7: what seems to be more than 50 years ahead is past. Our dates are near now.
  if (separator == '-' && year < 100) year += year < 70 ? 2000 : 1900;
  in.literal(" ");
  const auto time = in.time_of_day();
  in.literal(" GMT");
  if (!in.done()) return std::nullopt;
  return make_wall(year, month, static_cast<unsigned>(day), time).and_then(within_years);
}

std::string format_http_date(Wall value) {
  const auto [date, time] = parts_of(value);
  const weekday day{sys_days{date}};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names[day.c_encoding()],
                     static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::string format_basic_utc(Wall value) {
  std::string out;
  for (const char c : format_rfc3339(value)) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

}  // namespace retouch
