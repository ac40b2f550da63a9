#include "retouch/core/guards.hpp"

#include <gtest/gtest.h>

namespace retouch::core {

namespace {

CloudPlan plan_of(int images, int matched, Op op = Op::replace, Action action = Action::apply) {
  CloudPlan plan{.images_matched = matched};
  for (int i = 0; i < images; ++i) {
    plan.changes.push_back({.entry = "e",
                            .image_id = std::to_string(i),
                            .fields = {{.name = "f", .op = op, .before = "a", .after = "b", .action = action}}});
  }
  return plan;
}

bool refuses(const CloudPlan& plan, const GuardLimits& limits, const std::string& guard,
             const std::set<std::string>& forced = {}) {
  for (const GuardVerdict& verdict : judge(plan, limits, forced, nullptr)) {
    if (verdict.guard == guard) return verdict.refused;
  }
  ADD_FAILURE() << "no verdict of " << guard;
  return false;
}

}  // namespace

TEST(ChangedPercent, RefusesJustAboveItsLimitAndNotAtIt) {
  const GuardLimits limits{.changed_percent = 30};
  EXPECT_FALSE(refuses(plan_of(30, 100), limits, "changed_percent"));
  EXPECT_TRUE(refuses(plan_of(31, 100), limits, "changed_percent"));
  EXPECT_FALSE(refuses(plan_of(31, 100), limits, "changed_percent", {"changed_percent"}));
}

TEST(ChangedPercent, IsMeasuredByAllManagedImages) {
  CloudPlan narrow = plan_of(10, 10);
  narrow.notes.managed = 40;
  EXPECT_FALSE(refuses(narrow, {}, "changed_percent"));
  EXPECT_EQ(judge(narrow, {}, {}, nullptr).at(0).value, 25);
  narrow.notes.managed = 30;
  EXPECT_TRUE(refuses(narrow, {}, "changed_percent"));
  EXPECT_NE(judge(narrow, {}, {}, nullptr).at(0).detail.find("10 of 30 matched images"), std::string::npos);
}

TEST(ChangedPercent, CountsOnlyFromItsSmallestNumberOfImagesOn) {
  const GuardLimits limits{.changed_percent = 30, .percent_from_images = 10};
  EXPECT_FALSE(refuses(plan_of(9, 9), limits, "changed_percent"));
  EXPECT_TRUE(refuses(plan_of(10, 10), limits, "changed_percent"));
}

TEST(ChangedImages, RefusesJustAboveItsLimitAndNotAtIt) {
  const GuardLimits limits{.changed_images = 5};
  EXPECT_FALSE(refuses(plan_of(5, 1000), limits, "changed_images"));
  EXPECT_TRUE(refuses(plan_of(6, 1000), limits, "changed_images"));
  EXPECT_FALSE(refuses(plan_of(6, 1000), limits, "changed_images", {"changed_images"}));
}

TEST(RemovedFields, CountsOnlyRemovals) {
  const GuardLimits limits{.removed_fields = 5};
  EXPECT_FALSE(refuses(plan_of(6, 1000, Op::replace), limits, "removed_fields"));
  EXPECT_FALSE(refuses(plan_of(5, 1000, Op::remove), limits, "removed_fields"));
  EXPECT_TRUE(refuses(plan_of(6, 1000, Op::remove), limits, "removed_fields"));
  EXPECT_FALSE(refuses(plan_of(6, 1000, Op::remove), limits, "removed_fields", {"removed_fields"}));
}

TEST(Guards, CountOnlyWhatWouldBeSent) {
  const GuardLimits limits{.changed_images = 5};
  EXPECT_FALSE(refuses(plan_of(6, 1000, Op::replace, Action::warn), limits, "changed_images"));
  EXPECT_FALSE(refuses(plan_of(6, 1000, Op::replace, Action::held), limits, "changed_images"));
}

TEST(Guards, SayLimitValueCauseAndTheFlag) {
  const auto verdicts = judge(plan_of(6, 1000), {.changed_images = 5}, {}, nullptr);
  EXPECT_TRUE(refused(verdicts));
  EXPECT_EQ(verdicts.at(1).limit, 5);
  EXPECT_EQ(verdicts.at(1).value, 6);
  EXPECT_NE(verdicts.at(1).detail.find("--force changed_images"), std::string::npos);
}

TEST(FailureGuard, EndsAPassAfterTooManyInARow) {
  FailureGuard guard({.failures_consecutive = 3, .failures_percent = 100}, 100, false);
  guard.failed();
  guard.failed();
  EXPECT_FALSE(guard.tripped());
  guard.succeeded();
  guard.failed();
  guard.failed();
  EXPECT_FALSE(guard.tripped()) << "a success in between starts the count anew";
  guard.failed();
  EXPECT_TRUE(guard.tripped());
}

TEST(FailureGuard, EndsAPassAfterTooLargeAShare) {
  FailureGuard guard({.failures_consecutive = 1000, .failures_percent = 20}, 50, false);
  for (int i = 0; i < 10; ++i) guard.failed();
  EXPECT_FALSE(guard.tripped()) << "20 % is allowed";
  guard.failed();
  EXPECT_TRUE(guard.tripped());
}

TEST(Guards, MeasureAnEmptyPlan) {
  for (const GuardVerdict& verdict : judge(plan_of(0, 0), {}, {}, nullptr))
    EXPECT_EQ(verdict.value, 0) << verdict.guard;
}

TEST(Guards, AreTheOnesThatForceKnows) {
  EXPECT_EQ(guard_names(),
            (std::vector<std::string>{"changed_percent", "changed_images", "removed_fields", "shrink_percent",
                                      "exposure", "selection_grew_percent", "failures"}));
}

TEST(FailureGuard, ShowsTheLimitThatItWentBy) {
  FailureGuard row({.failures_consecutive = 2, .failures_percent = 100}, 100, false);
  row.failed();
  row.failed();
  EXPECT_EQ(row.tripped()->limit, 2);
  EXPECT_EQ(row.tripped()->value, 2);
  FailureGuard share({.percent_from_images = 10, .failures_consecutive = 0, .failures_percent = 20}, 10, false);
  for (int i = 0; i < 2; ++i) share.failed();
  EXPECT_FALSE(share.tripped()) << "no limit in a row, and 20 % are allowed";
  share.failed();
  ASSERT_TRUE(share.tripped()) << "ten images are enough for a share";
  EXPECT_EQ(share.tripped()->limit, 20);
  EXPECT_EQ(share.tripped()->value, 30);
}

TEST(FailureGuard, SaysWhenItEndedThePassNotHowItEnded) {
  FailureGuard share({.percent_from_images = 10, .failures_consecutive = 0, .failures_percent = 20}, 34, false);
  for (int i = 0; i < 7; ++i) share.failed();
  EXPECT_EQ(share.tripped().value().detail,
            "the pass was ended when 7 of 34 images had failed (21 %, the limit is 20 %); what had not begun by then "
            "was skipped; to go on all the same: --force failures");
}

TEST(FailureGuard, CanBeForcedAndKeepsQuietOverAHandful) {
  FailureGuard forced({.failures_consecutive = 1}, 100, true);
  forced.failed();
  EXPECT_FALSE(forced.tripped());
  FailureGuard few({.percent_from_images = 10, .failures_consecutive = 10}, 3, false);
  few.failed();
  EXPECT_FALSE(few.tripped());
}

}  // namespace retouch::core
