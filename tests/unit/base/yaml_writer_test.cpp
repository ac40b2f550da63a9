#include "retouch/base/yaml_writer.hpp"

#include <gtest/gtest.h>

#include <random>

#include "retouch/base/yaml.hpp"

namespace retouch::yaml {
namespace {

// As it would come back, or nullopt: it did not.
std::optional<Value> read_back(const std::string& document) {
  Diagnostics diagnostics;
  auto documents = load(document, "written.yaml", diagnostics);
  for (const auto& each : diagnostics.sorted()) ADD_FAILURE() << to_string(each) << "\n" << document;
  if (documents.size() != 1) return std::nullopt;
  return std::move(documents.front());
}

void expect_same(const Out& written, const Value& read, const std::string& document) {
  switch (written.kind) {
    case Out::Kind::text:
      EXPECT_TRUE(read.kind == Kind::scalar && !read.plain) << document;
      EXPECT_EQ(read.text, written.scalar) << document;
      return;
    case Out::Kind::bare:
      if (written.scalar == "null") {
        EXPECT_TRUE(read.is_null()) << document;
      } else {
        EXPECT_TRUE(read.plain) << document;
        EXPECT_EQ(read.text, written.scalar) << document;
      }
      return;
    case Out::Kind::list:
      ASSERT_EQ(read.kind, Kind::sequence) << document;
      ASSERT_EQ(read.items.size(), written.items.size()) << document;
      for (std::size_t i = 0; i < written.items.size(); ++i) expect_same(written.items[i], read.items[i], document);
      return;
    case Out::Kind::mapping:
      ASSERT_EQ(read.kind, Kind::mapping) << document;
      ASSERT_EQ(read.members.size(), written.members.size()) << document;
      for (std::size_t i = 0; i < written.members.size(); ++i) {
        EXPECT_EQ(read.members[i].first.text, written.members[i].first) << document;
        expect_same(written.members[i].second, read.members[i].second, document);
      }
  }
}

void expect_identity(const Out& root) {
  const std::string document = to_yaml(root);
  const auto read = read_back(document);
  ASSERT_TRUE(read) << document;
  expect_same(root, *read, document);
}

const std::vector<std::string>& nasty() {
  static const std::vector<std::string> texts = {
      "",
      " ",
      " leading",
      "trailing ",
      "a: b",
      ": ",
      "#",
      "a # b",
      "- a",
      "? a",
      "yes",
      "No",
      "null",
      "~",
      "true",
      "on",
      "12",
      "-0",
      "1e3",
      "0x1f",
      "0o17",
      "017",
      "1_000",
      "12:30:45",
      "22.10",
      ".inf",
      "2026-11-22",
      "<<",
      "=",
      "!tag",
      "&anchor",
      "*alias",
      "%YAML 1.2",
      "---",
      "...",
      "--- a",
      "[a, b]",
      "{a: b}",
      ",",
      "]",
      "|",
      ">-",
      "@at",
      "`tick`",
      "'single'",
      "\"double\"",
      "back\\slash",
      "\\u0041",
      "two\nlines",
      "\n",
      "\n\n x\n",
      "\r\n",
      "tab\there",
      "\t",
      "bell\a and \x1b[31mred",
      "\x7f",
      "nel\xc2\x85",
      "nbsp\xc2\xa0",
      "Grüße, 世界",
      "🐧 \U0001F468\u200D\U0001F469",
      "\u202Egnp.exe",
      "\u200B",
      "\uFEFFbom",
      "\u2028\u2029",
      "\uE000\U0010FFFF\U000E0041",
      "\uFFFE\uFFFF",
      std::string(1500, 'k'),
      std::string(100, ' '),
  };
  return texts;
}

TEST(YamlWriter, QuotesSoThatReadingIsIdentity) {
  for (const auto& each : nasty()) {
    expect_identity(block({{"value", text(each)}, {each, text("key")}}));
    expect_identity(compact({{"list", texts({each, "b", each})}, {each, compact({{each, text(each)}})}}));
  }
}

// Texts put together from the characters and words that YAML has views on.
class Drawn {
 public:
  explicit Drawn(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  std::string any_text() {
    std::string out;
    for (std::size_t n = below(6); n > 0; --n) out += nasty()[below(nasty().size() - 2)];
    return out;
  }
  Out any_value(int depth) {
    switch (below(depth > 0 ? 6 : 3)) {
      case 0:
        return text(any_text());
      case 1:
        return text(nasty()[below(nasty().size())]);
      case 2:
        return bare(std::vector<std::string>{"null", "true", "false", "0", "-12", "1.5", "1e-07"}[below(7)]);
      case 3: {
        auto out = list({});
        for (std::size_t n = below(5); n > 0; --n) out.items.push_back(any_value(depth - 1));
        out.compact = below(2) == 0;
        return out;
      }
      default: {
        auto out = below(2) == 0 ? block({}) : compact({});
        for (std::size_t n = below(5); n > 0; --n) {
          out.members.emplace_back(std::to_string(n) + any_text(), any_value(depth - 1));
        }
        return out;
      }
    }
  }

 private:
  std::mt19937 engine_;
};

TEST(YamlWriter, ReadingIsIdentityForAnyShape) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Drawn drawn(seed);
    expect_identity(block({{"root", drawn.any_value(4)}, {"next", drawn.any_value(2)}}));
    if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "with seed " << seed;
  }
}

// Found by fuzzing: below its key there was nothing, which is null.
TEST(YamlWriter, AnEmptyCollectionStandsBehindItsKeyHoweverLong) {
  const std::string key(118, 'k');
  EXPECT_EQ(to_yaml(block({{key, block({})}})), key + ": {}\n");
  EXPECT_EQ(to_yaml(block({{key, list({})}})), key + ": []\n");
}

TEST(YamlWriter, WritesWhatCannotBeSeenAsEscapes) {
  EXPECT_EQ(quote("a\u202Eb\x1b\u200B\U000E0041é"), R"("a\u202Eb\u001B\u200B\U000E0041é")");
  EXPECT_EQ(quote("x\ty\nz\r\"\\"), R"("x\ty\nz\u000D\"\\")");
}

TEST(YamlWriter, KnowsWhatNoYamlCanHold) {
  EXPECT_TRUE(is_writable("a\x01 é"));
  EXPECT_FALSE(is_writable(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_writable("\xff"));
}

TEST(YamlWriter, IsPleasantToRead) {
  const Out root = block({{"kind", bare("Image")},
                          {"metadata", compact({{"name", text("a")}})},
                          {"spec", block({{"clouds", texts({"lab", "east"})},
                                          {"images", Out{.kind = Out::Kind::list,
                                                         .items = {block({{"name", text("x")}, {"min_ram", bare("1")}}),
                                                                   block({{"name", text("y")}})}}},
                                          {"yes", texts({std::string(60, 'a'), std::string(60, 'b')})},
                                          {"none", list({})}})}});
  EXPECT_EQ(to_yaml(root),
            "kind: Image\nmetadata: {name: \"a\"}\nspec:\n  clouds: [\"lab\", \"east\"]\n  images:\n"
            "    - name: \"x\"\n      min_ram: 1\n    - name: \"y\"\n  \"yes\":\n    - \"" +
                std::string(60, 'a') + "\"\n    - \"" + std::string(60, 'b') + "\"\n  none: []\n");
}

}  // namespace
}  // namespace retouch::yaml
