// Small text helpers without a home of their own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace retouch {

std::string to_lower(std::string_view text);  // ASCII only
bool iequals(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // blanks, tabs, line ends
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

// `*` any run, `?` one character, everything else itself.
bool glob_match(std::string_view pattern, std::string_view text);

// The known word nearest to `word` when it is near enough to be a slip of the finger. For "did you mean".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> known);
// "did you mean `x`?" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string> known);
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

// Everything but A-Z a-z 0-9 - . _ ~ as %XX.
std::string percent_encode(std::string_view text);
std::optional<std::string> percent_decode(std::string_view text);

bool is_valid_utf8(std::string_view text);
// Number of code points of a valid UTF-8 text (server limits are in characters, not bytes).
std::size_t utf8_length(std::string_view text);

}  // namespace retouch
