#include "retouch/base/printable.hpp"

#include <fmt/format.h>

#include <iterator>

#include "retouch/base/html.hpp"
#include "retouch/base/text.hpp"
#include "utf8.hpp"

namespace retouch {

namespace {

// Characters that change how others are shown, or show nothing: C0, C1, bidi controls, zero-width ones, separators that
// break lines, tags, variation selectors, private use and non-characters.
bool is_deceptive(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr Range ranges[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x34f, 0x34f},
                                     {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},
                                     {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},
                                     {0xe000, 0xf8ff}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
                                     {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};
  for (const Range range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(c));
  }
}

}  // namespace

std::string printable(std::string_view text, std::size_t cap) {
  std::string out;
  out.reserve(std::min(text.size(), cap));
  std::size_t at = 0;
  while (at < text.size()) {
    if (out.size() >= cap) {
      fmt::format_to(std::back_inserter(out), "…(+{} bytes)", text.size() - at);
      break;
    }
    const auto decoded = utf8::decode(text.substr(at));
    if (!decoded) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[at]));
      ++at;
      continue;
    }
    if (is_deceptive(decoded->code_point)) {
      append_escaped(out, decoded->code_point);
    } else {
      out.append(text.substr(at, decoded->length));
    }
    at += decoded->length;
  }
  return out;
}

std::string markdown_text(std::string_view text, std::size_t cap) {
  static constexpr std::string_view live = "@#|`*_[]~!\\";
  std::string out;
  const std::string safe = printable(text, cap);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    const bool link =
        (c == ':' && safe.compare(i, 3, "://") == 0) || (c == '.' && i >= 3 && iequals({&safe[i - 3], 3}, "www"));
    // An entity is the only form that neither a Markdown renderer nor its autolinker interprets.
    if (live.find(c) != std::string_view::npos || link) {
      fmt::format_to(std::back_inserter(out), "&#{};", static_cast<int>(c));
    } else if (c == '"' || c == '\'') {
      out += c;
    } else {
      out += escape_html({&c, 1});
    }
  }
  return out;
}

std::string html_text(std::string_view text, std::size_t cap) { return escape_html(printable(text, cap)); }

}  // namespace retouch
