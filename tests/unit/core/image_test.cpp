#include "retouch/core/image.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

TEST(Image, GivesAbsentForWhatIsNotThere) {
  const Image image{.id = "1", .attributes = {{"name", std::string("x")}, {"min_ram", std::int64_t{4}}}};
  EXPECT_EQ(image.get("name"), Value{std::string("x")});
  EXPECT_EQ(image.get("nope"), Value{Absent{}});
  EXPECT_EQ(image.find("nope"), nullptr);
  EXPECT_EQ(image.text("name"), "x");
  EXPECT_EQ(image.text("nope"), "");
  EXPECT_EQ(image.text("min_ram"), "");
}

}  // namespace
}  // namespace retouch::core
