#include "retouch/reconcile/exit_code.hpp"

#include <gtest/gtest.h>

namespace retouch::reconcile {

namespace {

ApplyReport report_of(std::initializer_list<Status> statuses) {
  ApplyReport report;
  for (const Status status : statuses) {
    report.results.push_back({.image_id = std::to_string(report.results.size()), .status = status});
  }
  return report;
}

}  // namespace

TEST(ExitCodeOfError, FollowsTheTable) {
  struct Case {
    Error error;
    ExitCode code;
  };
  const Case cases[] = {
      {{.code = Errc::invalid_input}, exit_invalid},
      {{.code = Errc::credentials, .reaction = Reaction::auth}, exit_auth},
      {{.code = Errc::permission, .reaction = Reaction::auth}, exit_auth},
      {{.code = Errc::credentials, .reaction = Reaction::permanent}, exit_auth},
      {{.code = Errc::permission, .reaction = Reaction::permanent}, exit_auth},
      {{.code = Errc::stale_plan}, exit_stale},
      {{.code = Errc::locked, .reaction = Reaction::transient}, exit_locked},
      {{.code = Errc::guard}, exit_guard},
      {{.code = Errc::throttled, .reaction = Reaction::throttled}, exit_later},
      {{.code = Errc::connect, .reaction = Reaction::transient}, exit_later},
      {{.code = Errc::http_status, .reaction = Reaction::transient, .status = 401}, exit_later},
      {{.code = Errc::cancelled}, exit_interrupted},
      {{.code = Errc::usage}, exit_error},
      {{.code = Errc::tls}, exit_error},
  };
  for (const Case& c : cases) EXPECT_EQ(exit_code_of(c.error), c.code) << to_string(c.error.code);
}

TEST(ExitCodeOfPlan, TellsChangesOnlyWhenAsked) {
  core::CloudPlan changes{.writes = 3};
  EXPECT_EQ(exit_code_of_plan(changes, false), exit_ok);
  EXPECT_EQ(exit_code_of_plan(changes, true), exit_changes);
  EXPECT_EQ(exit_code_of_plan({}, true), exit_ok);
  core::CloudPlan unresolved;
  unresolved.unresolved.push_back({"e", "no image", {}});
  EXPECT_EQ(exit_code_of_plan(unresolved, false), exit_ok);
  EXPECT_EQ(exit_code_of_plan(unresolved, true), exit_partial);
}

TEST(ExitCodeOfPlan, IsFourWhereAGuardRefusesThoughNothingWouldBeSent) {
  core::CloudPlan shrunk{.outcome = core::Outcome::refused};
  EXPECT_EQ(exit_code_of_plan(shrunk, true), exit_guard);
  EXPECT_EQ(exit_code_of_plan(shrunk, false), exit_ok);
  shrunk.writes = 1;
  EXPECT_EQ(exit_code_of_plan(shrunk, true), exit_changes);
}

TEST(ExitCodeOfPlan, IsTheCloudsOwnWhenItCouldNotBePlanned) {
  const core::CloudPlan failed{.outcome = core::Outcome::failed, .exit_code = exit_auth};
  EXPECT_EQ(exit_code_of_plan(failed, false), exit_auth);
}

TEST(ExitCodeOfApply, IsThreeWhenAnythingWasLeftUndone) {
  for (const Status bad : {Status::failed, Status::partial, Status::skipped}) {
    const ApplyReport report = report_of({Status::changed, bad});
    EXPECT_EQ(exit_code_of_apply({}, &report), exit_partial);
  }
  const ApplyReport good = report_of({Status::changed, Status::unchanged});
  EXPECT_EQ(exit_code_of_apply({}, &good), exit_ok);
  core::CloudPlan held;
  held.held.push_back("visibility");
  EXPECT_EQ(exit_code_of_apply(held, &good), exit_partial);
  EXPECT_EQ(exit_code_of_apply({.outcome = core::Outcome::refused}, nullptr), exit_guard);
}

TEST(ApplyReport, CountsAnImageOnceHoweverManyEntriesChangedIt) {
  ApplyReport report = report_of({Status::changed, Status::unchanged, Status::skipped, Status::failed});
  report.results[1].image_id = report.results[0].image_id;
  EXPECT_EQ(report.count(Status::changed), 1);
  EXPECT_EQ(report.count(Status::unchanged), 0);
  report.results[3].image_id = report.results[0].image_id;
  EXPECT_EQ(report.count(Status::partial), 1);
  EXPECT_EQ(report.count(Status::skipped), 1);
}

TEST(ExitCodeOfApply, IsTheReasonWhyItEndedEarly) {
  ApplyReport report = report_of({Status::changed, Status::skipped});
  report.ended_by = Error{.code = Errc::timeout, .reaction = Reaction::transient};
  EXPECT_EQ(exit_code_of_apply({}, &report), exit_later);
  report.ended_by = Error{.code = Errc::cancelled};
  EXPECT_EQ(exit_code_of_apply({}, &report), exit_interrupted);
}

TEST(Combine, IsTheCommonCodeOrTheWorst) {
  EXPECT_EQ(combine({}), exit_ok);
  EXPECT_EQ(combine({{exit_auth, false}, {exit_auth, false}}), exit_auth);
  EXPECT_EQ(combine({{exit_ok, true}, {exit_auth, false}}), exit_partial);
  EXPECT_EQ(combine({{exit_ok, false}, {exit_auth, false}}), exit_auth);
  EXPECT_EQ(combine({{exit_later, false}, {exit_locked, false}, {exit_auth, false}}), exit_locked);
  EXPECT_EQ(combine({{exit_error, false}, {exit_invalid, false}}), exit_invalid);
  EXPECT_EQ(combine({{exit_ok, false}, {exit_changes, false}}), exit_changes);
  EXPECT_EQ(combine({{exit_changes, false}, {exit_partial, false}}), exit_partial);
}

TEST(ExitCodeOfApply, OfACloudThatCouldNotBePlannedIsItsOwn) {
  const core::CloudPlan failed{.outcome = core::Outcome::failed, .exit_code = exit_locked};
  EXPECT_EQ(exit_code_of_apply(failed, nullptr), exit_locked);
}

TEST(ExitCodeOfApply, IsThreeWhenNothingHadToBeSentButSomethingNeedsAttention) {
  core::CloudPlan refused;
  refused.refused.push_back({"e", "1", "name", "read-only", {}});
  EXPECT_EQ(exit_code_of_apply(refused, nullptr), exit_partial);
  EXPECT_EQ(exit_code_of_plan(refused, true), exit_partial);
  EXPECT_EQ(exit_code_of_apply({}, nullptr), exit_ok);
  core::CloudPlan held;
  held.held.push_back("visibility");
  EXPECT_EQ(exit_code_of_plan(held, true), exit_partial);
}

TEST(ExitCodeOfApply, OfThePassThatItsFailuresEndedIsFour) {
  ApplyReport report = report_of({Status::failed, Status::skipped});
  report.failures = core::GuardVerdict{.guard = "failures", .refused = true};
  EXPECT_EQ(exit_code_of_apply({}, &report), exit_guard);
}

TEST(Combine, OrdersGuardsBeforeStalePlansBeforeLater) {
  EXPECT_EQ(combine({{exit_stale, false}, {exit_guard, false}}), exit_guard);
  EXPECT_EQ(combine({{exit_later, false}, {exit_stale, false}}), exit_stale);
  EXPECT_EQ(combine({{exit_error, false}, {exit_later, false}}), exit_later);
  EXPECT_EQ(combine({{exit_interrupted, false}, {exit_ok, true}}), exit_interrupted) << "somebody stopped it";
}

}  // namespace retouch::reconcile
