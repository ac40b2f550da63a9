// What both ways of signing requests hold of a clock that goes wrong.
#pragma once

#include "retouch/base/time.hpp"

namespace retouch::auth {

// A cloud's clock that differs by more is not believed.
inline constexpr Duration correctable_skew = std::chrono::hours(1);
// A clock is set by NTP now and then; a server whose Date leads to no signature that it takes must not keep us busy.
inline constexpr Duration between_corrections = std::chrono::minutes(1);

inline Duration magnitude(Duration value) { return value < Duration{0} ? -value : value; }

}  // namespace retouch::auth
