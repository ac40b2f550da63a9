// Where a word of a file stands: what every complaint about input carries.
#pragma once

#include <compare>
#include <string>

namespace retouch {

struct Place {
  std::string file;  // as the user named it; empty = no file (defaults, environment)
  int line = 0;      // from 1; 0 = the whole file
  int column = 0;    // from 1
  auto operator<=>(const Place&) const = default;
};

// "images/ubuntu.yaml:14:5", "images/ubuntu.yaml", or "".
std::string to_string(const Place& place);

}  // namespace retouch
