// Attributes with a cloud's eyes.
#include "../../../src/core/manifest/resolve.hpp"
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

using namespace std::string_literals;
using Names = std::vector<std::string>;

Outcome with(const std::string& attributes, const std::string& more = "", const std::string& cloud = "lab") {
  return resolve_text(image("clouds: " + cloud + "\nselect: {id: a}\n" + more + "\nattributes: {" + attributes + "}"));
}

TEST(ManifestAttributes, KeepTheSourceTextOfTexts) {
  const auto out = with("custom: 24.04, other: 22.10, flag: yes, quoted: \"1e3\", block: 'it''s'");
  EXPECT_FALSE(out.diagnostics.has_errors());
  EXPECT_EQ(out.value("lab", "x", "custom"), Value{"24.04"s});
  EXPECT_EQ(out.value("lab", "x", "other"), Value{"22.10"s});
  EXPECT_EQ(out.value("lab", "x", "flag"), Value{"yes"s});
  EXPECT_EQ(out.value("lab", "x", "quoted"), Value{"1e3"s});
  EXPECT_EQ(out.value("lab", "x", "block"), Value{"it's"s});
}

TEST(ManifestAttributes, AreSortedWithAliasesResolved) {
  const auto out = with("name: a, description: b, custom: c");
  ASSERT_EQ(out.said(), "");
  Names names;
  for (const auto& field : out.entry("lab", "x")->fields) names.push_back(field.name);
  EXPECT_EQ(names, (Names{"__description", "custom", "name"}));
  EXPECT_EQ(to_string(out.field("lab", "x", "__description")->place), "m.yaml:8:25");
}

TEST(ManifestAttributes, AnAliasBesideItsNameIsAnError) {
  EXPECT_TRUE(
      with("__description: a, description: b")
          .says("m.yaml:8:34: error: `description` is the same attribute as the one at m.yaml:8:16; give one of them"));
  EXPECT_EQ(with("description: b", "", "east").value("east", "x", "description"), Value{"b"s});
}

TEST(ManifestAttributes, NumbersAndBooleansHaveTheirTypes) {
  const auto out = with("min_ram: 1024, protected: true");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "min_ram"), Value{std::int64_t{1024}});
  EXPECT_EQ(out.value("lab", "x", "protected"), Value{true});
  EXPECT_EQ(with("min_ram: \"1024\"").value("lab", "x", "min_ram"), Value{std::int64_t{1024}});
  EXPECT_TRUE(with("min_ram: 1GiB").says("`min_ram`: expected an integer, got \"1GiB\" (cloud lab)"));
  EXPECT_TRUE(with("min_ram: 1.5").says("expected an integer"));
  EXPECT_TRUE(with("min_ram: -1").says("expected an integer from 0 to 2147483647, got -1"));
  EXPECT_TRUE(with("protected: yes").says("`protected`: expected true or false, got \"yes\""));
  EXPECT_TRUE(with("min_ram: [1]").says("m.yaml:8:25: error: `min_ram` must be an integer here, got a list"));
  EXPECT_TRUE(with("name: {a: b}").says("`name` must be a text here, got a mapping"));
}

TEST(ManifestAttributes, TheTablesRulesHold) {
  EXPECT_TRUE(with("firmware: uefl").says("expected bios or uefi, got \"uefl\""));
  EXPECT_TRUE(with("name: " + std::string(21, 'n')).says("has 21 characters, at most 20 are allowed"));
  EXPECT_TRUE(with("name: \"\"").says("needs at least 1 character"));
  EXPECT_TRUE(with("tags: {a: 1, b: 2, c: 3, d: 4, e: 5}").says("has 5 items, at most 4 are allowed"));
}

TEST(ManifestAttributes, AreNormalized) {
  const auto out = with("__flag: \"True\", description: \"\"");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "__flag"), Value{"true"s});
  EXPECT_EQ(out.value("lab", "x", "__description"), Value{Absent{}});
  EXPECT_EQ(with("__flag: false").value("lab", "x", "__flag"), Value{Absent{}});
}

TEST(ManifestAttributes, NullMeansAbsent) {
  const auto out = with("custom: ~, gpu:");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "custom"), Value{Absent{}});
  EXPECT_EQ(out.value("lab", "x", "gpu"), Value{Absent{}});
}

TEST(ManifestAttributes, WhatCannotBeWrittenIsAnErrorThatNamesTheCloud) {
  EXPECT_TRUE(with("status: active").says("`status` is read-only here"));
  EXPECT_TRUE(with("name: ~").says("`name` cannot be removed here: give it a value (cloud lab)"));
  EXPECT_TRUE(with("descriptoin: a", "", "east")
                  .says("lists has no attribute `descriptoin` (cloud east) (did you mean `description`?)"));
  EXPECT_TRUE(with("Custom: a").says("maps takes no attribute named `Custom`: no capitals (cloud lab)"));
}

