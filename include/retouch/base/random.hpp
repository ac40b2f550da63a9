// The source of randomness, injected: jitter, salts, request ids. Tests and the simulator seed it.
#pragma once

#include <cstdint>
#include <string>

namespace retouch {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  std::string uuid();                                                      // version 4
};

// From the operating system's generator, for production and for salts. Several threads may draw at once.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

// SplitMix64: the same seed gives the same run.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

}  // namespace retouch
