#include "escape_mender.hpp"

#include <algorithm>
#include <charconv>

namespace retouch::providers {
namespace {

constexpr std::size_t escape_size = 6;  // \uXXXX

enum class Unit { other, high, low };

// The escape that begins at `at`; all of it is there.
Unit unit_at(std::string_view text, std::size_t at) {
  unsigned code = 0;
  const char* digits = text.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, code, 16);
  if (error != std::errc{} || end != digits + 4) return Unit::other;  // the parser's to refuse
  return code >= 0xD800 && code < 0xDC00 ? Unit::high : code >= 0xDC00 && code < 0xE000 ? Unit::low : Unit::other;
}

// As much of "\\u" as can stand behind an escape when only `left` characters are there.
std::string_view pair_start(std::size_t left) {
  return std::string_view("\\u").substr(0, std::min<std::size_t>(2, left - escape_size));
}

bool is_escape(std::string_view text, std::size_t at) { return text.substr(at, 2) == "\\u"; }

}  // namespace

std::string_view EscapeMender::mend(std::string_view chunk) {
  if (waiting_.empty() && chunk.find('\\') == std::string_view::npos) return chunk;
  text_.swap(waiting_);
  waiting_.clear();
  text_.append(chunk);
  const std::string_view text = text_;
  std::size_t at = text.find('\\');
  while (at != std::string_view::npos) {
    // A backslash quotes one character or begins an escape; a high half is judged by what stands behind it.
    const auto left = text.size() - at;
    const bool is_u = is_escape(text, at);
    const auto unit = is_u && left >= escape_size ? unit_at(text, at) : Unit::other;
    const bool may_pair = unit == Unit::high && text.substr(at + escape_size).starts_with(pair_start(left));
    const auto needed = may_pair ? 2 * escape_size : is_u ? escape_size : 2;
    if (left < needed) break;
    const bool paired = may_pair && unit_at(text, at + escape_size) == Unit::low;
    if (unit == Unit::low || (unit == Unit::high && !paired)) text_.replace(at, escape_size, "\\ufffd");
    at = text.find('\\', at + (paired || !may_pair ? needed : escape_size));
  }
  if (at == std::string_view::npos) return text_;
  waiting_ = text_.substr(at);
  return std::string_view(text_).substr(0, at);
}

}  // namespace retouch::providers
