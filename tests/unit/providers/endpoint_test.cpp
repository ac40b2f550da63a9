#include "endpoint.hpp"

#include <gtest/gtest.h>

#include "seen_ids.hpp"

namespace retouch::providers {
namespace {

http::Url url(std::string_view text) { return http::parse_url(text).value(); }

TEST(ServiceRoot, DropsTheVersion) {
  for (const auto* with : {"https://ims.example", "https://ims.example/", "https://ims.example/v2",
                           "https://ims.example/v2/", "https://ims.example/v2.0", "https://ims.example/v2?x=y"}) {
    EXPECT_EQ(to_string(service_url(service_root(url(with)), "v2/images")), "https://ims.example/v2/images") << with;
  }
  for (const auto* with : {"http://host/image", "http://host/image/", "http://host/image/v2/"}) {
    EXPECT_EQ(to_string(service_url(service_root(url(with)), "v2/images", "a=b")), "http://host/image/v2/images?a=b")
        << with;
  }
}

TEST(NextPage, StaysWithinTheService) {
  struct Case {
    const char* root;
    const char* reference;
    const char* expected;  // nullptr = an error
  };
  const Case cases[] = {
      {"https://glance.example", "/v2/images?marker=1", "https://glance.example/v2/images?marker=1"},
      {"https://glance.example:443", "https://glance.example/v2/images?marker=1",
       "https://glance.example/v2/images?marker=1"},
      {"https://host/image", "/v2/images?marker=1", "https://host/image/v2/images?marker=1"},
      {"https://host/image", "/image/v2/images?marker=1", "https://host/image/v2/images?marker=1"},
      {"https://glance.example", "https://evil.example/v2/images?marker=1", nullptr},
      {"https://glance.example", "http://glance.example/v2/images", nullptr},
      {"https://glance.example", "//evil.example/v2/images", nullptr},
      {"https://glance.example", "/elsewhere", nullptr},
      {"https://host/image", "/compute/v2/x", nullptr},
      {"https://glance.example", "v2/images", nullptr},
      // found by fuzzing: below the path to the eye only
      {"https://glance.example", "/v2/../admin", nullptr},
      {"https://host/image", "/image/v2/images/%2E%2e/%2e./../compute", nullptr},
      {"https://glance.example", "/v2/images/.", nullptr},
      {"https://glance.example", "/v2/..%2fadmin", nullptr},
      {"https://glance.example", "/v2/images?marker=..", "https://glance.example/v2/images?marker=.."},
  };
  for (const auto& c : cases) {
    const auto next = next_page(service_root(url(c.root)), c.reference);
    if (c.expected) {
      ASSERT_TRUE(next) << c.reference << ": " << next.error().message;
      EXPECT_EQ(to_string(*next), c.expected);
    } else {
      ASSERT_FALSE(next) << c.reference << " -> " << to_string(*next);
      EXPECT_NE(next.error().code, Errc::invalid_input)
          << "that would blame the configuration: " << next.error().message;
      EXPECT_NE(next.error().message.find("the list's `next`"), std::string::npos) << next.error().message;
    }
  }
}

TEST(SeenIds, TellsListingsApart) {
  SeenIds ids;
  EXPECT_EQ(ids.note("a", 1), SeenIds::Seen::never);
  EXPECT_EQ(ids.note("a", 1), SeenIds::Seen::in_this_listing);
  EXPECT_EQ(ids.note("a", 2), SeenIds::Seen::in_an_earlier_listing);
  EXPECT_EQ(ids.note("a", 2), SeenIds::Seen::in_this_listing);
  EXPECT_EQ(ids.note("", 2), SeenIds::Seen::never);
  EXPECT_EQ(ids.size(), 2u);
}

TEST(SeenIds, RemembersManyWhileItGrows) {
  SeenIds ids;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20'000; ++i) {
      const auto seen = ids.note("3f0c5b1e-0000-4000-8000-" + std::to_string(i), 1);
      ASSERT_EQ(seen, round == 0 ? SeenIds::Seen::never : SeenIds::Seen::in_this_listing) << i;
    }
  }
  EXPECT_EQ(ids.size(), 20'000u);
}

}  // namespace
}  // namespace retouch::providers
