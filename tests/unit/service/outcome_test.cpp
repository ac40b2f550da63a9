// What a pass came to: in words, in numbers of images, in the status, and in what others are told.
#include "retouch/service/outcome.hpp"

#include <gtest/gtest.h>

#include "news.hpp"
#include "retouch/service/image_states.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;
using core::Action;
using core::Cause;
using reconcile::Status;

core::FieldChange field(const std::string& name, Action action = Action::apply, Cause cause = Cause::drift) {
  return {.name = name, .before = std::string("a"), .after = std::string("b"), .cause = cause, .action = action};
}
core::CloudPlan plan_of(std::vector<core::ImageChange> changes, std::int64_t matched = 10) {
  core::CloudPlan plan{.cloud = "lab", .provider = "glance", .images_matched = matched};
  plan.changes = std::move(changes);
  return plan;
}
reconcile::ImageResult result(const std::string& image, Status status, std::vector<core::FieldChange> fields,
                              std::set<std::string> undone = {}) {
  return {.entry = "e", .image_id = image, .status = status, .fields = std::move(fields), .undone = std::move(undone)};
}

TEST(ImageStates, AnImageCountsOnceInTheWorstOfItsStates) {
  const auto states = [](std::vector<core::FieldChange> fields) {
    return image_states(plan_of({{.entry = "e", .image_id = "1", .fields = std::move(fields)}}), nullptr, nullptr);
  };
  for (const auto& [better, worse, expected] :
       {std::tuple{field("a", Action::apply, Cause::pending), field("b"), "drifted"},
        {field("a"), field("b", Action::refused), "refused"},
        {field("a", Action::refused), field("b", Action::held), "held"},
        {field("a", Action::warn, Cause::pending), field("b", Action::apply, Cause::pending), "pending"}}) {
    for (const auto& counts : {states({better, worse}), states({worse, better})}) {
      EXPECT_EQ(counts.at(expected), 1) << expected;
      EXPECT_EQ(counts.at("synced"), 9);
      EXPECT_EQ(counts.size(), 9u) << "all of them are always there";
    }
  }
}

TEST(ImageStates, AHoldOfContentionIsContendedAlsoWhenItBeginsNow) {
  core::CloudPlan plan = plan_of({{.entry = "e", .image_id = "1", .fields = {field("f", Action::held)}}});
  core::Memory memory;
  memory.images["1"].holds["f"] = {.why = core::Hold::Why::contention};
  EXPECT_EQ(image_states(plan, &memory, nullptr).at("contended"), 1);
  memory.images["1"].holds["f"] = {.why = core::Hold::Why::rollback};
  EXPECT_EQ(image_states(plan, &memory, nullptr).at("held"), 1);
  plan.notes.contended.push_back({.image_id = "1", .field = "f"});
  EXPECT_EQ(image_states(plan, &memory, nullptr).at("contended"), 1);
}

TEST(ImageStates, WhatWasAppliedIsSyncedWhatFailedIsFailed) {
  const core::CloudPlan plan = plan_of({{.entry = "e", .image_id = "1", .fields = {field("a")}},
                                        {.entry = "e", .image_id = "2", .fields = {field("a")}},
                                        {.entry = "e", .image_id = "3", .fields = {field("a"), field("b")}},
                                        {.entry = "e", .image_id = "4", .fields = {field("a")}}});
  reconcile::ApplyReport report;
  report.results = {result("1", Status::changed, {field("a")}), result("2", Status::failed, {field("a")}, {"a"}),
                    result("3", Status::partial, {field("a"), field("b")}, {"b"}),
                    result("4", Status::skipped, {field("a")}, {"a"})};
  const auto counts = image_states(plan, nullptr, &report);
  EXPECT_EQ(counts.at("synced"), 7);
  EXPECT_EQ(counts.at("failed"), 2);
  EXPECT_EQ(counts.at("drifted"), 1);
}

TEST(ImageStates, EntriesWithoutAnImageAreCountedBeside) {
  core::CloudPlan plan = plan_of({});
  plan.unresolved = {{.entry = "x"}, {.entry = "y"}};
  plan.suspended = {"z"};
  plan.refused = {{.entry = "e", .image_id = "1"}, {.entry = "w"}};
  const auto counts = image_states(plan, nullptr, nullptr);
  EXPECT_EQ(counts.at("unresolved"), 2);
  EXPECT_EQ(counts.at("suspended"), 1);
  EXPECT_EQ(counts.at("refused"), 1);
  EXPECT_EQ(counts.at("synced"), 9);
}

