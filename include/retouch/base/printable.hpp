// The one way from a foreign text (cloud, manifest, git, server error) to a terminal, log or document.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace retouch {

inline constexpr std::size_t default_text_cap = 1024;  // bytes shown of one foreign text

// Control, bidi, zero-width and other format characters become \u{…}, invalid UTF-8 becomes \x.., line breaks become
// \n (two characters); longer texts end in "…(+N bytes)". Idempotent up to the cap.
std::string printable(std::string_view text, std::size_t cap = default_text_cap);

// printable(), then everything that Markdown or its embedded HTML would interpret is neutralised. For inline text and
// table cells: also `|` and back quotes; mentions (@user) and links do not come alive.
std::string markdown_text(std::string_view text, std::size_t cap = default_text_cap);

// printable(), then & < > " ' as entities.
std::string html_text(std::string_view text, std::size_t cap = default_text_cap);

}  // namespace retouch
