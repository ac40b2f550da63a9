#include "retouch/os/environment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace retouch::os {
namespace {

TEST(Environment, AnEmptyVariableCountsAsUnset) {
  const Environment environment({{"A", ""}, {"B", "x"}});
  EXPECT_EQ(environment.get("A"), std::nullopt);
  EXPECT_EQ(environment.get("B"), "x");
  EXPECT_EQ(environment.get("C"), std::nullopt);
}

TEST(Environment, OfTheProcessKeepsEverythingAfterTheFirstEqualsSign) {
  ::setenv("RETOUCH_TEST_VARIABLE", "a=b=c", 1);
  EXPECT_EQ(Environment::of_process().get("RETOUCH_TEST_VARIABLE"), "a=b=c");
  ::unsetenv("RETOUCH_TEST_VARIABLE");
  EXPECT_EQ(Environment::of_process().get("RETOUCH_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace retouch::os
