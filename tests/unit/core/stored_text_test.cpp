// The texts that the store keeps of values and wishes.
#include <gtest/gtest.h>

#include "retouch/core/memory.hpp"

namespace retouch::core {

TEST(StoredText, GivesEveryValueBack) {
  const std::vector<Value> values = {Absent{},
                                     true,
                                     std::int64_t{-5},
                                     std::string(),
                                     std::string("ubuntu"),
                                     std::string("{\"t\":\"x\"}"),
                                     std::string("a\"b\\c\n\t\x01"),
                                     std::string("Ubuntu \xF0\x9F\x90\xA7"),
                                     std::string("42"),
                                     List{},
                                     List{"a", "b\""},
                                     Map{},
                                     Map{{"f", true}, {"i", std::int64_t{2}}, {"r", 2.5}, {"t", std::string("x")}},
                                     Map{{"raw", JsonText{"[1,null]"}}}};
  for (const Value& value : values) {
    EXPECT_EQ(value_from_stored(to_stored(value)), value) << to_stored(value);
    const Wish wish{.value = value};
    EXPECT_EQ(wish_from_text(to_text(wish)), wish) << to_text(wish);
    const Wish strict{.value = value, .absent_items = {"old", "\""}, .exact = true};
    EXPECT_EQ(wish_from_text(to_text(strict)), strict) << to_text(strict);
  }
}

// Databases hold these texts.
TEST(StoredText, IsTheKindAndTheValue) {
  EXPECT_EQ(to_stored(Absent{}), R"({"a":null})");
  EXPECT_EQ(to_stored(true), R"({"f":true})");
  EXPECT_EQ(to_stored(std::int64_t{-5}), R"({"i":-5})");
  EXPECT_EQ(to_stored(std::string("a\"b\xff")), "{\"t\":\"a\\\"b\xEF\xBF\xBD\"}");
  EXPECT_EQ(to_text(Wish{.value = std::string("x")}), R"({"t":"x"})");
  EXPECT_EQ(to_text(Wish{.value = std::string("x"), .exact = true}), R"({"only":true,"t":"x"})");
}

TEST(StoredText, DiffersWhereWishesDo) {
  EXPECT_NE(to_stored(std::string("1")), to_stored(std::int64_t{1}));
  EXPECT_NE(to_stored(std::string("true")), to_stored(true));
  EXPECT_NE(to_stored(List{}), to_stored(Map{}));
  EXPECT_NE(to_text(Wish{.value = List{}}), to_text(Wish{.value = List{}, .exact = true}));
}

TEST(StoredText, ReadsNothingElse) {
  for (const char* text : {"", "x", "{}", "{\"t\":\"", "{\"t\":\"}", "{\"t\":\"a\"b\"}", "{\"t\":\"a\\\"}", "{\"t\":1}",
                           "{\"t\":\"a\nb\"}", "{\"t\":\"\xFF\"}", "{\"x\":1}", "{\"i\":1,\"f\":true}", "[]", "null"}) {
    EXPECT_FALSE(value_from_stored(text)) << text;
    EXPECT_FALSE(wish_from_text(text)) << text;
  }
}

// Rows of a damaged or foreign file, which must not end the program, now or when they are shown.
TEST(StoredText, ReadsNoValueThatCouldNotBeWritten) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string& text :
       {std::string("{\"\":1}"), std::string("{\"tt\":\"x\"}"), std::string("{\"i\":1e300}"),
        std::string("{\"i\":1.5}"), std::string("{\"i\":true}"), std::string("{\"i\":9223372036854775808}"),
        std::string("{\"m\":[1]}"), std::string("{\"m\":1}"), std::string("{\"m\":{\"a\":{\"raw\":\"no JSON\"}}}"),
        "{\"l\":" + deep + "}", "{\"m\":{\"a\":{\"raw\":\"" + deep + "\"}}}"}) {
    EXPECT_FALSE(value_from_stored(text)) << text.substr(0, 60);
    EXPECT_FALSE(wish_from_text(text)) << text.substr(0, 60);
  }
}

}  // namespace retouch::core
