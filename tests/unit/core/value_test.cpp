#include "retouch/core/value.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

TEST(Value, ListsAreSets) { EXPECT_EQ(make_list({"z", "y", "y"}), (List{"y", "z"})); }

TEST(Value, BecomesJsonOfItsOwnType) {
  EXPECT_EQ(to_json(Value{Absent{}}), Json(nullptr));
  EXPECT_EQ(to_json(Value{true}), Json(true));
  EXPECT_EQ(to_json(Value{std::int64_t{1024}}), Json(1024));
  EXPECT_EQ(to_json(Value{std::string("true")}), Json("true"));
  EXPECT_EQ(to_json(Value{List{"a", "b"}}), Json::parse(R"(["a","b"])"));
  EXPECT_EQ(to_json(Value{List{}}), Json::array());
  EXPECT_EQ(to_json(Value{Map{}}), Json::object());
  EXPECT_EQ(to_json(Value{Map{{"k", std::string("v")}, {"n", std::int64_t{3}}, {"r", 1.5}, {"b", false}}}),
            Json::parse(R"({"k":"v","n":3,"r":1.5,"b":false})"));
}

TEST(Value, ReadsInAPlan) {
  EXPECT_EQ(to_text(Value{Absent{}}), "(absent)");
  EXPECT_EQ(to_text(Value{std::string("bios")}), "\"bios\"");
  EXPECT_EQ(to_text(Value{std::string()}), "\"\"");
  EXPECT_EQ(to_text(Value{std::int64_t{1024}}), "1024");
  EXPECT_EQ(to_text(Value{false}), "false");
  EXPECT_EQ(to_text(Value{List{"a", "b"}}), "[a, b]");
  EXPECT_EQ(to_text(Value{List{"a, b", "c"}}), "[\"a, b\", c]");
  EXPECT_EQ(to_text(Value{Map{{"k", std::string("v")}, {"r", 1.5}}}), "{k: v, r: 1.5}");
}

TEST(Value, ShowsNoControlCharacters) {
  for (const auto& value :
       {Value{std::string("a\x1b[2Jb")}, Value{List{"a\x1b[2Jb"}}, Value{Map{{"k\x1b", std::string("a\x1b")}}}}) {
    EXPECT_EQ(to_text(value).find('\x1b'), std::string::npos) << to_text(value);
  }
}

TEST(Scalar, ReadsEveryJsonValueAndWritesItBackUnchanged) {
  for (const auto* text : {"true", "-7", "1.5", "\"x\"", "null", "[1,\"a\"]", "{\"a\":{\"b\":null}}",
                           "18446744073709551615", "9223372036854775807"}) {
    EXPECT_EQ(to_json(to_scalar(Json::parse(text))).dump(), text);
  }
  EXPECT_EQ(to_scalar(Json::parse("2.0")), Scalar{std::int64_t{2}});
  EXPECT_EQ(to_scalar(Json(1e16)), to_scalar(Json::parse("10000000000000000")));
}

TEST(Scalar, NestedValuesAreEqualWhateverTheOrderOfTheirKeys) {
  EXPECT_EQ(to_scalar(Json::parse(R"({"b":1,"a":2})")), to_scalar(Json::parse(R"({"a":2,"b":1})")));
}

TEST(Scalar, NestedValuesAreShownAsJson) {
  EXPECT_EQ(to_text(Value{Map{{"k", to_scalar(Json::parse(R"([1,null])"))}}}), "{k: [1,null]}");
}

}  // namespace
}  // namespace retouch::core
