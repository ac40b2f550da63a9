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

// Scripts read them in JSON: a name that changes breaks them.
TEST(Errc, HasNamesThatStay) {
  const std::vector<std::pair<Errc, std::string_view>> names{{Errc::usage, "usage"},
                                                             {Errc::invalid_input, "invalid_input"},
                                                             {Errc::not_found, "not_found"},
                                                             {Errc::io, "io"},
                                                             {Errc::untrusted, "untrusted"},
                                                             {Errc::connect, "connect"},
                                                             {Errc::tls, "tls"},
                                                             {Errc::timeout, "timeout"},
                                                             {Errc::closed, "closed"},
                                                             {Errc::protocol, "protocol"},
                                                             {Errc::too_large, "too_large"},
                                                             {Errc::http_status, "http_status"},
                                                             {Errc::throttled, "throttled"},
                                                             {Errc::credentials, "credentials"},
                                                             {Errc::permission, "permission"},
                                                             {Errc::stale_plan, "stale_plan"},
                                                             {Errc::guard, "guard"},
                                                             {Errc::locked, "locked"},
                                                             {Errc::cancelled, "cancelled"},
                                                             {Errc::internal, "internal"}};
  for (const auto& [code, name] : names) EXPECT_EQ(to_string(code), name);
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
