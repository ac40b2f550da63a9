#include "patch.hpp"

#include <gtest/gtest.h>

#include "retouch/providers/tables.hpp"

namespace retouch::providers {
namespace {

using core::Absent;
using core::Action;
using core::FieldChange;
using core::Image;
using core::List;
using core::Map;

Image live() {
  return {.id = "1",
          .attributes = {{"name", std::string("old")},
                         {"min_ram", std::int64_t{0}},
                         {"protected", false},
                         {"os_distro", std::string("ubuntu")},
                         {"tags", List{"a"}},
                         {"__description", std::string()},
                         {"__support_xen", std::string("True")}}};
}

std::string body(const core::AttributeTable& table, std::vector<FieldChange> fields) {
  const auto patch = make_patch(table, live(), fields);
  return patch ? patch->body : "(nothing)";
}

TEST(JsonPointer, EscapesTildeAndSlash) {
  EXPECT_EQ(json_pointer("name"), "/name");
  EXPECT_EQ(json_pointer("a/b"), "/a~1b");
  EXPECT_EQ(json_pointer("a~b"), "/a~0b");
  EXPECT_EQ(json_pointer("~1/"), "/~01~1");
  EXPECT_EQ(json_pointer("trait:CUSTOM x.y"), "/trait:CUSTOM x.y");
}

TEST(Patch, ChoosesTheOperationFromTheLiveState) {
  struct Case {
    const char* what;
    FieldChange field;
    const char* body;
  };
  const std::vector<Case> cases{
      {"missing",
       {.name = "os_version", .after = std::string("24.04")},
       R"([{"op":"add","path":"/os_version","value":"24.04"}])"},
      {"present",
       {.name = "os_distro", .after = std::string("debian")},
       R"([{"op":"replace","path":"/os_distro","value":"debian"}])"},
      {"present, must go", {.name = "os_distro", .after = Absent{}}, R"([{"op":"remove","path":"/os_distro"}])"},
      {"missing, must go", {.name = "os_version", .after = Absent{}}, "(nothing)"},
      {"equal", {.name = "os_distro", .after = std::string("ubuntu")}, "(nothing)"},
      // The plan's op is of an older state.
      {"stale op",
       {.name = "os_version", .op = core::Op::replace, .before = std::string("x"), .after = std::string("y")},
       R"([{"op":"add","path":"/os_version","value":"y"}])"},
      {"cleared by null", {.name = "name", .after = Absent{}}, R"([{"op":"replace","path":"/name","value":null}])"},
      {"cleared by an empty list",
       {.name = "tags", .after = Absent{}},
       R"([{"op":"replace","path":"/tags","value":[]}])"},
      {"a list is written whole",
       {.name = "tags", .after = List{"c", "b"}},
       R"([{"op":"replace","path":"/tags","value":["b","c"]}])"},
      {"a number",
       {.name = "min_ram", .after = std::int64_t{1024}},
       R"([{"op":"replace","path":"/min_ram","value":1024}])"},
      {"a boolean", {.name = "protected", .after = true}, R"([{"op":"replace","path":"/protected","value":true}])"},
      {"a custom property is a text",
       {.name = "answer", .after = std::int64_t{42}},
       R"([{"op":"add","path":"/answer","value":"42"}])"},
      {"impossible to clear", {.name = "min_ram", .after = Absent{}}, "(nothing)"},
      {"absent stands for it", {.name = "os_hidden", .after = false}, "(nothing)"},
      {"escaped",
       {.name = "a/b~c", .after = std::string("\"<>\n")},
       R"([{"op":"add","path":"/a~1b~0c","value":"\"<>\n"}])"},
  };
  for (const auto& c : cases) EXPECT_EQ(body(glance_table(), {c.field}), c.body) << c.what;
}

TEST(Patch, SendsNothingThatIsNotToBeApplied) {
  for (const auto action : {Action::warn, Action::refused, Action::held}) {
    EXPECT_EQ(body(glance_table(), {{.name = "os_version", .after = std::string("x"), .action = action}}), "(nothing)");
  }
}

TEST(Patch, RemovesBeforeItReplacesBeforeItAdds) {
  const std::vector<FieldChange> fields{{.name = "a_new", .after = std::string("1")},
                                        {.name = "name", .after = std::string("new")},
                                        {.name = "b_new", .after = std::string("2")},
                                        {.name = "os_distro", .after = Absent{}}};
  const auto patch = make_patch(glance_table(), live(), fields);
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->body, R"([{"op":"remove","path":"/os_distro"},{"op":"replace","path":"/name","value":"new"},)"
                         R"({"op":"add","path":"/a_new","value":"1"},{"op":"add","path":"/b_new","value":"2"}])");
  EXPECT_EQ(patch->fields, (std::vector<std::string>{"a_new", "b_new", "name", "os_distro"}));
}

