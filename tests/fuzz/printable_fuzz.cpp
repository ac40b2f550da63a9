// The one way from a foreign text to a terminal, a page or a merge request: base/printable, base/html, base/text.
#include "fuzz.hpp"
#include "retouch/base/html.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

using namespace retouch;

namespace {

constexpr std::size_t no_cap = 1u << 24;

void check_printable(std::string_view text, std::size_t cap) {
  const std::string shown = printable(text, cap), whole = printable(text, no_cap);
  fuzz::require_showable(shown, "printable()");
  fuzz::require(shown.size() <= cap + 40, "printable() keeps to its cap, up to one character and what it left out",
                shown);
  fuzz::require(printable(whole, no_cap) == whole, "printable() is idempotent", whole);
  fuzz::require(whole.size() >= text.size(), "printable() without a cap loses nothing", whole);
}

void check_markup(std::string_view text, std::size_t cap) {
  const std::string html = html_text(text, cap), markdown = markdown_text(text, cap);
  fuzz::require_showable(html, "html_text()");
  fuzz::require_showable(markdown, "markdown_text()");
  fuzz::require(html.find_first_of("<>\"'") == std::string::npos, "html_text() leaves no markup", html);
  fuzz::require(markdown.find_first_of("<>|`*_[]~@!\\") == std::string::npos, "markdown_text() leaves no markup",
                markdown);
  fuzz::require(markdown.find("://") == std::string::npos && to_lower(markdown).find("www.") == std::string::npos,
                "markdown_text() leaves no link", markdown);
  fuzz::require(unescape_html(html) == printable(text, cap), "html_text() is printable() for a reader", html);
}

void check_escapes(std::string_view text) {
  fuzz::require(unescape_html(escape_html(text)) == text, "escape_html() can be undone", text);
  const std::string ascii = escape_html_to_ascii(text);
  fuzz::require(unescape_html(ascii) == text, "escape_html_to_ascii() can be undone", ascii);
  const auto decoded = percent_decode(percent_encode(text));
  fuzz::require(decoded == text, "percent_encode() can be undone", text);
  if (const auto once = percent_decode(text)) {
    fuzz::require(percent_decode(percent_encode(*once)) == *once, "what was decoded can be encoded", *once);
  }
  unescape_html(text);
  if (is_valid_utf8(text)) fuzz::require(utf8_length(text) <= text.size(), "no more characters than bytes", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t cap = input.byte() * std::size_t{4};
  const std::string_view text = input.rest();
  check_printable(text, cap);
  check_printable(text, default_text_cap);
  check_markup(text, cap);
  check_escapes(text);
  glob_match(text.substr(0, text.size() / 2), text.substr(text.size() / 2));
  return 0;
}
