// The guards that need a memory: small steps that add up, sources that shrink, selections that grow.
#include <gtest/gtest.h>

#include "retouch/core/guards.hpp"

namespace retouch::core {

namespace {

// Changes images "first".."first + count - 1".
CloudPlan plan_of(int matched, int first, int count) {
  CloudPlan plan{.images_matched = matched};
  for (int i = first; i < first + count; ++i) {
    plan.changes.push_back({.entry = "e", .image_id = std::to_string(i), .fields = {{.name = "f"}}});
  }
  return plan;
}

GuardVerdict verdict(const CloudPlan& plan, const std::string& guard, const Memory* memory,
                     const std::set<std::string>& forced = {}, const GuardLimits& limits = {}) {
  for (const GuardVerdict& each : judge(plan, limits, forced, memory)) {
    if (each.guard == guard) return each;
  }
  ADD_FAILURE() << "no verdict of " << guard;
  return {};
}

CloudPlan with_changed_lately(CloudPlan plan, int first, int count) {
  for (int i = first; i < first + count; ++i) plan.notes.changed_lately.insert(std::to_string(i));
  return plan;
}

// Of 100 images, 20 were changed in the last 24 hours (0 to 19); the limit is 30 %.
GuardVerdict after_twenty(int first, int count, const std::set<std::string>& forced = {}) {
  const Memory memory;
  return verdict(with_changed_lately(plan_of(100, first, count), 0, 20), "changed_percent", &memory, forced);
}

CloudPlan with_entries(std::map<std::string, std::int64_t> entries) {
  CloudPlan plan;
  plan.notes.entries = std::move(entries);
  return plan;
}

CloudPlan selecting(std::map<std::string, std::int64_t> entries) {
  CloudPlan plan;
  plan.notes.selected = plan.notes.selecting = std::move(entries);
  return plan;
}

}  // namespace

TEST(ChangedPercentOverADay, AddsWhatWasChangedEarlier) {
  EXPECT_FALSE(after_twenty(50, 10).refused) << "30 % is allowed";
  const GuardVerdict refused = after_twenty(50, 11);
  EXPECT_TRUE(refused.refused);
  EXPECT_EQ(refused.limit, 30);
  EXPECT_EQ(refused.value, 31);
  EXPECT_EQ(refused.detail,
            "11 of 100 matched images would change (11 %), with 20 more that were changed in the last 24 hours 31 "
            "(31 %), the limit is 30 %; a first adoption counts as well; if this is meant: --force changed_percent")
      << "a first part would be refused as well";
  EXPECT_NE(after_twenty(50, 31).detail.find(", or --limit N for a first part"), std::string::npos);
  EXPECT_FALSE(after_twenty(50, 11, {"changed_percent"}).refused);
}

TEST(ChangedPercentOverADay, CountsAnImageOnce) {
  EXPECT_EQ(after_twenty(10, 20).value, 30);
  EXPECT_FALSE(after_twenty(10, 20).refused);
  EXPECT_EQ(after_twenty(10, 21).value, 31);
  EXPECT_TRUE(after_twenty(10, 21).refused);
}

TEST(ChangedPercentOverADay, IsNoReasonToRefuseWhatAddsNothing) {
  const Memory memory;
  const auto judged = [&](int first, int count) {
    return verdict(with_changed_lately(plan_of(100, first, count), 0, 50), "changed_percent", &memory);
  };
  EXPECT_FALSE(judged(0, 0).refused) << "nothing would be sent";
  EXPECT_FALSE(judged(0, 30).refused) << "a change that was accepted may be corrected";
  EXPECT_EQ(judged(0, 30).value, 50);
  EXPECT_TRUE(judged(50, 1).refused);
  EXPECT_TRUE(judged(0, 31).refused) << "but not anew beyond the limit";
}

TEST(ChangedPercentOverADay, CountsFromItsSmallestNumberOfImagesOn) {
  const Memory memory;
  EXPECT_FALSE(verdict(with_changed_lately(plan_of(9, 0, 1), 1, 3), "changed_percent", &memory).refused);
  EXPECT_TRUE(verdict(with_changed_lately(plan_of(10, 0, 1), 1, 3), "changed_percent", &memory).refused);
}

TEST(ShrinkPercent, RefusesJustAboveItsLimitAndNotAtIt) {
  Memory memory;
  memory.most_entries = {{"site", 100}};
  EXPECT_FALSE(verdict(with_entries({{"site", 50}}), "shrink_percent", &memory).refused) << "50 % is allowed";
  const GuardVerdict refused = verdict(with_entries({{"site", 49}}), "shrink_percent", &memory);
  EXPECT_TRUE(refused.refused) << "though nothing would be sent";
  EXPECT_EQ(refused.limit, 50);
  EXPECT_EQ(refused.value, 51);
  EXPECT_EQ(refused.detail,
            "source site has 49 entries for this cloud, it had 100 within the last 7 days; a source may lose 50 %; if "
            "this is meant: --force shrink_percent");
  EXPECT_FALSE(verdict(with_entries({{"site", 49}}), "shrink_percent", &memory, {"shrink_percent"}).refused);
}

TEST(ShrinkPercent, TakesTheWorstSourceAndNamesAll) {
  Memory memory;
  memory.most_entries = {{"a", 10}, {"b", 10}, {"c", 10}, {"grown", 1}};
  const GuardVerdict refused =
      verdict(with_entries({{"a", 4}, {"b", 0}, {"c", 9}, {"grown", 50}}), "shrink_percent", &memory);
  EXPECT_EQ(refused.value, 100);
  EXPECT_NE(refused.detail.find("source a has 4"), std::string::npos);
  EXPECT_NE(refused.detail.find("source b has 0"), std::string::npos);
  EXPECT_EQ(refused.detail.find("source c"), std::string::npos);
}

TEST(ShrinkPercent, DoesNotJudgeASourceThatWasNotRead) {
  Memory memory;
  memory.most_entries = {{"configured no more", 100}};
  EXPECT_FALSE(verdict(with_entries({{"--manifests", 1}}), "shrink_percent", &memory).refused);
}

TEST(ShrinkPercent, IsShownWithoutAMemoryToo) {
  const GuardVerdict shown = verdict(with_entries({{"site", 1}}), "shrink_percent", nullptr);
  EXPECT_EQ(shown.limit, 50);
  EXPECT_EQ(shown.value, 0);
  EXPECT_FALSE(shown.refused);
}

TEST(SelectionGrewPercent, RefusesJustAboveItsLimitAndNotAtIt) {
  Memory memory;
  memory.selected = {{"all", 100}};
  EXPECT_FALSE(verdict(selecting({{"all", 120}}), "selection_grew_percent", &memory).refused) << "20 % is allowed";
  const GuardVerdict refused = verdict(selecting({{"all", 121}}), "selection_grew_percent", &memory);
  EXPECT_TRUE(refused.refused);
  EXPECT_EQ(refused.limit, 20);
  EXPECT_EQ(refused.value, 21);
  EXPECT_EQ(refused.detail,
            "entry all selects 121 images, it selected 100 when it was last applied; a `match: all` may grow by 20 %; "
            "if this is meant: --force selection_grew_percent");
  EXPECT_FALSE(
      verdict(selecting({{"all", 121}}), "selection_grew_percent", &memory, {"selection_grew_percent"}).refused);
}

TEST(SelectionGrewPercent, CountsFromItsSmallestNumberOfImagesOn) {
  Memory memory;
  memory.selected = {{"all", 1}};
  EXPECT_FALSE(verdict(selecting({{"all", 9}}), "selection_grew_percent", &memory).refused);
  EXPECT_TRUE(verdict(selecting({{"all", 10}}), "selection_grew_percent", &memory).refused);
}

TEST(SelectionGrewPercent, OfNothingIsGrowthAsWell) {
  Memory memory;
  memory.selected = {{"all", 0}};
  EXPECT_TRUE(verdict(selecting({{"all", 10}}), "selection_grew_percent", &memory).refused);
}

TEST(SelectionGrewPercent, LooksOnlyAtEntriesThatWouldSendAndWereSeenBefore) {
  Memory memory;
  memory.selected = {{"quiet", 10}};
  CloudPlan plan;
  plan.notes.selected = {{"quiet", 1000}};
  EXPECT_FALSE(verdict(plan, "selection_grew_percent", &memory).refused) << "it has nothing to send";
  EXPECT_FALSE(verdict(selecting({{"new", 1000}}), "selection_grew_percent", &memory).refused)
      << "a first application is changed_percent's business";
  const GuardVerdict blind = verdict(selecting({{"quiet", 1000}}), "selection_grew_percent", nullptr);
  EXPECT_FALSE(blind.refused);
  EXPECT_EQ(blind.limit, 20);
}

}  // namespace retouch::core
