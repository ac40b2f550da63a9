#include "fuzz.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "retouch/base/text.hpp"

namespace retouch::fuzz {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 2000)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return out;
}

// By their encodings: C1 controls, soft hyphen, zero-width and bidi characters, line separators, byte order mark, tags.
bool hides_or_turns(std::string_view text) {
  for (const std::string_view bad :
       {"\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",    "\u202b",
        "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\U000e0041"}) {
    if (text.find(bad) != std::string_view::npos) return true;
  }
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

// The number of lines, and of the bytes of the longest, as a reader with a wide window would count them.
struct Extent {
  std::size_t lines = 1, longest = 0;
};
Extent extent_of(std::string_view text) {
  Extent extent;
  std::size_t length = 0;
  for (const char c : text) {
    length = c == '\n' ? 0 : length + 1;  // a lone CR ends no line for yaml-cpp nor for us
    extent.lines += c == '\n' ? 1 : 0;
    extent.longest = std::max(extent.longest, length);
  }
  return extent;
}

}  // namespace

void require(bool holds, std::string_view promise, std::string_view detail) {
  if (holds) return;
  std::fprintf(stderr, "BROKEN PROMISE: %s\n%s\n", std::string(promise).c_str(), escaped(detail).c_str());
  std::abort();
}

void require_showable(std::string_view text, std::string_view whose) {
  const bool controls = std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  require(!controls && is_valid_utf8(text) && !hides_or_turns(text), std::string(whose) + " can be shown", text);
}

void require_places(const Diagnostics& diagnostics, std::span<const Text> files) {
  for (const Diagnostic& each : diagnostics.items()) {
    const std::string shown = to_string(each);
    require_showable(shown, "a complaint");
    require(!each.message.empty(), "a complaint says something", shown);
    const auto file = std::ranges::find(files, each.place.file.text(), &Text::file);
    require(file != files.end(), "a complaint names its file", shown);
    const Extent extent = extent_of(file->text);
    // The line after the last one is where what was expected is missing.
    require(each.place.line >= 0 && static_cast<std::size_t>(each.place.line) <= extent.lines + 1,
            "a complaint stands on a line of its file", shown);
    require(each.place.column >= 0 && static_cast<std::size_t>(each.place.column) <= extent.longest + 2,
            "a complaint stands in a column of its file", shown);
    require((each.place.line == 0) == (each.place.column == 0), "a place has both or neither", shown);
  }
}

std::uint8_t Input::byte() {
  if (rest_.empty()) return 0;
  const auto value = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return value;
}

std::string_view Input::part() {
  constexpr std::string_view border = "====\n";
  auto at = rest_.find(border);
  while (at != std::string_view::npos && at > 0 && rest_[at - 1] != '\n') at = rest_.find(border, at + 1);
  const auto found = rest_.substr(0, at == std::string_view::npos || at == 0 ? at : at - 1);
  rest_ = at == std::string_view::npos ? std::string_view{} : rest_.substr(at + border.size());
  return found;
}

}  // namespace retouch::fuzz
