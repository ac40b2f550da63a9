#include "retouch/http/message.hpp"

#include <gtest/gtest.h>

namespace retouch::http {
namespace {

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers;
  headers.add("WWW-Authenticate", "a");
  EXPECT_EQ(headers.get("Www-authenticate"), "a");
  EXPECT_FALSE(headers.get("Www"));
}

TEST(Headers, AddKeepsAndSetReplacesAllOfTheName) {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  EXPECT_EQ(headers.get("a"), "1");
  EXPECT_EQ(headers.all().size(), 3u);
  headers.set("a", "4");
  ASSERT_EQ(headers.all().size(), 2u);
  EXPECT_EQ(headers.all()[0], (std::pair<std::string, std::string>("A", "4")));
  headers.set("C", "5");
  headers.remove("b");
  EXPECT_FALSE(headers.get("B"));
  EXPECT_EQ(headers.get("c"), "5");
}

}  // namespace
}  // namespace retouch::http
