#include "retouch/base/secret.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace retouch {

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Streamable<Secret>, "a secret must not find its way into a stream by accident");
template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
static_assert(!Comparable<Secret>, "comparisons of secrets take the same time for all inputs: equals()");

}  // namespace

TEST(Secret, ComparesByContent) {
  EXPECT_TRUE(Secret("a").equals(Secret("a")));
  EXPECT_FALSE(Secret("a").equals(Secret("b")));
}

TEST(Secret, LeavesNothingBehindWhenMovedFrom) {
  Secret source("token");
  const Secret target(std::move(source));
  EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(target.reveal(), "token");
}

}  // namespace retouch
