// Properties: what holds for whatever values RapidCheck can think of. Without RC_PARAMS in the environment the values
// are the same each time; `RC_PARAMS="seed=N max_success=10000"` tries others, and a failure prints what repeats it.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace retouch::test {

inline const int property_seed = ::setenv("RC_PARAMS", "seed=2026", 0);

}  // namespace retouch::test
