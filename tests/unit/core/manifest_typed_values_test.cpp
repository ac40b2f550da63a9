// Maps whose values have types, and tables that no correction opens.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

// The cloud keeps JSON values: what is quoted is a text, what is not is what it looks like.
TEST(ManifestTypedValues, KeepTheirTypes) {
  const auto out =
      resolve_text(image("clouds: joy\nselect: {id: a}\nattributes: {tags: {t: yes please, q: \"1\", n: 1, r: 1.5, "
                         "two: 2.0, b: true, x: ~}}"));
  const Map wanted{{"t", "yes please"},      {"q", "1"}, {"n", std::int64_t{1}}, {"r", 1.5},
                   {"two", std::int64_t{2}}, {"b", true}};
  EXPECT_EQ(out.value("joy", "x", "tags"), Value{wanted});
  EXPECT_EQ(out.field("joy", "x", "tags")->absent_items, std::vector<std::string>{"x"});
}

TEST(ManifestTypedValues, WarnWhereANumberLosesItsLooks) {
  const auto out = resolve_text(image("clouds: joy\nselect: {id: a}\nattributes: {tags: {v: 24.10, w: \"24.10\"}}"));
  EXPECT_EQ(out.said(),
            "m.yaml:7:26: warning: `24.10` unquoted is the number 24.1 here (cloud joy) (write \"24.10\" if you mean "
            "the text)\n");
}

TEST(ManifestTypedValues, SayWhatBecomesOfLooseSpellings) {
  const auto said = [](const std::string& value) {
    return resolve_text(image("clouds: joy\nselect: {id: a}\nattributes: {tags: {v: " + value + "}}")).said();
  };
  EXPECT_NE(said("007").find("`007` unquoted is the number 7 here"), std::string::npos);
  EXPECT_NE(said("True").find("`True` unquoted is the flag true here"), std::string::npos);
  EXPECT_NE(said("yes").find("`yes` unquoted is a text here, and true to tools"), std::string::npos);
  for (const auto* same : {"1e-7", "12", "1.5", "true", "text", "\"007\""}) EXPECT_EQ(said(same), "") << same;
}

TEST(ManifestTypedValues, RefuseNumbersThatAreNotExactThere) {
  const auto said = [](const std::string& value) {
    return resolve_text(image("clouds: joy\nselect: {id: a}\nattributes: {tags: {v: " + value + "}}")).said();
  };
  for (const auto* exact : {"9007199254740992", "-9007199254740992"}) EXPECT_EQ(said(exact), "") << exact;
  for (const auto* not_exact : {"9007199254740993", "-9007199254740993", "12345678901234567890", "1e16"}) {
    EXPECT_NE(said(not_exact).find("is beyond 2^53"), std::string::npos) << not_exact;
  }
}

TEST(ManifestTypedValues, AreTextsWhereTheApiKnowsTextsOnly) {
  EXPECT_EQ(resolve_text(image("clouds: lab\nselect: {id: a}\nattributes: {tags: {n: 1}}")).value("lab", "x", "tags"),
            Value{(Map{{"n", "1"}})});
}

TEST(ManifestTypedValues, AreBoundedAsAWhole) {
  const std::string text(60, 'a');
  EXPECT_TRUE(resolve_text(image("clouds: joy\nselect: {id: a}\nattributes: {tags: {n: " + text + "}}"))
                  .says("`tags`: takes 68 bytes as JSON, at most 60 are allowed"));
}

TEST(ClosedTable, NoCorrectionMakesAnythingElseWritable) {
  auto table = typed_table();
  table.correct({.name = "os", .writable = true});
  table.correct({.name = "action", .writable = true});
  for (const auto* name : {"os", "action"}) {
    EXPECT_EQ(violations(*table.find(name), Value{"x"}),
              std::vector<std::string>{"`" + std::string(name) + "` is read-only: the API changes name and tags only"});
  }
  EXPECT_TRUE(violations(*table.find("name"), Value{"x"}).empty());
}

}  // namespace
}  // namespace retouch::core::manifest_test