TEST(ManifestAttributes, UnsupportedOnesCanBeSkipped) {
  const auto out = with("status: active, name: ~, Custom: a, gpu: b", "unsupported: skip");
  ASSERT_EQ(out.said(), "");
  ASSERT_EQ(out.entry("lab", "x")->fields.size(), 1u);
  EXPECT_EQ(with("custom: a, name: b", "unsupported: skip", "east").entry("east", "x")->fields.size(), 1u);
  // What can be written, but not so, stays an error.
  EXPECT_TRUE(with("firmware: uefl", "unsupported: skip").diagnostics.has_errors());
}

TEST(ManifestAttributes, NamesThatDifferOnlyInCaseAreAnError) {
  const AttributeTable table{"any", {}, Attribute{}, {}, {}};
  Diagnostics diagnostics;
  const std::vector<ManifestFile> files{
      {"s", "m.yaml", image("clouds: any\nselect: {id: a}\nattributes: {Custom: 1, custom: 2}")}};
  const auto manifests = parse_manifests(files, diagnostics);
  const std::vector<CloudShape> clouds{{"any", &table}};
  resolve(manifests, clouds, {}, some_day, diagnostics);
  ASSERT_EQ(diagnostics.items().size(), 1u);
  EXPECT_EQ(diagnostics.items()[0].message, "`custom` differs only in case from `Custom` at m.yaml:7:16 (cloud any)");
}

TEST(ManifestAttributes, ThatExcludeEachOtherAreAnError) {
  EXPECT_TRUE(
      with("gpu: a, xen: b").says("m.yaml:8:24: error: `xen` and `gpu` (m.yaml:8:16) exclude each other (cloud lab)"));
  EXPECT_EQ(with("gpu: a, xen: ~").said(), "");
}

TEST(ManifestTags, ListsAreSets) {
  EXPECT_EQ(with("tags: [b, a, b]", "", "east").value("east", "x", "tags"), (Value{List{"a", "b"}}));
  EXPECT_TRUE(with("tags: a", "", "east").says("`tags`: expected a list of texts, got \"a\""));
  EXPECT_TRUE(with("tags: {a: b}", "", "east").says("`tags` must be a list of texts here, got a mapping"));
  EXPECT_TRUE(with("tags: [a]").says("`tags` must be a mapping here, got a list"));
}

TEST(ManifestTags, NullInAMapRemovesAKey) {
  const auto out = with("tags: {a: 1, b: ~, c: true}");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "tags"), (Value{Map{{"a", "1"s}, {"c", "true"s}}}));
  EXPECT_EQ(out.field("lab", "x", "tags")->absent_items, Names{"b"});
}

TEST(ManifestTags, AbsentTagsNeedNoTags) {
  const auto out = with("name: a", "absent_tags: [z, y]");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "tags"), Value{Map{}});
  EXPECT_EQ(out.field("lab", "x", "tags")->absent_items, (Names{"y", "z"}));
  EXPECT_EQ(with("name: a", "absent_tags: z", "east").value("east", "x", "tags"), Value{List{}});
}

TEST(ManifestTags, AnEmptyListUnderListedEnsuresNothing) {
  EXPECT_EQ(with("tags: []", "", "east").value("east", "x", "tags"), Value{List{}});
}

TEST(ManifestTags, PresentAndAbsentContradict) {
  EXPECT_TRUE(with("tags: {a: 1}", "absent_tags: a").says("the tag `a` stands in `tags` and in `absent_tags`"));
  EXPECT_TRUE(with("tags: [a]", "absent_tags: a", "east").says("the tag `a` stands in `tags` and in `absent_tags`"));
}

TEST(ManifestTags, AbsentTagsNeedAnApiWithTags) {
  const AttributeTable table{"plain", {{.name = "name"}}, std::nullopt, {}, {}};
  const std::vector<CloudShape> clouds{{"plain", &table}};
  const auto errors = [&](const std::string& more) {
    Diagnostics diagnostics;
    const std::vector<ManifestFile> files{
        {"s", "m.yaml", image("clouds: plain\nselect: {id: a}\nabsent_tags: a" + more)}};
    const auto manifests = parse_manifests(files, diagnostics);
    resolve(manifests, clouds, {}, some_day, diagnostics);
    return diagnostics.items().size();
  };
  EXPECT_EQ(errors(""), 1u);
  EXPECT_EQ(errors("\nunsupported: skip"), 0u);
}

