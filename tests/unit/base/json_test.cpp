#include "retouch/base/json.hpp"

#include <gtest/gtest.h>

namespace retouch {

TEST(ParseJson, RefusesWhatIsNestedTooDeep) {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  const std::string fine = std::string(64, '[') + std::string(64, ']');
  EXPECT_FALSE(parse_json(deep, "the answer"));
  EXPECT_TRUE(parse_json(fine, "the answer"));
}

TEST(CompactJson, IsOneLineInTheOrderOfTheKeysAndReplacesWhatIsNoUtf8) {
  EXPECT_EQ(compact_json({{"b", 1}, {"a", {1, "x\xffy"}}}), "{\"a\":[1,\"x\xEF\xBF\xBDy\"],\"b\":1}");
}

TEST(AppendJson, WritesWhatCompactJsonWrites) {
  for (const std::string_view text : {"", "ubuntu 24.04", "a\"b\\c\n\x01", "\x7f", "\xF0\x9F\x90\xA7", "x\xffy"}) {
    std::string out = "[";
    append_json(out, text);
    EXPECT_EQ(out, "[" + compact_json(Json(text))) << text;
  }
}

TEST(ParseJson, SurvivesAHundredThousandLevels) {
  const std::string bomb(100'000, '[');
  EXPECT_FALSE(parse_json(bomb, "the answer"));
  const std::string closed = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(parse_json(closed, "the answer").error().message, "the answer is nested deeper than 64 levels");
}

TEST(ParseJson, QuotesTheBeginningOfWhatIsNoJson) {
  const auto result = parse_json("<html>\x1b", "the token answer");
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("the token answer is not JSON"), std::string::npos);
  EXPECT_EQ(result.error().message.find('\x1b'), std::string::npos);
}

TEST(Member, IsAbsentWhenOfAnotherType) {
  const Json object = {{"text", "x"}, {"number", 3}};
  EXPECT_EQ(string_member(object, "text"), "x");
  EXPECT_FALSE(string_member(object, "number"));
  EXPECT_FALSE(integer_member(object, "text"));
  EXPECT_FALSE(string_member(Json::array(), "text"));
}

}  // namespace retouch
