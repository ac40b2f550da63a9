// What happens to an unquoted text when a tool takes the YAML through JSON (kustomize, yq -o json, Ansible): 22.10
// comes out as 22.1, yes as true. retouch keeps the source text, so the mistake would show only after such a tool ran.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <regex>

#include "resolve.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core::manifest {
namespace {

// yes, Yes and YES, but not yES.
bool is_word(std::string_view text, std::string_view word) {
  if (!iequals(text, word)) return false;
  const bool shouted = std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  return shouted || text.substr(1) == word.substr(1);
}

std::optional<std::string> as_boolean(std::string_view text) {
  static constexpr std::string_view yes[] = {"yes", "on", "true"};
  static constexpr std::string_view no[] = {"no", "off", "false"};
  if (text == "true" || text == "false") return std::nullopt;  // JSON writes them the same
  const auto is_text = [&](std::string_view word) { return is_word(text, word); };
  if (std::ranges::any_of(yes, is_text)) return "true";
  if (std::ranges::any_of(no, is_text)) return "false";
  return std::nullopt;
}

// As JavaScript, jq and Go print a number: shortest digits that read back the same.
std::string shortest(double number) {
  std::array<char, 64> buffer{};
  const bool plain = std::fabs(number) < 1e21 && (number == 0 || std::fabs(number) >= 1e-6);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
  return error == std::errc{} ? std::string(buffer.data(), end) : fmt::format("{}", number);
}

std::optional<std::string> as_number(const std::string& text) {
  static const std::regex decimal(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  static const std::regex zeros(R"([-+]?0[0-9]+)");  // octal in YAML 1.1, decimal in 1.2
  static const std::regex other(R"([-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?))");
  static const std::regex sexagesimal(R"([-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)");
  static const std::regex special(R"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))");
  if (std::regex_match(text, zeros) || std::regex_match(text, other) || std::regex_match(text, sexagesimal)) {
    return "another number";
  }
  if (std::regex_match(text, special)) return "a number that JSON lacks";
  if (!std::regex_match(text, decimal)) return std::nullopt;
  double number = 0;
  const auto* begin = text.data() + (text.front() == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  if (error != std::errc{}) return "another number";
  return shortest(number);
}

}  // namespace

std::optional<std::string> rewritten(std::string_view plain) {
  if (plain.empty() || plain.size() > 64) return std::nullopt;  // no number, no word
  if (auto word = as_boolean(plain)) return word;
  static constexpr std::string_view starts = "0123456789+-.";
  if (starts.find(plain.front()) == std::string_view::npos) return std::nullopt;
  const std::string text(plain);
  static const std::regex date(R"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?)");
  if (std::regex_match(text, date)) return "a point in time";
  auto number = as_number(text);
  if (number == text) return std::nullopt;
  return number;
}

}  // namespace retouch::core::manifest