TEST(ManifestManage, ExactTagsMustBeListed) {
  EXPECT_TRUE(
      with("name: a", "manage: {tags: exact}", "east")
          .says("`manage.tags: exact`, but `attributes` lists no `tags` (cloud east) (`tags: []` removes them all)"));
  EXPECT_TRUE(with("name: a", "manage: {tags: exact}", "lab").says("(`tags: {}` removes them all)"));
  EXPECT_TRUE(
      with("name: a", "manage: {acl: exact}", "east").says("`manage.acl: exact`, but `attributes` lists no `acl`"));
  EXPECT_EQ(with("tags: []", "manage: {tags: exact}", "east").said(), "");
}

TEST(ManifestManage, FieldsHaveModes) {
  const auto out =
      with("name: a, description: b, gpu: c", "manage: {fields: {description: warn, gpu: ignore, other: ignore}}");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.field("lab", "x", "name")->mode, FieldMode::enforce);
  EXPECT_EQ(out.field("lab", "x", "__description")->mode, FieldMode::warn);
  EXPECT_EQ(out.field("lab", "x", "gpu")->mode, FieldMode::ignore);
  // `exact` goes by the ignored names.
  EXPECT_EQ(out.entry("lab", "x")->manage.ignore, (Names{"gpu", "other"}));
}

TEST(ManifestManage, AModeOfWhatIsNotListedIsAWarning) {
  EXPECT_TRUE(
      with("name: a", "manage: {fields: {nam: warn}}")
          .says("m.yaml:7:21: warning: `nam` is not among the attributes, so `manage.fields` has no effect on it"));
}

TEST(ManifestManage, IgnoreBeatsALine) {
  const auto out = with("ci_build: 5, name: a", "manage: {ignore: [\"ci_*\"]}");
  EXPECT_TRUE(out.says("warning: `ci_build` is listed, but `manage.ignore` says that it is never touched"))
      << out.said();
  EXPECT_EQ(out.field("lab", "x", "ci_build")->mode, FieldMode::ignore);
  EXPECT_EQ(with("name: a", "manage: {ignore: [description]}").entry("lab", "x")->manage.ignore,
            Names{"__description"});
}

TEST(ManifestRewriting, IsWarnedOfOnce) {
  const auto out = with("custom: 22.10", "", "lab*");
  ASSERT_EQ(out.diagnostics.items().size(), 1u);
  EXPECT_TRUE(out.says(
      "m.yaml:8:24: warning: `22.10` unquoted is 22.1 to tools that read YAML as JSON or YAML 1.1 (clouds lab, "
      "lab2) (write \"22.10\")"))
      << out.said();
}

TEST(ManifestRewriting, IsNoConcernOfNumbersQuotesAndFlags) {
  EXPECT_EQ(with("min_ram: 1024, a: \"22.10\", b: '1e3', __flag: True").said(), "");
  EXPECT_TRUE(with("tags: {a: 1.0}").says("`1.0` unquoted is 1 "));
  EXPECT_TRUE(with("tags: [a, yes]", "", "east").says("`yes` unquoted is true "));
}

TEST(ManifestRewriting, KnowsWhatJsonAndOldYamlMakeOfTexts) {
  for (const auto* quiet :
       {"24.04", "1024", "true",  "false", "ubuntu", "3.10.1", "1.2.3-4", "x86_64",           "0",
        "-5",    "0.5",  "noble", "one",   "y",      "n",      "v1.0",    "9007199254740991", "2026-11",
        "10G",   "-",    ".",     "a:b",   "18.5",   "yES"}) {
    EXPECT_EQ(manifest::rewritten(quiet), std::nullopt) << quiet;
  }
  for (const auto& [text, other] :
       std::vector<std::pair<const char*, const char*>>{{"22.10", "22.1"},
                                                        {"1.0", "1"},
                                                        {"1e3", "1000"},
                                                        {"+5", "5"},
                                                        {".5", "0.5"},
                                                        {"5.", "5"},
                                                        {"-0", "-0"},
                                                        {"yes", "true"},
                                                        {"No", "false"},
                                                        {"ON", "true"},
                                                        {"off", "false"},
                                                        {"TRUE", "true"},
                                                        {"False", "false"},
                                                        {"12345678901234567890", "12345678901234567168"},
                                                        {"2026-11-21", "a point in time"},
                                                        {"2026-11-21T10:00:00Z", "a point in time"},
                                                        {".inf", "a number that JSON lacks"},
                                                        {".NaN", "a number that JSON lacks"},
                                                        {"0x1F", "another number"},
                                                        {"0o17", "another number"},
                                                        {"017", "another number"},
                                                        {"1_000", "another number"},
                                                        {"12:30:45", "another number"},
                                                        {"0b11", "another number"},
                                                        {"1e999", "another number"}}) {
    if (text == "-0"s) continue;  // JSON has it, too
    EXPECT_EQ(manifest::rewritten(text), other) << text;
  }
}

}  // namespace
}  // namespace retouch::core::manifest_test
