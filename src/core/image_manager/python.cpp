#include "python.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace retouch::core::image_manager {
namespace {

std::optional<bool> as_python_bool(std::string_view text) {
  static constexpr std::array<std::string_view, 9> yes{"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  static constexpr std::array<std::string_view, 9> no{"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  if (std::ranges::find(yes, text) != yes.end()) return true;
  if (std::ranges::find(no, text) != no.end()) return false;
  return std::nullopt;
}

// The resolvers of PyYAML (resolver.py) that lead to a number.
bool is_other_number(const std::string& text) {
  static const std::regex integer(R"([-+]?(0b[01_]+|0[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])*))");
  static const std::regex real(
      R"([-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|\.(inf|Inf|INF))|\.(nan|NaN|NAN))");
  return std::regex_match(text, integer) || std::regex_match(text, real);
}

// Digits without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::string_view take_words(std::string_view& text) {
  const auto words = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
  text.remove_prefix(words.size());
  return words;
}

}  // namespace

PythonValue python_value(const yaml::Value& value) {
  if (value.kind == yaml::Kind::null) return {};
  if (value.kind != yaml::Kind::scalar) return {PythonKind::collection, {}};
  const std::string& text = value.text;
  if (!value.plain) return {PythonKind::text, text};
  if (const auto flag = as_python_bool(text)) return {PythonKind::boolean, *flag ? "True" : "False"};
  if (const auto number = value.as_integer()) return {PythonKind::integer, std::to_string(*number)};
  static const std::regex date(R"([0-9]{4}-[0-9]{2}-[0-9]{2})");
  static const std::regex timestamp(R"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:.*)");
  if (text.size() <= 64) {
    if (std::regex_match(text, date)) return {PythonKind::date, text};
    if (std::regex_match(text, timestamp)) return {PythonKind::timestamp, text};
    if (is_other_number(text)) return {PythonKind::number, text};
  }
  return {PythonKind::text, text};
}

bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto left_words = take_words(a), right_words = take_words(b);
    if (left_words != right_words) return left_words < right_words;
    if (a.empty() || b.empty()) return a.empty() && !b.empty();
    const auto left = take_number(a), right = take_number(b);
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  return false;
}

}  // namespace retouch::core::image_manager
