// What is looked at before yaml-cpp sees a byte: it accepts invalid UTF-8, NUL and UTF-16, and would hand them on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace retouch::yaml {

struct ByteFault {
  int line = 1;    // of the first offending byte
  int column = 1;  // in bytes, from 1
  std::string message;
};

// The first thing in `text` that no YAML file may hold: UTF-16 or UTF-32, NUL, control characters other than tab and
// line ends, invalid UTF-8. `text` begins after a UTF-8 byte order mark, if there was one.
std::optional<ByteFault> find_byte_fault(std::string_view text);

// True when the scalar at `at` (its anchor, tag or first character) is in quotes that never close. yaml-cpp 0.7 takes
// such a text for complete when the file ends in a line end: everything behind the quote would silently become one
// text.
bool is_unclosed_quote(std::string_view text, std::size_t at);

}  // namespace retouch::yaml
