#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/base/time.hpp"
#include "service_settings.hpp"

namespace retouch::config {
namespace {

using yaml::Kind;
using yaml::Value;

std::string list_of(const std::vector<std::string_view>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text.append(i + 1 == words.size() ? fmt::format(" {} ", last) : ", ");
    text.append(words[i]);
  }
  return text;
}

void expected(const Value& value, std::string_view name, std::string_view what, Diagnostics& diagnostics,
              std::string hint = {}) {
  diagnostics.error(value.place, fmt::format("`{}` must be {}, not {}", name, what, yaml::describe(value)),
                    std::move(hint));
}

bool in_range(double number, const Key& key) { return number >= key.min && number <= key.max; }

std::string range_of(const Key& key, std::string_view unit) {
  if (key.max >= 1e9) return fmt::format("at least {}{}", key.min, unit);
  return fmt::format("between {}{} and {}{}", key.min, unit, key.max, unit);
}

void check_number(const Value& value, const Key& key, Diagnostics& diagnostics) {
  const auto number = to_number(value);
  const bool whole = key.type == Type::integer;
  if (!number || (whole && !value.as_integer())) {
    expected(value, key.name, whole ? "a whole number" : "a number", diagnostics);
  } else if (!in_range(*number, key)) {
    diagnostics.error(value.place, fmt::format("`{}` must be {}, not {}", key.name, range_of(key, ""), value.text));
  }
}

void check_duration(const Value& value, const Key& key, Diagnostics& diagnostics) {
  const auto duration = value.kind == Kind::scalar ? parse_duration(value.text) : std::nullopt;
  if (!duration) return expected(value, key.name, "a duration such as 30s, 5m or 1h30m", diagnostics);
  if (!in_range(std::chrono::duration<double>(*duration).count(), key)) {
    diagnostics.error(value.place, fmt::format("`{}` must be {}, not {}", key.name, range_of(key, " s"), value.text));
  }
}

void check_choice(const Value& value, const Key& key, Diagnostics& diagnostics) {
  if (value.kind == Kind::scalar && std::ranges::find(key.choices, value.text) != key.choices.end()) return;
  const auto hint = value.kind == Kind::scalar ? did_you_mean(value.text, key.choices) : std::string();
  expected(value, key.name, list_of(key.choices, "or"), diagnostics, hint);
}

void check_texts(const Value& value, const Key& key, Diagnostics& diagnostics) {
  if (value.kind != Kind::sequence) return expected(value, key.name, "a list", diagnostics);
  for (const auto& item : value.items) {
    if (item.kind != Kind::scalar || item.text.empty()) expected(item, key.name, "a list of texts", diagnostics);
  }
}

void check_list(const Value& value, const Key& key, Diagnostics& diagnostics) {
  if (value.kind != Kind::sequence) return expected(value, key.name, "a list", diagnostics);
  for (const auto& item : value.items)
    check_object(item, *key.table, fmt::format("an item of `{}`", key.name), diagnostics);
}

void check_map(const Value& value, const Key& key, Diagnostics& diagnostics) {
  if (value.kind != Kind::mapping) return expected(value, key.name, "a mapping", diagnostics);
  for (const auto& [name, item] : value.members) {
    check_object(item, *key.table, fmt::format("`{}`", printable(name.text, 100)), diagnostics);
  }
}

void check_value(const Value& value, const Key& key, Diagnostics& diagnostics) {
  const bool collection =
      key.type == Type::object || key.type == Type::list || key.type == Type::map || key.type == Type::texts;
  if (value.is_null() && (collection || key.type == Type::special)) return;  // `policy:` with nothing below it
  switch (key.type) {
    case Type::text:
      if (value.kind != Kind::scalar || value.text.empty()) expected(value, key.name, "a text", diagnostics);
      return;
    case Type::number:
    case Type::integer:
      return check_number(value, key, diagnostics);
    case Type::boolean:
      if (!value.as_bool()) expected(value, key.name, "true or false", diagnostics);
      return;
    case Type::duration:
      return check_duration(value, key, diagnostics);
    case Type::rate:
      if (!to_rate(value)) expected(value, key.name, "a rate such as 10/s or 600/m", diagnostics);
      return;
    case Type::choice:
      return check_choice(value, key, diagnostics);
    case Type::texts:
      return check_texts(value, key, diagnostics);
    case Type::listen:
      if (!to_listen(value))
        expected(value, key.name, "an IP address with a port, such as 127.0.0.1:9469 or [::1]:9469", diagnostics);
      return;
    case Type::secret:
      return check_secret(value, key.name, diagnostics);
    case Type::object:
      return check_object(value, *key.table, fmt::format("`{}`", key.name), diagnostics);
    case Type::list:
      return check_list(value, key, diagnostics);
    case Type::map:
      return check_map(value, key, diagnostics);
    case Type::special:
      return;
  }
}

void check_presence(const Value& value, const Table& table, std::string_view what, Diagnostics& diagnostics) {
  for (const auto& key : table.keys) {
    if (key.required && !value.find(key.name))
      diagnostics.error(value.place, fmt::format("{} lacks `{}`", what, key.name));
  }
  if (table.exactly_one_of.empty()) return;
  const auto given =
      std::ranges::count_if(table.exactly_one_of, [&](auto name) { return value.find(name) != nullptr; });
  if (given != 1) {
    diagnostics.error(value.place,
                      fmt::format("{} must have exactly one of {}", what, list_of(table.exactly_one_of, "and")));
  }
}

}  // namespace

