#include "retouch/service/status.hpp"

#include <gtest/gtest.h>

namespace retouch::service {
namespace {

Wall at(int seconds) { return Wall{} + std::chrono::seconds(seconds); }

TEST(StatusDocument, WhatIsNotKnownYetIsNull) {
  Status status{.now = at(10), .configuration = "/etc/retouch/retouch.yaml"};
  status.clouds.push_back({.cloud = "lab", .provider = "glance", .mode = "report"});
  status.sources.push_back({.name = "site", .kind = "directory", .location = "manifests"});
  const Json document = to_document(status);
  EXPECT_EQ(document.at("format_version"), "1.0");
  EXPECT_EQ(document.at("now"), "1970-01-01T00:00:10Z");
  const Json& cloud = document.at("clouds").at(0);
  for (const char* key :
       {"account", "last_run_at", "next_run_at", "result", "error", "token_expires_at", "plan", "suspended"})
    EXPECT_TRUE(cloud.at(key).is_null()) << key;
  EXPECT_TRUE(document.at("sources").at(0).at("revision").is_null());
}

TEST(StatusDocument, ALongPlanIsCutAndSaysByHowMuch) {
  auto plan = std::make_shared<core::CloudPlan>();
  for (int i = 0; i < 130; ++i) plan->changes.push_back({.entry = "e", .image_id = std::to_string(i)});
  Status status;
  status.clouds.push_back({.cloud = "lab", .provider = "glance", .plan = plan, .fingerprint = "sha256:ab"});
  const Json cut = to_document(status).at("clouds").at(0).at("plan");
  EXPECT_EQ(cut.at("changes").size(), 100u);
  EXPECT_EQ(cut.at("changes_left_out"), 30);
  EXPECT_EQ(cut.at("fingerprint"), "sha256:ab");
}

TEST(StatusDocument, ASuspensionShowsItsAge) {
  Status status{.now = at(100)};
  status.suspended.push_back(
      {.what = state::Suspended::What::entry, .name = "e", .suspension = {.since = at(40), .by = "ann@x"}});
  const Json one = to_document(status).at("suspended").at(0);
  EXPECT_EQ(one.at("age_seconds"), 60);
  EXPECT_EQ(one.at("what"), "entry");
  EXPECT_TRUE(one.at("until").is_null());
}

TEST(StatusDocument, ARunHasItsChangesAndNoExitCodeWhileItGoesOn) {
  Status status;
  status.runs.push_back(
      {.id = "r1", .verb = "run", .began = at(1), .passes = {{.cloud = "lab", .account = "a", .outcome = "changes"}}});
  status.changes["r1"].push_back({.run = "r1",
                                  .cloud = "lab",
                                  .entry = "e",
                                  .image_id = "i",
                                  .change = {.name = "min_ram", .before = std::int64_t{1}, .after = std::int64_t{2}}});
  const Json run = to_document(status).at("runs").at(0);
  EXPECT_TRUE(run.at("exit_code").is_null());
  EXPECT_EQ(run.at("changes").at(0).at("before"), 1);
  EXPECT_EQ(run.at("changes").at(0).at("name"), "min_ram");
}

}  // namespace
}  // namespace retouch::service
