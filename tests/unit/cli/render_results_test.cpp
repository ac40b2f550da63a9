#include <gtest/gtest.h>

#include "retouch/cli/render.hpp"
#include "sample_plan.hpp"

namespace retouch::cli {

namespace {

reconcile::ApplyReport sample_report() {
  reconcile::ApplyReport report;
  report.results.push_back({.entry = "a", .image_id = "1", .image_name = "One", .status = reconcile::Status::changed});
  report.results.push_back({.entry = "b",
                            .image_id = "2",
                            .image_name = "Two",
                            .status = reconcile::Status::failed,
                            .error = Error{.code = Errc::http_status,
                                           .message = "Attribute 'x' is read-only.",
                                           .status = 403,
                                           .cloud_code = "403 Forbidden",
                                           .request_id = "req-1"}});
  return report;
}

}  // namespace

TEST(ResultsAsText, GivesEachFailureOneReadableLine) {
  const core::Plan plan = test::sample_plan();
  const auto report = sample_report();
  const std::string text = results_as_text({{&plan.clouds[0], &report}}, {});
  EXPECT_EQ(text,
            "failed lab: Two (2): Attribute 'x' is read-only. [HTTP 403 Forbidden, request req-1]\n"
            "Applied lab: 1 changed, 1 failed.\n");
}

TEST(ResultsAsText, SaysWhyAPassEndedEarly) {
  const core::Plan plan = test::sample_plan();
  reconcile::ApplyReport report;
  report.ended_by = Error{.code = Errc::cancelled, .message = "stopped before it was tried"};
  report.failures = core::GuardVerdict{.guard = "failures", .detail = "10 images in a row failed"};
  const std::string text = results_as_text({{&plan.clouds[0], &report}}, {});
  EXPECT_NE(text.find("ended early lab: stopped before it was tried"), std::string::npos);
  EXPECT_NE(text.find("refused by guard lab: failures: 10 images in a row failed"), std::string::npos);
}

TEST(ResultsAsJson, IsThePlanWithResultsAndTheirCounts) {
  const core::Plan plan = test::sample_plan();
  const auto report = sample_report();
  const Json document = results_as_json(plan, {{&plan.clouds[0], &report}});
  EXPECT_EQ(document["format_version"], "1.0");
  EXPECT_EQ(document["clouds"][0]["results"][1]["status"], "failed");
  EXPECT_EQ(document["clouds"][0]["results"][1]["error"]["code"], "403 Forbidden");
  EXPECT_EQ(document["clouds"][0]["results"][1]["error"]["request_id"], "req-1");
  EXPECT_EQ(document["summary"]["changed"], 1);
  EXPECT_EQ(document["summary"]["failed"], 1);
  EXPECT_EQ(document["summary"]["skipped"], 0);
  EXPECT_EQ(document["summary"]["changes"], 1) << "the plan's own summary stays";
}

TEST(ResultsAsJson, HasAnEmptyListWhereNothingWasSent) {
  const core::Plan plan = test::sample_plan();
  const Json document = results_as_json(plan, {{&plan.clouds[0], nullptr}});
  EXPECT_EQ(document["clouds"][0]["results"], Json::array());
}

}  // namespace retouch::cli
