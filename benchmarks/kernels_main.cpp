// retouch_kernels NAME: does the work once, in retouch_measured_work(), for callgrind (--toggle-collect).
// retouch_kernels --time TURNS NAME NAME: does both in turns; the CPU time of each in milliseconds, one turn a line.
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "kernels.hpp"

extern "C" {
// One name that no compiler changes, and that is entered for nothing else.
[[gnu::noinline]] void retouch_measured_work(const std::function<void()>& work);
void retouch_measured_work(const std::function<void()>& work) {
  work();
  asm volatile("" ::: "memory");  // or the call would be a jump, and callgrind would see this function end with it
}
}

namespace {

std::function<void()> prepared(std::string_view name) {
  for (const auto& kernel : retouch::kernels::all()) {
    if (kernel.name == name) return kernel.prepare();
  }
  throw std::runtime_error("no kernel " + std::string(name));
}

// Of this thread alone: other programs on the machine do not count.
double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double time_of(const std::function<void()>& work) {
  const double began = cpu_milliseconds();
  work();
  return cpu_milliseconds() - began;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.size() == 4 && arguments[0] == "--time") {
      const auto first = prepared(arguments[2]), second = prepared(arguments[3]);
      first(), second();  // the first time finds cold caches
      for (int turn = std::atoi(arguments[1].c_str()); turn > 0; --turn) {
        const double one = time_of(first);
        std::cout << one << ' ' << time_of(second) << '\n';
      }
      return 0;
    }
    if (arguments.size() == 1) {
      const auto work = prepared(arguments[0]);
      work();  // what is made once (tables, tables of OpenSSL) is not the kernel
      retouch_measured_work(work);
      return 0;
    }
  } catch (const std::exception& wrong) {
    std::cerr << "retouch_kernels: " << wrong.what() << '\n';
    return 1;
  }
  std::cerr << "usage: retouch_kernels NAME | --time TURNS NAME NAME\n";
  return 2;
}
