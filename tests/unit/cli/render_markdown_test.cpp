#include <gtest/gtest.h>

#include "retouch/cli/render.hpp"
#include "sample_plan.hpp"

namespace retouch::cli {

TEST(PlanAsMarkdown, SaysFirstThatACloudIsMissing) {
  core::Plan plan = test::sample_plan();
  EXPECT_EQ(plan_as_markdown(plan).find("Incomplete"), std::string::npos);
  plan.clouds.push_back({.cloud = "down", .provider = "ims", .outcome = core::Outcome::failed, .error = "refused"});
  EXPECT_TRUE(plan_as_markdown(plan).starts_with(
      "### retouch plan\n\n**Incomplete**: 1 of 2 clouds could not be planned.\n\n| cloud"));
}

TEST(PlanAsMarkdown, PutsTheSummaryFirstAndFoldsTheRest) {
  const std::string text = plan_as_markdown(test::sample_plan());
  const auto summary = text.find("| lab | 1 | 1 | 0 | 1 | 3 | 0.2 s | ok |");
  const auto details = text.find("<details>");
  ASSERT_NE(summary, std::string::npos) << text;
  ASSERT_NE(details, std::string::npos);
  EXPECT_LT(summary, details);
  EXPECT_NE(text.find("</details>"), std::string::npos);
}

TEST(PlanAsMarkdown, StaysBelowItsCapAndClosesWhatItOpened) {
  core::Plan plan = test::sample_plan();
  for (int i = 0; i < 5000; ++i)
    plan.clouds[0].changes.push_back(test::sample_change(std::to_string(i), std::string(200, 'n')));
  const std::string text = plan_as_markdown(plan);
  EXPECT_LE(text.size(), markdown_cap);
  EXPECT_GT(text.size(), markdown_cap / 2);
  EXPECT_NE(text.find("</details>"), std::string::npos);
  EXPECT_NE(text.find("left out for length"), std::string::npos);
}

TEST(PlanAsMarkdown, KeepsForeignTextFromComingAlive) {
  core::Plan plan = test::sample_plan();
  plan.clouds[0].changes[0].image_name = "<script>|@all [x](http://evil) `";
  const std::string text = plan_as_markdown(plan);
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_EQ(text.find("@all"), std::string::npos);
  EXPECT_EQ(text.find("http://evil"), std::string::npos);
}

TEST(PlanAsMarkdown, NamesCausesAdoptionsAndWhatIsUnknownWithoutAState) {
  core::Plan plan = test::sample_plan();
  plan.clouds[0].changes[0].adoption = true;
  plan.clouds[0].changes[0].fields[0].cause = core::Cause::drift;
  plan.remembers = false;
  const std::string text = plan_as_markdown(plan);
  EXPECT_NE(text.find("| drift, adoption |"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown, adoption; opens the image"), std::string::npos) << text;
  EXPECT_NE(text.find("state: none: causes are unknown"), std::string::npos) << text;
}

}  // namespace retouch::cli
