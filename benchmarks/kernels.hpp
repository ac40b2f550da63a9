// What is measured apart from whole programs: pieces of work on made-up input, the same one each time.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace retouch::kernels {

// `prepare` makes the input and returns the work, which may be done again and again and throws when its outcome is
// wrong.
struct Kernel {
  std::string_view name;
  std::function<std::function<void()>()> prepare;
};

std::span<const Kernel> all();

// An ImageSet with so many entries, of which each selects by name and wants four attributes.
std::string manifest(int entries);

}  // namespace retouch::kernels
