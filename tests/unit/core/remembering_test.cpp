#include "retouch/core/remembering.hpp"

#include <gtest/gtest.h>

namespace retouch::core {

namespace {

using namespace std::chrono_literals;

Value text(const char* value) { return Value{std::string(value)}; }

ChangeRecord change(Value before, Value after, Cause cause = Cause::pending) {
  ChangeRecord record{.run = "r1", .entry = "e", .image_id = "i1", .revision = "abc"};
  record.change = {.name = "f", .before = std::move(before), .after = std::move(after), .cause = cause};
  record.change.wish = Wish{.value = record.change.after};
  record.change.place = {"m.yaml", 3, 4};
  return record;
}

Memory remembering(Remembered remembered) {
  Memory memory;
  memory.images["i1"].fields["f"] = std::move(remembered);
  return memory;
}

CloudPlan in_force(Value value) {
  CloudPlan plan;
  plan.notes.in_force.push_back({"i1", "f", Wish{.value = std::move(value)}, "e2", {"n.yaml", 1, 2}});
  return plan;
}

}  // namespace

TEST(AfterChange, KnowsWhoWishedWhatAndWhatWeWrote) {
  const Remembered now = after_change(change(text("a"), text("b")), nullptr, Wall{5s});
  EXPECT_EQ(now.wish.value, text("b"));
  EXPECT_EQ(now.ours, text("b"));
  EXPECT_EQ(now.entry, "e");
  EXPECT_EQ(now.revision, "abc");
  EXPECT_EQ(now.run, "r1");
  EXPECT_EQ(now.place.line, 3);
  EXPECT_EQ(now.at, Wall{5s});
  EXPECT_TRUE(now.corrections.empty());
}

TEST(AfterChange, CountsWhatItCorrectedButNotWhatTheManifestsWanted) {
  for (const Cause cause : {Cause::drift, Cause::both}) {
    EXPECT_EQ(after_change(change(text("a"), text("b"), cause), nullptr, Wall{5s}).corrections, std::vector{Wall{5s}})
        << to_string(cause);
  }
  for (const Cause cause : {Cause::pending, Cause::unknown})
    EXPECT_TRUE(after_change(change(text("a"), text("b"), cause), nullptr, Wall{5s}).corrections.empty());
}

TEST(AfterChange, KeepsTheLastTenCorrections) {
  Remembered known;
  for (int i = 0; i < 10; ++i) known.corrections.push_back(Wall{} + std::chrono::seconds(i));
  const Remembered now = after_change(change(text("a"), text("b"), Cause::drift), &known, Wall{99s});
  ASSERT_EQ(now.corrections.size(), 10u);
  EXPECT_EQ(now.corrections.front(), Wall{1s});
  EXPECT_EQ(now.corrections.back(), Wall{99s});
}

TEST(AfterChange, SendsAgainWhatTheCloudDidNotKeepOnceItWasAccepted) {
  const Remembered known{.kept_instead = text("z")};
  EXPECT_FALSE(after_change(change(text("a"), text("b")), &known, Wall{}).kept_instead);
}

TEST(Noted, WhatIsInForceIsOursOnlyIfItWasBefore) {
  const NoteContext context{.now = Wall{7s}, .revisions = {{"e2", "def"}}};
  const MemoryUpdate fresh = noted(in_force(text("a")), Memory{}, context);
  ASSERT_EQ(fresh.remember.size(), 1u);
  EXPECT_EQ(fresh.remember[0].second.ours, Value{Absent{}});
  EXPECT_EQ(fresh.remember[0].second.revision, "def");
  EXPECT_EQ(fresh.remember[0].second.entry, "e2");

  const Memory ours = remembering({.wish = {text("a")}, .ours = text("a"), .kept_instead = text("z")});
  const Remembered same = noted(in_force(text("a")), ours, context).remember[0].second;
  EXPECT_EQ(same.ours, text("a"));
  EXPECT_FALSE(same.kept_instead);
  // We wrote "a", somebody made it "b", and the manifests wish "b" now: nothing of it is ours.
  EXPECT_EQ(noted(in_force(text("b")), ours, context).remember[0].second.ours, Value{Absent{}});
}

TEST(Noted, HoldsWhatIsContendedForAsLongAsThePolicySays) {
  CloudPlan plan;
  plan.notes.contended.push_back({"i1", "f", Wish{.value = text("a")}, text("theirs")});
  const MemoryUpdate update = noted(plan, {}, {.now = Wall{1h}, .contention = {.hold = 2h}});
  ASSERT_EQ(update.hold.size(), 1u);
  const Hold& hold = update.hold[0].second;
  EXPECT_EQ(hold.why, Hold::Why::contention);
  EXPECT_EQ(hold.live, text("theirs"));
  EXPECT_EQ(hold.since, Wall{1h});
  EXPECT_EQ(hold.until, Wall{3h});
}

TEST(Noted, CountsEntriesAfreshWhenShrinkingWasAccepted) {
  CloudPlan plan;
  plan.notes.entries = {{"site", 3}};
  EXPECT_FALSE(noted(plan, {}, {}).entries_reset);
  EXPECT_TRUE(noted(plan, {}, {.shrinking_accepted = true}).entries_reset);
  EXPECT_EQ(noted(plan, {}, {}).entries, (std::vector<std::pair<std::string, std::int64_t>>{{"site", 3}}));
}

TEST(Noted, ReleasesHoldsThatAreVoidAndForgetsWhatNobodyAsksFor) {
  CloudPlan plan;
  plan.notes.void_holds = {{"i1", "f"}};
  plan.notes.released = {{"i2", "g"}};
  EXPECT_EQ(noted(plan, {}, {}).release, (std::vector<FieldKey>{{"i1", "f"}}));
  EXPECT_EQ(noted(plan, {}, {}).forget, (std::vector<FieldKey>{{"i2", "g"}}));
}

}  // namespace retouch::core
