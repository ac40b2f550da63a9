#include "retouch/core/attributes.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

AttributeTable example() {
  return AttributeTable(
      "example",
      {{.name = "zone", .writable = false},
       {.name = "firmware", .allowed = {"bios", "uefi"}, .max_length = 8, .absent_means = "bios"}},
      Attribute{.name = "", .max_length = 255}, {"__*", "os_glance*"}, {{"description", "__description"}},
      [](std::string_view name) { return name != "Bad"; }, "lower-case letters");
}

TEST(AttributeTable, ResolvesAliases) {
  EXPECT_EQ(example().canonical("description"), "__description");
  EXPECT_EQ(example().canonical("other"), "other");
}

TEST(AttributeTable, FindsItsOwnAndGivesOthersTheExtensionRule) {
  const auto table = example();
  EXPECT_EQ(table.find("firmware")->allowed.size(), 2u);
  EXPECT_EQ(table.find("custom")->name, "custom");
  EXPECT_EQ(table.find("custom")->max_length, 255u);
  EXPECT_EQ(table.find_known("custom"), nullptr);
  EXPECT_TRUE(table.find_known("zone"));
}

TEST(AttributeTable, WithoutAnExtensionRuleUnknownNamesAreUnknown) {
  const AttributeTable table("closed", {{.name = "name"}}, std::nullopt, {}, {});
  EXPECT_FALSE(table.find("custom"));
  EXPECT_TRUE(table.valid_extension_name("anything"));
}

TEST(AttributeTable, KnowsThePlatformsNames) {
  const auto table = example();
  EXPECT_TRUE(table.is_platform("zone"));  // read-only
  EXPECT_TRUE(table.is_platform("__x"));
  EXPECT_TRUE(table.is_platform("os_glance_import"));
  EXPECT_FALSE(table.is_platform("firmware"));
  EXPECT_FALSE(table.is_platform("custom"));
}

TEST(AttributeTable, ChecksNamesOfExtensions) {
  EXPECT_FALSE(example().valid_extension_name("Bad"));
  EXPECT_TRUE(example().valid_extension_name("good"));
}

TEST(AttributeTable, TakesCorrectionsOfOneCloud) {
  auto table = example();
  table.correct({.name = "zone", .writable = true, .type = ValueType::integer});
  EXPECT_TRUE(table.find("zone")->writable);
  EXPECT_EQ(table.find("zone")->type, ValueType::integer);
  EXPECT_FALSE(table.is_platform("zone"));

  table.correct(
      {.name = "firmware", .allowed = {{"bios", "uefi", "secure"}}, .max_length = 6, .empty_is_absent = true});
  EXPECT_EQ(table.find("firmware")->allowed.size(), 3u);
  EXPECT_EQ(table.find("firmware")->max_length, 6u);
  EXPECT_TRUE(table.find("firmware")->empty_is_absent);
  EXPECT_EQ(table.find("firmware")->absent_means, "bios");

  table.correct({.name = "custom", .writable = false});
  EXPECT_FALSE(table.find_known("custom")->writable);
  EXPECT_EQ(table.find_known("custom")->max_length, 255u);
  EXPECT_TRUE(table.find_known("zone")) << "still sorted";
}

TEST(AttributeTable, ACorrectedTypeDropsTheRulesOfTheOldOne) {
  auto table = example();
  table.correct({.name = "firmware", .type = ValueType::integer});
  const auto corrected = *table.find("firmware");
  EXPECT_TRUE(corrected.allowed.empty());
  EXPECT_EQ(corrected.max_length, 0u);
  EXPECT_FALSE(corrected.absent_means);
}

}  // namespace
}  // namespace retouch::core
