// Values, places, and what is refused.
#include "yaml_fixture.hpp"

namespace retouch::yaml::yaml_test {
namespace {

TEST(YamlValue, KeepsTheSourceTextOfAScalar) {
  const auto value = load_good("a: 24.04\nb: 1e3\nc: 0o17\nd: yes\n");
  EXPECT_EQ(value.find("a")->text, "24.04");
  EXPECT_EQ(value.find("b")->text, "1e3");
  EXPECT_EQ(value.find("c")->text, "0o17");
  EXPECT_EQ(value.find("d")->text, "yes");
}

TEST(YamlValue, TellsPlainFromQuotedAndBlockTexts) {
  const auto value =
      load_good("a: true\nb: \"true\"\nc: 'true'\nd: |\n  true\ne: !!str true\nf: ! true\ng: !!bool true\n");
  EXPECT_EQ(value.find("a")->as_bool(), true);
  for (const auto* key : {"b", "c", "d", "e", "f"}) {
    EXPECT_FALSE(value.find(key)->plain) << key;
    EXPECT_FALSE(value.find(key)->as_bool()) << key;
  }
  EXPECT_EQ(value.find("g")->as_bool(), true);
}

TEST(YamlValue, ReadsBooleansOfTheCoreSchemaOnly) {
  for (const auto* word : {"true", "True", "TRUE"}) EXPECT_EQ(load_good(word).as_bool(), true) << word;
  for (const auto* word : {"false", "False", "FALSE"}) EXPECT_EQ(load_good(word).as_bool(), false) << word;
  for (const auto* word : {"yes", "no", "on", "off", "y", "1", "tRUE"}) EXPECT_FALSE(load_good(word).as_bool()) << word;
}

TEST(YamlValue, ReadsPlainDecimalIntegersOnly) {
  EXPECT_EQ(load_good("1024").as_integer(), 1024);
  EXPECT_EQ(load_good("-5").as_integer(), -5);
  EXPECT_EQ(load_good("+5").as_integer(), 5);
  EXPECT_EQ(load_good("0").as_integer(), 0);
  for (const auto* word :
       {"010", "0x10", "0o10", "1_000", "1.0", "1e3", "", "-", "+-5", "'5'", "99999999999999999999"}) {
    EXPECT_FALSE(load_good(word).as_integer()) << word;
  }
}

TEST(YamlValue, KnowsTheWaysToWriteNull) {
  const auto value = load_good("a:\nb: ~\nc: null\nd: Null\ne: !!null ''\nf: ''\ng: 'null'\n");
  for (const auto* key : {"a", "b", "c", "d", "e"}) EXPECT_TRUE(value.find(key)->is_null()) << key;
  for (const auto* key : {"f", "g"}) EXPECT_FALSE(value.find(key)->is_null()) << key;
}

TEST(YamlValue, DescribesItselfForMessages) {
  EXPECT_EQ(describe(load_good("[1]")), "a list");
  EXPECT_EQ(describe(load_good("{a: 1}")), "a mapping");
  EXPECT_EQ(describe(load_good("~")), "null");
  EXPECT_EQ(describe(load_good("12")), "the number `12`");
  EXPECT_EQ(describe(load_good("true")), "the boolean `true`");
  EXPECT_EQ(describe(load_good("'12'")), "the text `12`");
}

TEST(YamlPlaces, AreThoseOfTheFirstCharacter) {
  const auto value = load_good("# comment\nspec:\n  clouds: [lab, \"b\"]\n  items:\n    - {name: x}\n");
  EXPECT_EQ(value.place, at(2, 1));
  EXPECT_EQ(value.find_key("spec")->place, at(2, 1));
  const auto& clouds = *value.find("spec")->find("clouds");
  EXPECT_EQ(clouds.place, at(3, 11));
  EXPECT_EQ(clouds.items.at(1).place, at(3, 17));
  EXPECT_EQ(value.find("spec")->find("items")->items.at(0).find("name")->place, at(5, 14));
}

TEST(YamlPlaces, OfOneFileShareTheTextOfItsName) {
  const auto value = load_good("a: 1\nb: 2\n");
  EXPECT_EQ(&value.find("a")->place.file.text(), &value.find("b")->place.file.text());
}

TEST(YamlPlaces, OfAnEmptyValueIsItsKeys) {
  const auto value = load_good("a:\n\n\nb: 1\nc: {x: , y: 1}\n");
  EXPECT_EQ(value.find("a")->place, at(1, 1));
  EXPECT_EQ(value.find("c")->find("x")->place, at(5, 5));
}

TEST(YamlPlaces, OfAnEmptyItemIsItsLists) {
  const auto value = load_good("a:\n  -\n  - ~\nb: 1\n");
  const auto& list = *value.find("a");
  EXPECT_EQ(list.items.at(0).place, list.place);
  EXPECT_EQ(list.items.at(1).place, at(3, 5));
}

TEST(YamlPlaces, CountAfterAByteOrderMark) {
  const auto value = load_good(
      "\xEF\xBB\xBF"
      "a: 1\n");
  EXPECT_EQ(value.find_key("a")->place, at(1, 1));
}

TEST(YamlDocuments, AreAllReturned) {
  EXPECT_EQ(load_text("a: 1\n---\nb: 1\n---\n").documents.size(), 3u);
  EXPECT_EQ(load_text("").documents.size(), 0u);
  EXPECT_EQ(load_text("# only a comment\n").documents.size(), 0u);
  const auto empty = load_text("---\n---\n");
  ASSERT_EQ(empty.documents.size(), 2u);
  EXPECT_TRUE(empty.documents[0].is_null());
}

TEST(YamlDocuments, BeforeASyntaxErrorAreReturned) {
  const auto loaded = load_text("a: 1\n---\nb: [1\n---\nc: 1\n");
  EXPECT_EQ(loaded.documents.size(), 1u);
  ASSERT_EQ(loaded.diagnostics.items().size(), 1u);
  EXPECT_TRUE(loaded.diagnostics.items()[0].message.starts_with("YAML syntax: ")) << loaded.errors();
  EXPECT_EQ(loaded.diagnostics.items()[0].place.file.text(), "f.yaml");
}

// Found by fuzzing: yaml-cpp makes a single byte of them, which no JSON can hold.
TEST(YamlTexts, OfEscapesThatDoNotBecomeUtf8AreRefused) {
  for (const std::string escape : {"\\N", "\\_"}) {
    const auto loaded = load_text("a: \"x" + escape + "y\"\n");
    ASSERT_EQ(loaded.diagnostics.items().size(), 1u) << escape;
    EXPECT_EQ(loaded.diagnostics.items()[0].place, at(1, 4));
    EXPECT_NE(loaded.errors().find("cannot be read"), std::string::npos) << loaded.errors();
  }
  EXPECT_EQ(load_good("a: \"\\u0085\\u00a0\\L\"\n").find("a")->text, "\xC2\x85\xC2\xA0\xE2\x80\xA8");
}

// Found by fuzzing: the column was counted on behind the end of the line.
TEST(YamlDocuments, ASyntaxErrorStandsWithinItsLine) {
  const auto loaded = load_text("a: \"\\u4{\n====\n");
  ASSERT_EQ(loaded.diagnostics.items().size(), 1u);
  const Place& place = loaded.diagnostics.items()[0].place;
  EXPECT_EQ(place.line, 2);
  EXPECT_LE(place.column, 5) << to_string(place);
}

TEST(YamlAliases, AreExpandedWithThePlaceOfTheAlias) {
  const auto value = load_good("a: &x {q: [1, 2]}\nb: *x\n&k c: *k\n");
  const auto& copy = *value.find("b");
  EXPECT_EQ(copy.find("q")->items.size(), 2u);
  EXPECT_EQ(copy.place, at(2, 4));
  EXPECT_EQ(copy.find("q")->place, at(1, 11));
  EXPECT_EQ(value.find("c")->text, "c");
}

TEST(YamlAliases, DoNotReachIntoTheNextDocument) {
  EXPECT_TRUE(load_text("a: &x 1\n---\nb: *x\n").diagnostics.has_errors());
}

// One refusal a row: what is refused, the text, a word of the message, and where.
struct Refused {
  const char* name;
  std::string text;
  const char* message;
  int line, column;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class YamlRefuses : public testing::TestWithParam<Refused> {};

TEST_P(YamlRefuses, AtItsPlace) {
  const auto& row = GetParam();
  const auto loaded = load_text(row.text);
  ASSERT_FALSE(loaded.diagnostics.empty());
  const auto& first = loaded.diagnostics.items().front();
  EXPECT_NE(first.message.find(row.message), std::string::npos) << first.message;
  EXPECT_EQ(first.place, at(row.line, row.column)) << loaded.errors();
}

using namespace std::string_literals;

INSTANTIATE_TEST_SUITE_P(
    Yaml, YamlRefuses,
    testing::Values(Refused{"duplicate_key", "a: 1\nb: 2\na: 3\n", "`a` stands here a second time; first at 1:1", 3, 1},
                    Refused{"duplicate_key_in_flow", "{a: 1, \"a\": 2}", "second time", 1, 8},
                    Refused{"merge_key", "b: &x {q: 1}\na:\n  <<: *x\n", "merge keys", 3, 3},
                    Refused{"list_as_key", "? [a]\n: 1\n", "a key must be a text, got a list", 1, 3},
                    Refused{"mapping_as_key", "? {a: 1}\n: 1\n", "a key must be a text, got a mapping", 1, 3},
                    Refused{"null_as_key", "~: 1\n", "a key must be a text, got null", 1, 1},
                    Refused{"no_key", ": 1\n", "a key must be a text, got null", 1, 1},
                    Refused{"local_tag", "a: !secret x\n", "unknown tag `!secret`", 1, 4},
                    Refused{"binary", "a: !!binary aGk=\n", "unknown tag", 1, 4},
                    Refused{"set", "a: !!set {x}\n", "unknown tag", 1, 4},
                    Refused{"omap", "a: !!omap [x: 1]\n", "unknown tag", 1, 4},
                    Refused{"python_object", "!!python/object/apply:os.system [id]\n", "unknown tag", 1, 1},
                    Refused{"cycle", "a: &x [*x]\n", "inside the value that it names", 1, 8},
                    Refused{"cycle_in_mapping", "a: &x\n  b: *x\n", "inside the value that it names", 2, 6},
                    Refused{"unknown_alias", "a: *x\n", "anchor is not defined", 1, 4},
                    Refused{"endless_documents", ",#\nky", "cannot be read as a document", 1, 1},
                    Refused{"nul", "a: 1\nb: x\0y\n"s, "NUL byte", 2, 5},
                    Refused{"escaped_nul", "a: \"\\0\"\n", "may not hold NUL", 1, 4},
                    Refused{"escape_sequence", "a: \x1b[2J\n", "control character U+001B", 1, 4},
                    Refused{"delete", "a: \x7f\n", "control character U+007F", 1, 4},
                    Refused{"c1_control", "a: \xc2\x9b\n", "control character U+009B", 1, 4},
                    Refused{"utf16_with_mark",
                            "\xff\xfe"
                            "a\0:\0"s,
                            "UTF-16", 1, 1},
                    Refused{"utf16_big_endian_with_mark", "\xfe\xff\0a\0:"s, "UTF-16", 1, 1},
                    Refused{"utf16_without_mark", "a\0:\0"s, "NUL byte (is it UTF-16", 1, 2},
                    Refused{"latin1", "a: M\xfcnchen\n", "not valid UTF-8 here (byte 0xFC)", 1, 5},
                    Refused{"overlong", "a: \xc0\xaf\n", "not valid UTF-8", 1, 4},
                    Refused{"overlong_three_bytes", "a: \xe0\x80\xaf\n", "not valid UTF-8", 1, 4},
                    Refused{"surrogate", "a: \xed\xa0\x80\n", "not valid UTF-8", 1, 4},
                    Refused{"beyond_unicode", "a: \xf4\x90\x80\x80\n", "not valid UTF-8", 1, 4},
                    Refused{"cut_off_sequence", "a: \xe2\x82", "not valid UTF-8", 1, 4},
                    Refused{"tab_indentation", "a:\n\tb: 1\n", "a tab indents this line; YAML", 2, 1},
                    Refused{"tab_behind_blanks", "a:\n  b: 1\n  \tc: 1\n", "a tab indents this line", 3, 3},
                    Refused{"tab_after_a_value", "a: 1\n\tb: 1\n", "a tab indents this line", 2, 1},
                    Refused{"tab_before_an_item", "a:\n\t- b\n", "a tab indents this line", 2, 1},
                    Refused{"tab_deep", "a:\n  b:\n\t\tc: 1\n", "a tab indents this line", 3, 1},
                    Refused{"tab_in_mapping_list", "a:\n  - b: 1\n\tc: 1\n", "a tab indents this line", 3, 1},
                    Refused{"no_tab_but_a_broken_line", "a: 1\n b: 1\n", "illegal map value", 2, 3},
                    Refused{"unclosed_quote", "a: \"x\nb: 1\n", "never closed", 1, 4},
                    Refused{"unclosed_quote_with_escape", "a: \"x\\\"\nb: 1\n", "never closed", 1, 4},
                    Refused{"unclosed_single_quote", "a: 'it\'\'s\nb: 1\n", "never closed", 1, 4},
                    Refused{"unclosed_quote_behind_properties", "a: &k !!str # c\n  'x\nb: 1\n", "never closed", 1, 4},
                    Refused{"unclosed_quote_without_line_end", "a: \"x", "YAML syntax: illegal EOF in scalar", 1, 6},
                    Refused{"major_version", "%YAML 9.1\n---\na: 1\n", "YAML syntax", 1, 1}),
    [](const auto& row) { return row.param.name; });

TEST(YamlRefusals, AreCollectedAndTheRestIsKept) {
  const auto loaded = load_text("a: 1\na: 2\nb: !x y\n? [k]\n: 1\nc: 3\n---\nd: 4\nd: 5\n");
  EXPECT_EQ(loaded.diagnostics.items().size(), 4u) << loaded.errors();
  ASSERT_EQ(loaded.documents.size(), 2u);
  EXPECT_EQ(loaded.documents[0].find("a")->text, "1");
  EXPECT_EQ(loaded.documents[0].members.size(), 3u);
  EXPECT_EQ(loaded.documents[1].members.size(), 1u);
}

TEST(YamlRefusals, AnUnusualButValidFileIsRead) {
  load_good("%YAML 1.2\n---\n\"<<\": 1\n\"\": 2\n\"null\": 3\nk\xc3\xbc: \xf0\x9f\x90\xa7\ncrlf: 1\r\nt: a\tb\n...\n");
}

TEST(YamlRefusals, AClosedQuoteAtTheEndIsRead) {
  for (const auto* text : {"'it''s'\n", "\"a\\\"\"\n", "a: &k !x\n", "''", "x\n# it's\n", "'a' # don't\n"}) {
    const auto loaded = load_text(text);
    EXPECT_EQ(loaded.errors().find("never closed"), std::string::npos) << text;
    EXPECT_EQ(loaded.documents.size(), 1u) << text;
  }
}

TEST(YamlRefusals, AnUnclosedQuoteIsSeenBehindAByteOrderMark) {
  EXPECT_NE(load_text("\xEF\xBB\xBF"
                      "a: 'x\n")
                .errors()
                .find("never closed"),
            std::string::npos);
}

TEST(YamlRefusals, ADocumentThatEndsInAnUnclosedQuoteIsDropped) {
  EXPECT_EQ(load_text("a: 1\n---\nb: 'x\n").documents.size(), 1u);
}

}  // namespace
}  // namespace retouch::yaml::yaml_test
