// Composition root of retouch-sandbox.
#include <iostream>

#include "retouch/sandbox/program.hpp"

int main(int argc, char** argv) {
  retouch::async::SystemClock clock;
  retouch::SystemRandom random;
  return retouch::sandbox::run_program({argv + 1, argv + argc}, clock, random, std::cout, std::cerr);
}
