#include "trace.hpp"

#include <fmt/format.h>

namespace retouch::sim {

void Trace::say(const std::string& what) {
  const double seconds = std::chrono::duration<double>(time_.now.time_since_epoch()).count();
  lines_.push_back(fmt::format("{:12.6f}  {}", seconds, what));
  for (const char each : lines_.back()) digest_ = (digest_ ^ static_cast<unsigned char>(each)) * 1099511628211U;
}

void Trace::broken(const std::string& what) {
  say("BROKEN " + what);
  violations_.push_back(what);
}

}  // namespace retouch::sim
