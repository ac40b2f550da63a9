#include <gtest/gtest.h>

#include "retouch/base/result.hpp"

namespace retouch {

TEST(Describe, PutsTheCloudsOwnWordsIntoOneLine) {
  const Error error{.code = Errc::http_status,
                    .message = "Attribute 'x'\nis read-only.",
                    .where = "lab: update 3f0c",
                    .status = 403,
                    .cloud_code = "403 Forbidden",
                    .request_id = "req-1"};
  EXPECT_EQ(describe(error), "lab: update 3f0c: Attribute 'x'\\nis read-only. [HTTP 403 Forbidden, request req-1]");
}

TEST(Describe, LeavesOutNoStatusThatTheCloudsCodeDoesNotSay) {
  Error error{.message = "no", .status = 400, .cloud_code = "IMG.0035"};
  EXPECT_EQ(describe(error), "no [HTTP 400, IMG.0035]");
  error.cloud_code = "4001";
  EXPECT_EQ(describe(error), "no [HTTP 400, 4001]");
  error.cloud_code.clear();
  EXPECT_EQ(describe(error), "no [HTTP 400]");
}

TEST(Describe, BeginsWithThePlaceInAFile) {
  const Error error{.code = Errc::invalid_input, .message = "expected a list", .place = {"a.yaml", 2, 7}};
  EXPECT_EQ(describe(error), "a.yaml:2:7: expected a list");
}

TEST(Try, PassesTheErrorOn) {
  const auto inner = []() -> Result<int> { return fail(Errc::io, "disk"); };
  const auto outer = [&]() -> Result<int> {
    RETOUCH_TRY(const int value, inner());
    return value + 1;
  };
  EXPECT_EQ(outer().error().message, "disk");
}

}  // namespace retouch