TEST(ResultWord, SaysTheKindOfEnd) {
  const Error throttled{.code = Errc::http_status, .reaction = Reaction::throttled};
  EXPECT_EQ(result_word(0, {}), "success");
  EXPECT_EQ(result_word(3, {}), "partial");
  EXPECT_EQ(result_word(4, {}), "refused");
  EXPECT_EQ(result_word(7, {}), "refused");
  EXPECT_EQ(result_word(6, {}), "auth");
  EXPECT_EQ(result_word(75, throttled), "throttled");
  EXPECT_EQ(result_word(75, {}), "error");
  EXPECT_EQ(result_word(8, {}), "error");
  EXPECT_EQ(result_word(130, {}), "") << "a stop is no result";
}

TEST(WhatIsLeft, OfAPlanIsWhatWasNotApplied) {
  const core::CloudPlan plan =
      plan_of({{.entry = "e", .image_id = "1", .fields = {field("a"), field("w", Action::warn)}},
               {.entry = "e", .image_id = "2", .fields = {field("a")}},
               {.entry = "e", .image_id = "3", .fields = {field("a"), field("b")}},
               {.entry = "e", .image_id = "4", .fields = {field("a")}}});
  reconcile::ApplyReport report;
  report.results = {result("1", Status::changed, {field("a")}), result("2", Status::changed, {field("a")}),
                    result("3", Status::partial, {field("a"), field("b")}, {"b"})};
  const core::CloudPlan left = what_is_left(plan, &report);
  ASSERT_EQ(left.changes.size(), 3u);
  EXPECT_EQ(left.changes[0].fields.at(0).name, "w");
  EXPECT_EQ(left.changes[1].fields.at(0).name, "b");
  EXPECT_EQ(left.changes[2].image_id, "4") << "nothing is known of it";
  EXPECT_EQ(what_is_left(plan, nullptr).changes.size(), 4u);
  EXPECT_EQ(left.changes.capacity(), 3u) << "it is kept until the next pass, without room for what was applied";
}

CloudOutcome refused_at(const std::string& fingerprint) {
  auto plan = std::make_shared<core::CloudPlan>(plan_of({}));
  plan->guards = {{.guard = "changed_images", .limit = 1, .value = 2, .refused = true}, {.guard = "exposure"}};
  return {.cloud = "lab", .exit_code = 4, .result = "refused", .plan = plan, .fingerprint = fingerprint};
}

TEST(TakeOutcome, ARefusalIsAsOldAsItIsTheSame) {
  CloudStatus status;
  const Wall noon = Wall{} + 12h;
  take_outcome(status, refused_at("one"), noon, 1min);
  take_outcome(status, refused_at("one"), noon + 1h, 1min);
  ASSERT_EQ(status.refusals.size(), 1u);
  EXPECT_EQ(status.refusals[0].at, noon + 1min);
  take_outcome(status, refused_at("two"), noon + 2h, 1min);
  EXPECT_EQ(status.refusals[0].at, noon + 2h + 1min);
}

TEST(TakeOutcome, WhatFailedKeepsWhatIsKnownFromBefore) {
  CloudStatus status;
  const Wall noon = Wall{} + 12h;
  take_outcome(status, refused_at("one"), noon, 1min);
  take_outcome(status, {.cloud = "lab", .exit_code = 75, .result = "error", .error = Error{.message = "down"}},
               noon + 1h, 1s);
  EXPECT_EQ(status.failures, 1);
  EXPECT_EQ(status.last_success, noon + 1min);
  EXPECT_EQ(status.error, "down");
  EXPECT_EQ(status.refusals.size(), 1u) << "no plan was made that would say otherwise";
  EXPECT_EQ(status.fingerprint, "one");
}

TEST(News, OfAPartialImageTheFieldThatFailedIsToldAsFailed) {
  PassOutcome outcome{.began = Wall{} + 12h};
  CloudOutcome cloud{.cloud = "lab", .result = "partial"};
  cloud.report.emplace();
  cloud.report->results = {result("3", Status::partial, {field("a"), field("b")}, {"b"}),
                           result("4", Status::unchanged, {field("a")})};
  cloud.report->results[0].error = Error{.message = "forbidden"};
  outcome.clouds.push_back(std::move(cloud));
  const RunNotice notice = notice_of(outcome, "us", Wall{} + 13h);
  EXPECT_EQ(notice.began, Wall{} + 12h);
  const auto& changes = notice.clouds.at(0).changes;
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].status, core::ChangeStatus::applied);
  EXPECT_EQ(changes[0].error, "");
  EXPECT_EQ(changes[1].status, core::ChangeStatus::failed);
  EXPECT_EQ(changes[1].error, "forbidden");
}

}  // namespace
}  // namespace retouch::service