TEST(Patch, AFieldThatTwoEntriesWantIsSentOnce) {
  const FieldChange field{.name = "os_version", .after = std::string("x")};
  EXPECT_EQ(body(glance_table(), {field, field}), R"([{"op":"add","path":"/os_version","value":"x"}])");
}

TEST(Patch, OnImsFlagsCompareWithoutCaseAndTheirFalseIsRemoval) {
  EXPECT_EQ(body(ims_table(), {{.name = "__support_xen", .after = std::string("true")}}), "(nothing)");
  EXPECT_EQ(body(ims_table(), {{.name = "__support_xen", .after = std::string("false")}}),
            R"([{"op":"remove","path":"/__support_xen"}])");
  EXPECT_EQ(body(ims_table(), {{.name = "__support_xen", .after = Absent{}}}),
            R"([{"op":"remove","path":"/__support_xen"}])");
  EXPECT_EQ(body(ims_table(), {{.name = "__support_kvm", .after = std::string("True")}}),
            R"([{"op":"add","path":"/__support_kvm","value":"true"}])");
}

TEST(Patch, OnImsAnEmptyDescriptionIsThereButMeansAbsent) {
  EXPECT_EQ(body(ims_table(), {{.name = "__description", .after = Absent{}}}), "(nothing)");
  // `add` would meet IMG.0035: the attribute exists.
  EXPECT_EQ(body(ims_table(), {{.name = "__description", .after = std::string("x")}}),
            R"([{"op":"replace","path":"/__description","value":"x"}])");
}

TEST(Patch, LeavesOutWhatHasARequestOfItsOwn) {
  const std::vector<FieldChange> fields{{.name = "tags", .after = Map{{"k", std::string("v")}}}};
  EXPECT_FALSE(make_patch(ims_table(), live(), fields, "tags"));
}

Image tagged() {
  return {
      .id = "1",
      .attributes = {{"tags", Map{{"keep", std::string("1")}, {"move", std::string("2")}, {"go", std::string("3")}}}}};
}

TEST(TagChanges, AreOnlyWhatDiffers) {
  const std::vector<FieldChange> fields{
      {.name = "tags", .after = Map{{"keep", std::string("1")}, {"move", std::int64_t{5}}, {"new", std::string()}}}};
  const auto changes = tag_changes(tagged(), fields);
  EXPECT_EQ(changes.remove, (Map{{"go", std::string("3")}}));
  EXPECT_EQ(changes.create, (Map{{"move", std::int64_t{5}}, {"new", std::string()}}));
}

TEST(TagChanges, AbsentRemovesAll) {
  const auto changes = tag_changes(tagged(), std::vector<FieldChange>{{.name = "tags", .after = Absent{}}});
  EXPECT_EQ(changes.remove.size(), 3u);
  EXPECT_TRUE(changes.create.empty());
}

TEST(TagChanges, AreNoneWhenNothingDiffersOrNothingIsWanted) {
  const auto empty = [](const TagChanges& changes) { return changes.remove.empty() && changes.create.empty(); };
  EXPECT_TRUE(empty(tag_changes(tagged(), {})));
  EXPECT_TRUE(empty(tag_changes(tagged(), std::vector<FieldChange>{{.name = "tags", .after = tagged().get("tags")}})));
  EXPECT_TRUE(empty(
      tag_changes(tagged(), std::vector<FieldChange>{{.name = "tags", .after = Absent{}, .action = Action::held}})));
  // "1" live as a text equals the number 1 of a manifest.
  EXPECT_TRUE(empty(tag_changes({.attributes = {{"tags", Map{{"n", std::string("1")}}}}},
                                std::vector<FieldChange>{{.name = "tags", .after = Map{{"n", std::int64_t{1}}}}})));
}

TEST(TagChanges, AreWrittenAsTexts) {
  EXPECT_EQ(
      tag_action("create", {{"a", std::string("x")}, {"b", std::int64_t{1}}, {"c", true}}),
      R"({"action":"create","tags":[{"key":"a","value":"x"},{"key":"b","value":"1"},{"key":"c","value":"true"}]})");
}

}  // namespace
}  // namespace retouch::providers
