// What happened in one simulation, in order, and what of it must not have happened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machine.hpp"

namespace retouch::sim {

class Trace {
 public:
  explicit Trace(const Time& time) : time_(time) {}
  void say(const std::string& what);
  // A broken promise: "I3 …".
  void broken(const std::string& what);

  const std::vector<std::string>& lines() const { return lines_; }
  const std::vector<std::string>& violations() const { return violations_; }
  // Of everything said: two runs of one seed have the same.
  std::uint64_t digest() const { return digest_; }

 private:
  const Time& time_;
  std::vector<std::string> lines_, violations_;
  std::uint64_t digest_ = 14695981039346656037U;
};

}  // namespace retouch::sim
