#include <gtest/gtest.h>

#include "retouch/cli/render.hpp"
#include "sample_plan.hpp"

namespace retouch::cli {

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(PlanAsText, ShowsSignsValuesCausesAndLines) {
  const std::string text = plan_as_text(test::sample_plan(), {});
  EXPECT_TRUE(has(text, "lab (glance): 1000 images seen, 12 matched by 12 entries")) << text;
  EXPECT_TRUE(has(text, "~ Ubuntu 24.04  3f0c  # ubuntu-24.04, images/ubuntu.yaml:14:5"));
  EXPECT_TRUE(has(text, "~ hw_firmware_type  \"bios\" -> \"uefi\"  # unknown, line 20"));
  EXPECT_TRUE(has(text, "+ os_distro         \"ubuntu\""));
  EXPECT_TRUE(has(text, "- old               \"x\"  # unknown, images/base.yaml:3:7")) << "a line of another file";
  EXPECT_TRUE(has(text, "held: opens the image"));
  EXPECT_TRUE(has(text, "unresolved x: no image has name \"X\""));
  EXPECT_TRUE(
      has(text,
          "Plan: 1 image to change (attributes: 1 added, 1 changed, 1 removed). 1 unresolved. 1 held. 3 requests, "
          "about 0.2 s at the limit."));
  EXPECT_TRUE(has(text, "Fingerprint: sha256:"));
}

TEST(PlanAsText, ShowsAlikeChangesOnce) {
  core::Plan plan = test::sample_plan();
  plan.clouds[0].changes.clear();
  for (int i = 0; i < 40; ++i) {
    plan.clouds[0].changes.push_back(
        test::sample_change("id" + std::to_string(i), "runner-" + std::to_string(100 + i)));
  }
  const std::string text = plan_as_text(plan, {});
  EXPECT_TRUE(has(text, "40 images: runner-100, runner-101")) << text;
  EXPECT_TRUE(has(text, "and 30 more"));
  EXPECT_EQ(text.find("uefi"), text.rfind("uefi"));
}

TEST(PlanAsText, NamesAdoptionsAndWhatIsUnknownWithoutAState) {
  core::Plan plan = test::sample_plan();
  EXPECT_FALSE(has(plan_as_text(plan, {}), "adoption"));
  EXPECT_FALSE(has(plan_as_text(plan, {}), "state: none"));
  plan.clouds[0].changes[0].adoption = true;
  plan.remembers = false;
  const std::string text = plan_as_text(plan, {});
  EXPECT_TRUE(has(text, "# ubuntu-24.04, images/ubuntu.yaml:14:5, adoption\n")) << text;
  EXPECT_TRUE(has(text, "\nstate: none: causes are unknown, and the guards see neither")) << text;
}

TEST(PlanAsText, CallsDriftByItsName) {
  const std::string text = plan_as_text(test::sample_plan(), {}, About::drift);
  EXPECT_TRUE(has(text, "Drift: 1 image to change back (attributes: 1 added, 1 changed, 1 removed).")) << text;
  EXPECT_TRUE(has(plan_as_text({}, {}, About::drift), "Drift: nothing to change back."));
}

TEST(PlanAsText, SaysThatNothingIsToBeDone) {
  const core::Plan plan{.clouds = {{.cloud = "lab", .provider = "glance"}}};
  const std::string text = plan_as_text(plan, {});
  EXPECT_TRUE(has(text, "lab (glance): not asked, no entry is about it"));
  EXPECT_TRUE(has(text, "Plan: nothing to change."));
  EXPECT_FALSE(has(text, "Fingerprint"));
}

TEST(PlanAsText, SaysWhyACloudWithoutAnyEntryIsRefused) {
  core::CloudPlan cloud{.cloud = "lab", .provider = "glance", .outcome = core::Outcome::refused};
  cloud.guards.push_back({.guard = "shrink_percent", .refused = true, .detail = "source site has 0 entries"});
  const std::string text = plan_as_text({.clouds = {cloud}}, {});
  EXPECT_TRUE(has(text, "not asked, no entry is about it\n  refused by guard shrink_percent: source site has 0"))
      << text;
}

TEST(PlanAsText, NamesTheGuardTheFlagAndTheFailedCloud) {
  core::Plan plan = test::sample_plan();
  plan.clouds[0].guards.push_back(
      {.guard = "changed_images", .refused = true, .detail = "6 images; --force changed_images"});
  plan.clouds.push_back(
      {.cloud = "down", .provider = "ims", .outcome = core::Outcome::failed, .error = "connection refused"});
  const std::string text = plan_as_text(plan, {});
  EXPECT_TRUE(has(text, "refused by guard changed_images: 6 images; --force changed_images"));
  EXPECT_TRUE(has(text, "down (ims): failed: connection refused"));
  EXPECT_TRUE(has(text, "Plan: incomplete: 1 cloud could not be planned; 1 image to change in the other (attributes:"));
}

TEST(PlanAsText, NeverSoundsWellWhenACloudFailed) {
  const core::CloudPlan down{
      .cloud = "down", .provider = "ims", .outcome = core::Outcome::failed, .error = "connection refused"};
  core::Plan plan{.clouds = {down}};
  EXPECT_TRUE(has(plan_as_text(plan, {}), "\nPlan: incomplete: 1 cloud could not be planned.\n"));
  plan.clouds.push_back({.cloud = "lab", .provider = "glance"});
  EXPECT_TRUE(has(plan_as_text(plan, {}), "1 cloud could not be planned; nothing to change in the other.\n"));
  plan.clouds.push_back({.cloud = "west", .provider = "glance"});
  EXPECT_TRUE(has(plan_as_text(plan, {}), "nothing to change in the others.\n")) << plan_as_text(plan, {});
}

TEST(PlanAsText, NeverLetsForeignTextSpeakToTheTerminal) {
  core::Plan plan = test::sample_plan();
  plan.clouds[0].changes[0].image_name = "evil\x1b[2J\u202e";
  plan.clouds[0].changes[0].fields[0].after = "a\nb\x07";
  plan.clouds[0].unresolved[0].reason = "\x1b]0;title\x07";
  plan.clouds[0].warnings.push_back("\x1b[31m");
  const std::string text = plan_as_text(plan, {});
  EXPECT_FALSE(has(text, "\x1b"));
  EXPECT_FALSE(has(text, "\x07"));
  EXPECT_FALSE(has(text, "\u202e"));
}

TEST(PlanAsText, UsesColourOnlyWhenAsked) {
  EXPECT_FALSE(has(plan_as_text(test::sample_plan(), {.color = false}), "\x1b["));
  EXPECT_TRUE(has(plan_as_text(test::sample_plan(), {.color = true}), "\x1b["));
}

}  // namespace retouch::cli
