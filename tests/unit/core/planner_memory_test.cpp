// Suspensions of the memory, adoption, and what a change carries along for it.
#include "planning_fixture.hpp"

namespace retouch::core {

using std::chrono::hours;
using test::change_of;
using test::entry;
using test::field;
using test::image;
using test::noon;
using test::Planning;
using test::remembered;

namespace {

using Names = std::vector<std::string>;

Planning two_entries() {
  return {.entries = {entry("a", {"1"}, {field("b", "x")}), entry("z", {"2"}, {field("b", "x")})},
          .images = {image("1", {}), image("2", {})},
          .memory = Memory{}};
}

}  // namespace

TEST(SuspendedByTheMemory, AnEntrySendsNothingAndSaysWhoStoppedIt) {
  Planning p = two_entries();
  p.memory->suspended_entries["a"] = {
      .since = noon - hours(1), .until = noon + hours(1), .by = "alice@desk", .reason = "maintenance"};
  const CloudPlan plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b", "1"));
  EXPECT_TRUE(change_of(plan, "b", "2"));
  EXPECT_EQ(plan.suspended, Names{"a (since " + format_rfc3339(noon - hours(1)) + ", until " +
                                  format_rfc3339(noon + hours(1)) + ", by alice@desk: maintenance)"});
  EXPECT_EQ(plan.images_matched, 1) << "it does not widen what guards measure by";
}

TEST(SuspendedByTheMemory, AnEntryGoesOnWhenItsTimeIsOver) {
  Planning p = two_entries();
  p.memory->suspended_entries["a"] = {.since = noon - hours(1), .until = noon};
  EXPECT_TRUE(change_of(p.plan(), "b", "1"));
  EXPECT_TRUE(p.plan().suspended.empty());
}

TEST(SuspendedByTheMemory, AnEntryKeepsItsClaims) {
  Planning p = two_entries();
  p.entries[1] = entry("z", {"1"}, {});
  p.entries[1].manage.properties = Manage::exact;
  p.images[0].attributes["b"] = "other";
  p.memory->suspended_entries["a"] = {.since = noon};
  EXPECT_TRUE(p.plan().changes.empty());
}

TEST(SuspendedByTheMemory, ACloudStopsAllItsEntries) {
  Planning p = two_entries();
  p.entries[1].suspended = true;
  p.memory->suspended_cloud = Suspension{.since = noon - hours(2)};
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(plan.changes.empty());
  EXPECT_TRUE(plan.unresolved.empty());
  const std::string since = "since " + format_rfc3339(noon - hours(2)) + ")";
  EXPECT_EQ(plan.suspended, (Names{"a (with all of lab, " + since, "z (with all of lab, " + since}));
  p.memory->suspended_cloud->until = noon;
  EXPECT_TRUE(change_of(p.plan(), "b", "1"));
}

TEST(SuspendedByTheMemory, IsSaidOnlyOfEntriesThatAreAskedFor) {
  Planning p = two_entries();
  p.memory->suspended_cloud = Suspension{.since = noon};
  p.wanted_entry = [](const DesiredEntry& each) { return each.name == "a"; };
  EXPECT_EQ(p.plan().suspended.size(), 1u);
}

TEST(Adoption, IsAnImageThatTheMemoryDoesNotKnow) {
  Planning p = two_entries();
  p.remember("2", "other", remembered("x"));
  CloudPlan plan = p.plan();
  ASSERT_EQ(plan.changes.size(), 2u);
  EXPECT_TRUE(plan.changes[0].adoption);
  EXPECT_FALSE(plan.changes[1].adoption);
  p.memory.reset();
  plan = p.plan();
  EXPECT_FALSE(plan.changes[0].adoption) << "without a memory everything would be";
}

TEST(TheWishOfAChange, IsWhatTheManifestAsks) {
  Planning p{.entries = {entry("a", {"1"}, {field("meta", Map{{"k", "1"}}), field("tags", List{"b", "a"})})},
             .images = {image("1", {{"tags", List{"theirs"}}, {"stray", "x"}})}};
  p.entries[0].fields[0].absent_items = {"z", "y"};
  p.entries[0].manage.tags = p.entries[0].manage.properties = Manage::exact;
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "tags")->wish, (Wish{.value = List{"a", "b"}, .exact = true}));
  EXPECT_EQ(change_of(plan, "meta")->wish, (Wish{.value = Map{{"k", "1"}}, .exact = true})) << "the rest goes anyway";
  EXPECT_EQ(change_of(plan, "stray")->wish, std::nullopt) << "no manifest names it";
  p.entries[0].manage.properties = Manage::listed;
  EXPECT_EQ(change_of(p.plan(), "meta")->wish, (Wish{.value = Map{{"k", "1"}}, .absent_items = {"y", "z"}}));
}

}  // namespace retouch::core
