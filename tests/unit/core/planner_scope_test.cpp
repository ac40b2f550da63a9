// What a plan counts and shows: filters, suspensions, order; and what `exact` and refusals leave alone.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::entry;
using test::field;
using test::image;
using test::Planning;

namespace {

using Names = std::vector<std::string>;

Names names_of(const CloudPlan& plan) {
  Names names;
  for (const ImageChange& change : plan.changes) {
    for (const FieldChange& each : change.fields) names.push_back(change.image_id + " " + each.name);
  }
  return names;
}

Action action_of(const CloudPlan& plan, const std::string& name) {
  for (const ImageChange& change : plan.changes) {
    for (const FieldChange& each : change.fields) {
      if (each.name == name) return each.action;
    }
  }
  ADD_FAILURE() << "no change of " << name;
  return Action::apply;
}

}  // namespace

TEST(PlannerScope, CountsTheEntriesAndImagesThatAreAskedFor) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")}), entry("c", {"2"}, {field("b", "x")})},
             .images = {image("1", {}), image("2", {})}};
  p.wanted_entry = [](const DesiredEntry& e) { return e.name == "a"; };
  CloudPlan plan = p.plan();
  EXPECT_EQ(plan.entries, 1);
  EXPECT_EQ(plan.images_matched, 1);
  EXPECT_EQ(plan.images_left_out, 0);
  p.wanted_entry = nullptr;
  p.entries[1].suspended = true;
  plan = p.plan();
  EXPECT_EQ(plan.entries, 2);
  EXPECT_EQ(plan.images_matched, 1) << "a suspended entry does not widen what guards measure by";
}

TEST(PlannerScope, LeavesOutImagesThatAreNotAskedForAndCountsThem) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")}), entry("c", {"2"}, {field("b", "x")})},
             .images = {image("1", {}), image("2", {})}};
  p.wanted_image = [](const Image& i) { return i.id == "2"; };
  const CloudPlan plan = p.plan();
  EXPECT_EQ(names_of(plan), Names{"2 b"});
  EXPECT_EQ(plan.images_matched, 1);
  EXPECT_EQ(plan.images_left_out, 1);
}

TEST(PlannerScope, NamesOnlyWhatIsAskedForAsSuspendedOrUnresolved) {
  Planning p{.entries = {entry("a", {"1"}, {}), entry("gone", {"9"}, {}), entry("idle", {"9"}, {})}};
  p.entries[2].suspended = true;
  CloudPlan plan = p.plan();
  EXPECT_EQ(plan.unresolved.size(), 2u) << "what is suspended need not be there";
  EXPECT_EQ(plan.suspended, Names{"idle"});
  p.wanted_entry = [](const DesiredEntry& e) { return e.name == "a"; };
  plan = p.plan();
  ASSERT_EQ(plan.unresolved.size(), 1u);
  EXPECT_EQ(plan.unresolved[0].entry, "a");
  EXPECT_TRUE(plan.suspended.empty());
}

TEST(PlannerScope, IsInTheOrderOfImagesAndFields) {
  Planning p{.entries = {entry("z", {"2"}, {field("m", "x")}), entry("a", {"1"}, {field("b", "x")}),
                         entry("b", {"2"}, {field("c", "x")})},
             .images = {image("2", {{"a_stray", "y"}}), image("1", {})}};
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_EQ(names_of(p.plan()), (Names{"1 b", "2 c", "2 a_stray", "2 m"}));
}

TEST(PlannerScope, PassesTheListingsWarnings) {
  Planning p{.warnings = {"the list may be cut"}};
  EXPECT_EQ(p.plan().warnings, Names{"the list may be cut"});
}

TEST(PlannerScope, ListsWhatIsHeldWithItsReason) {
  Planning p{.entries = {entry("a", {"1"}, {field("visibility", "public")})},
             .images = {image("1", {{"visibility", "private"}})}};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.held.size(), 1u);
  EXPECT_EQ(plan.held[0].find("a: image 1: visibility \"private\" -> \"public\" opens the image"), 0u) << plan.held[0];
}

