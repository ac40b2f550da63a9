// Colours, or none.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "retouch/cli/render.hpp"

namespace retouch::cli {

// "1 file", "2 files"
inline std::string counted(std::integral auto number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

class Paint {
 public:
  explicit Paint(const Style& style) : on_(style.color) {}
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    if (!on_ || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
  bool on_;
};

}  // namespace retouch::cli
