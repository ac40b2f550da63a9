#include "retouch/http/trust.hpp"

#include <gtest/gtest.h>

namespace retouch::http {
namespace {

TEST(Trust, DecidesWhereCredentialsMayGo) {
  struct Case {
    std::string endpoint, learned_from;
    bool insecure, accepted;
  };
  for (const auto& c : {
           Case{"https://ims.example/v2", "", false, true},
           Case{"http://ims.example/v2", "", false, false},
           Case{"http://ims.example/v2", "", true, true},
           Case{"http://127.0.0.1:9292", "", false, true},
           Case{"https://169.254.169.254", "", true, false},
           Case{"http://metadata.google.internal", "", true, false},
           Case{"https://glance.example", "https://keystone.example", false, true},
           Case{"http://glance.example", "https://keystone.example", true, false},  // never downwards
           Case{"http://glance.example", "http://keystone.example", true, true},
           Case{"http://glance.example", "http://keystone.example", false, false},
           Case{"https://127.0.0.1:9292", "https://keystone.example", false, false},
           Case{"http://localhost:9292", "http://keystone.example", true, false},
           Case{"http://127.0.0.1:9292", "http://localhost:5000", false, true},
           Case{"http://10.0.0.1:9292", "http://localhost:5000", false, false},
           Case{"https://glance.example", "http://localhost:5000", false, true},
       }) {
    Trust trust{.insecure = c.insecure};
    if (!c.learned_from.empty()) trust.learned_from = parse_url(c.learned_from)->origin;
    auto verdict = check_endpoint(*parse_url(c.endpoint), trust);
    EXPECT_EQ(verdict.has_value(), c.accepted) << c.endpoint << " from " << c.learned_from;
    if (!verdict) EXPECT_EQ(verdict.error().code, Errc::untrusted);
  }
}

}  // namespace
}  // namespace retouch::http