TEST(PlannerRefuses, WhatNobodyMayWrite) {
  Planning p{.entries = {entry("a", {"1"}, {field("checksum", "abc")})}, .images = {image("1", {{"checksum", "x"}})}};
  ASSERT_EQ(p.plan().refused.size(), 1u);
  EXPECT_NE(p.plan().refused[0].reason.find("read-only"), std::string::npos);
}

TEST(PlannerRefuses, NothingOfAnAttributeThatTheTableLacks) {
  Planning p{.entries = {entry("a", {"1"}, {field("unknown", "x")})}, .images = {image("1", {})}};
  p.table = AttributeTable("triton", {{.name = "name"}}, std::nullopt, {}, {});
  EXPECT_TRUE(p.plan().changes.empty()) << "it was refused when the manifest was resolved";
}

TEST(PlannerRefuses, WhatIsHeldOnAnImageThatCannotBeChangedButNotWhatIsOnlyReported) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x"), field("visibility", "public")})},
             .images = {image("1", {{"visibility", "private"}})}};
  p.entries[0].fields[0].mode = FieldMode::warn;
  p.unchangeable = [](const Image&) { return std::optional<std::string>("owned by another project"); };
  EXPECT_TRUE(p.plan().held.empty()) << "no --force would help";
  const CloudPlan plan = p.plan();
  EXPECT_EQ(action_of(plan, "visibility"), Action::refused);
  EXPECT_EQ(action_of(plan, "b"), Action::warn);
}

TEST(PlannerRefuses, NothingThatIsOnlyReportedForWhatItExcludes) {
  Planning p{.entries = {entry("a", {"1"}, {field("__gpu", "M60")})},
             .images = {image("1", {{"__support_xen", "true"}})}};
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_EQ(action_of(p.plan(), "__gpu"), Action::warn);
}

TEST(PlannerRefuses, WhatOnlyAReportedRemovalWouldMakeRoomFor) {
  Planning p{.entries = {entry("a", {"1"}, {field("__gpu", "M60"), field("__support_xen", Absent{})})},
             .images = {image("1", {{"__support_xen", "true"}})}};
  p.entries[0].fields[1].mode = FieldMode::warn;
  EXPECT_EQ(action_of(p.plan(), "__gpu"), Action::refused);
}

TEST(PlannerExact, RemovesAStrayKeyOnceHoweverManyEntriesAreExact) {
  Planning p{.entries = {entry("a", {"1"}, {}), entry("b", {"1"}, {})}, .images = {image("1", {{"stray", "y"}})}};
  p.entries[0].manage.properties = p.entries[1].manage.properties = Manage::exact;
  EXPECT_EQ(names_of(p.plan()), Names{"1 stray"});
  p.entries_missing = true;
  EXPECT_EQ(p.plan().warnings.size(), 1u);
}

TEST(PlannerExact, LeavesWhatEqualsAbsenceAndWhatNobodyMayWrite) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {{"note", ""}})}};
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_TRUE(p.plan().changes.empty());
  p.images = {image("1", {{"stray", "x"}})};
  p.table =
      AttributeTable("glance", {}, Attribute{.name = "*", .writable = false}, {"name", "status", "created_at"}, {});
  EXPECT_TRUE(p.plan().changes.empty());
}

TEST(PlannerExact, OfAnEntryThatIsSuspendedOrNotAskedForRemovesNothing) {
  Planning p{.entries = {entry("strict", {"1"}, {}), entry("b", {"1"}, {field("c", "x")})},
             .images = {image("1", {{"stray", "y"}})}};
  p.entries[0].manage.properties = Manage::exact;
  p.entries[0].suspended = true;
  EXPECT_EQ(names_of(p.plan()), Names{"1 c"});
  p.entries[0].suspended = false;
  p.wanted_entry = [](const DesiredEntry& e) { return e.name == "b"; };
  EXPECT_EQ(names_of(p.plan()), Names{"1 c"});
}

}  // namespace retouch::core