void unknown_key(const Value& key, std::string_view what, const std::vector<std::string_view>& known,
                 Diagnostics& diagnostics) {
  diagnostics.error(key.place, fmt::format("unknown key `{}` in {}", printable(key.text, 100), what),
                    did_you_mean(key.text, known));
}

void check_object(const Value& value, const Table& table, std::string_view what, Diagnostics& diagnostics) {
  if (value.kind != Kind::mapping) {
    diagnostics.error(value.place, fmt::format("{} must be a mapping, not {}", what, yaml::describe(value)));
    return;
  }
  for (const auto& [name, member] : value.members) {
    if (const auto* key = table.find(name.text)) {
      check_value(member, *key, diagnostics);
      continue;
    }
    std::vector<std::string_view> known;
    for (const auto& key : table.keys) known.push_back(key.name);
    unknown_key(name, what, known, diagnostics);
  }
  check_presence(value, table, what, diagnostics);
}

void check_secret(const Value& value, std::string_view name, Diagnostics& diagnostics) {
  constexpr std::string_view ways = "{file: PATH}, {env: NAME} or {credential: NAME}";
  if (value.kind == Kind::scalar) {  // its text is not repeated
    diagnostics.error(value.place,
                      fmt::format("`{}` must not stand here in the clear; say where it is: {}", name, ways));
    return;
  }
  if (value.kind != Kind::mapping || value.members.size() != 1) return expected(value, name, ways, diagnostics);
  const auto& [key, text] = value.members.front();
  const std::vector<std::string_view> known{"file", "env", "credential"};
  if (std::ranges::find(known, key.text) == known.end()) {
    unknown_key(key, fmt::format("`{}`, which must be {}", name, ways), known, diagnostics);
  } else if (text.kind != Kind::scalar || text.text.empty()) {
    expected(text, key.text, "a text", diagnostics);
  }
}

std::optional<double> to_number(const Value& value) {
  if (value.kind != Kind::scalar || !value.plain) return std::nullopt;
  double number = 0;
  const auto* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> to_rate(const Value& value) {
  if (value.kind != Kind::scalar) return std::nullopt;
  const auto slash = value.text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  double count = 0;
  const auto* end = value.text.data() + slash;
  const auto [stop, error] = std::from_chars(value.text.data(), end, count, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !std::isfinite(count) || count <= 0) return std::nullopt;
  const auto unit = std::string_view(value.text).substr(slash + 1);
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (seconds == 0 || count / seconds > 100000 || count / seconds < 1.0 / 3600) return std::nullopt;
  return count / seconds;
}

}  // namespace retouch::config
