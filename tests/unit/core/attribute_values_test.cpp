#include <gtest/gtest.h>

#include "retouch/core/attributes.hpp"

namespace retouch::core {
namespace {

std::string text_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

bool no_digits(std::string_view text) { return text.find_first_of("0123456789") == std::string_view::npos; }

struct Case {
  const char* what;
  Attribute attribute;
  Value value;
  const char* expected;  // part of the only violation; nullptr = none
};

TEST(Violations, SayWhyAValueCannotBeWritten) {
  const std::string bad_utf8 = "\xff";
  const std::vector<Case> cases{
      {"plain text", {.name = "a"}, std::string("x"), nullptr},
      {"read-only", {.name = "a", .writable = false}, std::string("x"), "`a` is read-only"},
      {"removable", {.name = "a"}, Absent{}, nullptr},
      {"not removable", {.name = "a", .clear = Clear::impossible}, Absent{}, "cannot be removed"},
      {"number for text", {.name = "a"}, std::int64_t{4}, "expected a text, got 4"},
      {"text for number",
       {.name = "a", .type = ValueType::integer},
       std::string("x"),
       "expected an integer, got \"x\""},
      {"text for boolean", {.name = "a", .type = ValueType::boolean}, std::string("yes"), "expected true or false"},
      {"text for list", {.name = "a", .type = ValueType::list}, std::string("x"), "expected a list"},
      {"list for map", {.name = "a", .type = ValueType::map}, List{"x"}, "expected a map"},
      {"too small", {.name = "a", .type = ValueType::integer}, std::int64_t{-1}, "from 0 to 2147483647, got -1"},
      {"too big", {.name = "a", .type = ValueType::integer, .max = 9}, std::int64_t{10}, "from 0 to 9, got 10"},
      {"biggest", {.name = "a", .type = ValueType::integer, .max = 9}, std::int64_t{9}, nullptr},
      {"allowed", {.name = "a", .allowed = {"bios", "uefi"}}, std::string("uefi"), nullptr},
      {"not allowed",
       {.name = "a", .allowed = {"bios", "uefi"}},
       std::string("zork"),
       "expected bios or uefi, got \"zork\""},
      {"case counts", {.name = "a", .allowed = {"bios", "uefi"}}, std::string("UEFI"), "expected bios or uefi"},
      {"flags without case",
       {.name = "a", .allowed = {"true"}, .compare = Compare::flag},
       std::string("True"),
       nullptr},
      {"false of a flag that is true or absent",
       {.name = "a", .allowed = {"true"}, .absent_means = "false", .compare = Compare::flag},
       std::string("False"),
       nullptr},
      {"too short", {.name = "a", .min_length = 1}, std::string(), "at least 1 character, has 0"},
      {"longest, in characters", {.name = "a", .max_length = 2}, std::string("éé"), nullptr},
      {"too long", {.name = "a", .max_length = 2}, std::string("ééé"), "has 3 characters, at most 2"},
      {"invalid UTF-8", {.name = "a"}, bad_utf8, "not valid UTF-8"},
      {"character rule",
       {.name = "a", .valid_text = no_digits, .text_rule = "letters"},
       std::string("a1"),
       "may hold only letters"},
      {"too many items",
       {.name = "a", .type = ValueType::list, .max_items = 1},
       List{"x", "y"},
       "has 2 items, at most 1"},
      {"item too long", {.name = "a", .type = ValueType::list, .max_length = 1}, List{"x", "yy"}, "item \"yy\" has 2"},
      {"item against the rule",
       {.name = "a", .type = ValueType::list, .valid_text = no_digits, .text_rule = "letters"},
       List{"1"},
       "item \"1\" may hold"},
      {"too many keys",
       {.name = "a", .type = ValueType::map, .max_items = 1},
       Map{{"x", "1"}, {"y", "2"}},
       "has 2 items"},
      {"key too long",
       {.name = "a", .type = ValueType::map, .max_key_length = 1},
       Map{{"xx", "1"}},
       "key \"xx\" has 2"},
      {"empty key", {.name = "a", .type = ValueType::map}, Map{{"", "1"}}, "a key is empty"},
      {"map value of a type that the API does not know",
       {.name = "a", .type = ValueType::map},
       Map{{"x", true}},
       "value of \"x\" must be a text"},
      {"map value too long",
       {.name = "a", .type = ValueType::map, .max_length = 1},
       Map{{"x", std::string("vv")}},
       "value of \"x\" has 2"},
  };
  for (const auto& c : cases) {
    const auto found = violations(c.attribute, c.value);
    if (!c.expected) {
      EXPECT_TRUE(found.empty()) << c.what << ": " << text_of(found);
    } else {
      ASSERT_EQ(found.size(), 1u) << c.what << ": " << text_of(found);
      EXPECT_NE(found[0].find(c.expected), std::string::npos) << c.what << ": " << found[0];
    }
  }
}

TEST(Violations, ReportsAllOfThem) {
  const Attribute name{
      .name = "name", .min_length = 1, .max_length = 3, .valid_text = no_digits, .text_rule = "letters"};
  EXPECT_EQ(violations(name, std::string("abc1")).size(), 2u);
}

TEST(Violations, SuggestsTheNearestAllowedWord) {
  const Attribute firmware{.name = "hw_firmware_type", .allowed = {"bios", "uefi"}};
  EXPECT_NE(text_of(violations(firmware, std::string("uef"))).find("did you mean `uefi`?"), std::string::npos);
}

TEST(Normalized, EmptyIsAbsentWhereTheTableSaysSo) {
  const Attribute lenient{.name = "a", .empty_is_absent = true};
  EXPECT_EQ(normalized(lenient, std::string()), Value{Absent{}});
  EXPECT_EQ(normalized(Attribute{.name = "a"}, std::string()), Value{std::string()});
  const Attribute tags{.name = "tags", .type = ValueType::list, .empty_is_absent = true};
  EXPECT_EQ(normalized(tags, List{}), Value{Absent{}});
  const Attribute pairs{.name = "tags", .type = ValueType::map, .empty_is_absent = true};
  EXPECT_EQ(normalized(pairs, Map{}), Value{Absent{}});
}

TEST(Normalized, ConvertsBetweenTheJsonTypesThatCloudsMix) {
  const Attribute number{.name = "max_ram", .type = ValueType::integer};
  EXPECT_EQ(normalized(number, std::string("4096")), Value{std::int64_t{4096}});
  EXPECT_EQ(normalized(number, std::string("4096x")), Value{std::string("4096x")});
  EXPECT_EQ(normalized(number, std::string("")), Value{std::string("")});
  const Attribute text{.name = "a"};
  EXPECT_EQ(normalized(text, true), Value{std::string("true")});
  EXPECT_EQ(normalized(text, std::int64_t{7}), Value{std::string("7")});
  const Attribute boolean{.name = "a", .type = ValueType::boolean};
  EXPECT_EQ(normalized(boolean, std::string("True")), Value{true});
  EXPECT_EQ(normalized(boolean, std::string("false")), Value{false});
}

TEST(Normalized, SortsLists) {
  const Attribute tags{.name = "tags", .type = ValueType::list};
  EXPECT_EQ(normalized(tags, List{"z", "a", "z"}), (Value{List{"a", "z"}}));
}

TEST(Normalized, FlagsAreLowerCaseAndTheirFalseIsAbsence) {
  const Attribute flag{.name = "f", .allowed = {"true"}, .absent_means = "false", .compare = Compare::flag};
  EXPECT_EQ(normalized(flag, std::string("TRUE")), Value{std::string("true")});
  EXPECT_EQ(normalized(flag, std::string("False")), Value{Absent{}});
  const Attribute either{.name = "f", .allowed = {"true", "false"}, .absent_means = "false", .compare = Compare::flag};
  EXPECT_EQ(normalized(either, std::string("False")), Value{std::string("false")});
}

TEST(Same, AbsentEqualsTheValueItStandsFor) {
  const Attribute firmware{.name = "f", .allowed = {"bios", "uefi"}, .absent_means = "bios"};
  EXPECT_TRUE(same(firmware, Absent{}, std::string("bios")));
  EXPECT_TRUE(same(firmware, std::string("bios"), Absent{}));
  EXPECT_FALSE(same(firmware, Absent{}, std::string("uefi")));
  EXPECT_TRUE(same(firmware, Absent{}, Absent{}));
  const Attribute ram{.name = "min_ram", .type = ValueType::integer, .absent_means = "0"};
  EXPECT_TRUE(same(ram, Absent{}, std::int64_t{0}));
  EXPECT_FALSE(same(ram, Absent{}, std::int64_t{1}));
}

TEST(Same, ComparesNormalizedValues) {
  EXPECT_TRUE(same({.name = "f", .compare = Compare::flag}, std::string("True"), std::string("true")));
  EXPECT_FALSE(same({.name = "f"}, std::string("True"), std::string("true")));
  EXPECT_TRUE(same({.name = "d", .empty_is_absent = true}, std::string(), Absent{}));
  EXPECT_FALSE(same({.name = "d"}, std::string(), Absent{}));
  EXPECT_TRUE(same({.name = "m", .type = ValueType::integer}, std::string("12"), std::int64_t{12}));
  EXPECT_TRUE(same({.name = "t", .type = ValueType::list}, List{"b", "a"}, List{"a", "b"}));
}

}  // namespace
}  // namespace retouch::core
