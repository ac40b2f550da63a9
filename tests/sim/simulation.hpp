// One simulation: everything in it follows from its seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "test_key.hpp"

namespace retouch::sim {

struct Verdict {
  std::uint64_t seed = 0;
  std::vector<std::string> violations;
  std::vector<std::string> trace;
  std::uint64_t digest = 0;
  // That something happened at all.
  std::int64_t passes = 0, failed = 0, requests = 0, writes = 0, logins = 0, throttled = 0, crashes = 0, steps = 0;
  double simulated_hours = 0;
};

// `directory`: empty, for its disks.
Verdict simulate(std::uint64_t seed, const std::string& directory, const retouch::test::TestKey& key);

}  // namespace retouch::sim
