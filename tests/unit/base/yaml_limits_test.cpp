// Bounds: files that are legal YAML and still not read.
#include "yaml_fixture.hpp"

namespace retouch::yaml::yaml_test {
namespace {

TEST(YamlLimits, Bytes) {
  const Limits limits{.bytes = 10};
  load_good("a: 4567890", limits);
  EXPECT_TRUE(load_text("a: 45678901", limits).diagnostics.has_errors());
}

TEST(YamlLimits, Documents) {
  const Limits limits{.documents = 3};
  EXPECT_FALSE(load_text("a\n---\nb\n---\nc\n", limits).diagnostics.has_errors());
  const auto over = load_text("a\n---\nb\n---\nc\n---\nd\n", limits);
  EXPECT_TRUE(over.diagnostics.has_errors());
  EXPECT_EQ(over.documents.size(), 3u);
}

TEST(YamlLimits, Depth) {
  const std::string good = std::string(32, '[') + std::string(32, ']');
  load_good(good);
  const auto over = load_text("[" + good + "]");
  ASSERT_TRUE(over.diagnostics.has_errors());
  EXPECT_NE(over.errors().find("nested deeper than 32 levels"), std::string::npos) << over.errors();
  // Far beyond it nothing recurses.
  EXPECT_TRUE(load_text(std::string(1u << 20, '[')).diagnostics.has_errors());
  std::string blocks;
  for (int level = 0; level < 400; ++level) blocks += std::string(static_cast<std::size_t>(level), ' ') + "a:\n";
  EXPECT_TRUE(load_text(blocks).diagnostics.has_errors());
}

TEST(YamlLimits, DepthCountsExpandedAliases) {
  const Limits limits{.depth = 5};
  load_good("a: &x [[1]]\nb: {c: *x}\n", limits);
  const auto over = load_text("a: &x [[[1]]]\nb: {c: {d: *x}}\n", limits);
  EXPECT_NE(over.errors().find("with this alias expanded"), std::string::npos) << over.errors();
}

TEST(YamlLimits, Aliases) {
  const auto text = [](int count) {
    std::string out = "a: &x 1\nb:\n";
    for (int each = 0; each < count; ++each) out += "  - *x\n";
    return out;
  };
  load_good(text(100));
  EXPECT_NE(load_text(text(101)).errors().find("more than 100 aliases"), std::string::npos);
}

TEST(YamlLimits, AliasBombsByCount) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level <= 9; ++level) {
    text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
    for (int each = 0; each < 10; ++each) text += (each ? ", *a" : "*a") + std::to_string(level - 1);
    text += "]\n";
  }
  EXPECT_NE(load_text(text).errors().find("aliases expanded"), std::string::npos);
}

TEST(YamlLimits, AliasBombsByText) {
  std::string text = "a: &x " + std::string(1u << 20, 'x') + "\nb:\n";
  for (int each = 0; each < 90; ++each) text += "  - *x\n";
  const auto loaded = load_text(text);
  EXPECT_NE(loaded.errors().find("aliases expanded"), std::string::npos);
}

TEST(YamlLimits, AnchorsWithinAnchorsByTheCopiesTheyNeed) {
  std::string text;
  for (int level = 0; level < 30; ++level) text += "&a" + std::to_string(level) + " [";
  for (int each = 0; each < 100'000; ++each) text += "x,";
  text += std::string(30, ']');
  EXPECT_NE(load_text(text).errors().find("more than 1048576 values"), std::string::npos);
}

TEST(YamlLimits, ValuesOfOneFile) {
  const Limits limits{.expanded_nodes = 10};
  load_good("[1, 2, 3, 4, 5, 6, 7, 8, 9]", limits);
  EXPECT_TRUE(load_text("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", limits).diagnostics.has_errors());
}

TEST(YamlLimits, ComplaintsOfOneFile) {
  std::string text;
  for (int each = 0; each < 5000; ++each) text += "a: 1\n";
  const auto loaded = load_text(text);
  EXPECT_EQ(loaded.diagnostics.items().size(), 101u);
}

// Ordinary sizes stay linear: this takes minutes when keys are compared pairwise.
TEST(YamlLimits, ManyKeysInOneMapping) {
  std::string text;
  for (int each = 0; each < 50'000; ++each) text += "key-" + std::to_string(each) + ": 1\n";
  EXPECT_EQ(load_good(text).members.size(), 50'000u);
}

}  // namespace
}  // namespace retouch::yaml::yaml_test
