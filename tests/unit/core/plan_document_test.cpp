#include "retouch/core/plan_document.hpp"

#include <gtest/gtest.h>

namespace retouch::core {

namespace {

Plan sample() {
  CloudPlan cloud{
      .cloud = "lab", .provider = "glance", .outcome = Outcome::changes, .images_seen = 1000, .entries = 12};
  cloud.changes.push_back(
      {.entry = "ubuntu-24.04",
       .image_id = "3f0c",
       .image_name = "Ubuntu 24.04",
       .owner = "p1",
       .status = "active",
       .place = {"images/ubuntu.yaml", 14, 5},
       .fields = {{.name = "hw_firmware_type", .op = Op::replace, .before = "bios", .after = "uefi"}}});
  cloud.unresolved.push_back({"x", "no image has name \"X\"", {}});
  cloud.reads = 2;
  cloud.writes = 1;
  return Plan{
      .created_at = parse_rfc3339("2026-11-21T20:48:00Z").value(), .sources = {{"images", "abc"}}, .clouds = {cloud}};
}

}  // namespace

TEST(PlanDocument, HasTheShapeThatOthersReadItBy) {
  const Json document = to_document(sample());
  EXPECT_EQ(document["format_version"], "1.0");
  EXPECT_EQ(document["created_at"], "2026-11-21T20:48:00Z");
  EXPECT_EQ(document["sources"][0]["revision"], "abc");
  const Json& cloud = document["clouds"][0];
  EXPECT_EQ(cloud["outcome"], "changes");
  EXPECT_EQ(cloud["images_seen"], 1000);
  EXPECT_EQ(cloud["changes"][0]["source"], "images/ubuntu.yaml:14:5");
  const Json field = cloud["changes"][0]["fields"][0];
  EXPECT_EQ(field["name"], "hw_firmware_type");
  EXPECT_EQ(field["op"], "replace");
  EXPECT_EQ(field["before"], "bios");
  EXPECT_EQ(field["after"], "uefi");
  EXPECT_EQ(field["cause"], "unknown");
  EXPECT_EQ(field["action"], "apply");
  EXPECT_EQ(cloud["requests"]["writes"], 1);
  EXPECT_EQ(document["summary"],
            (Json{{"changes", 1}, {"fields", 1}, {"unresolved", 1}, {"refused", 0}, {"requests", 3}}));
}

TEST(Fingerprint, IgnoresRevisionPlacesTimesAndEstimates) {
  const Plan a = sample();
  Plan b = sample();
  b.created_at += std::chrono::hours(3);
  b.sources[0].revision = "def";
  b.clouds[0].changes[0].place.line = 99;
  b.clouds[0].estimated_seconds = 7;
  b.clouds[0].changes[0].entry = "moved-to-another-entry";
  EXPECT_EQ(fingerprint(a), fingerprint(b));
}

TEST(Fingerprint, CoversDesiredAndLiveValuesIdOwnerAndStatus) {
  const std::string original = fingerprint(sample());
  std::vector<std::function<void(ImageChange&)>> edits = {
      [](ImageChange& c) { c.fields[0].after = "bios2"; }, [](ImageChange& c) { c.fields[0].before = "moved"; },
      [](ImageChange& c) { c.image_id = "4a"; }, [](ImageChange& c) { c.owner = "p2"; },
      [](ImageChange& c) { c.status = "deactivated"; }};
  for (std::size_t i = 0; i < edits.size(); ++i) {
    Plan edited = sample();
    edits[i](edited.clouds[0].changes[0]);
    EXPECT_NE(fingerprint(edited), original) << "edit " << i;
  }
}

TEST(Fingerprint, TellsWhatWouldBeSentFromWhatIsOnlyReported) {
  const std::string original = fingerprint(sample());
  Plan edited = sample();
  FieldChange& field = edited.clouds[0].changes[0].fields[0];
  field.action = Action::held;
  EXPECT_EQ(fingerprint(edited), original) << "an exposure may be accepted after the review";
  for (const Action action : {Action::warn, Action::refused}) {
    field.action = action;
    EXPECT_NE(fingerprint(edited), original);
  }
}

TEST(PlanFile, IsReadBack) {
  const auto file = read_plan_file(sealed(to_document(sample())).dump(2), "plan.json");
  ASSERT_TRUE(file) << describe(file.error());
  EXPECT_EQ(file->fingerprint, fingerprint(sample()));
  EXPECT_EQ(file->clouds, std::vector<std::string>{"lab"});
  EXPECT_TRUE(file->changes.contains(change_digest("lab", sample().clouds[0].changes[0])));
  EXPECT_FALSE(file->changes.contains(change_digest("other", sample().clouds[0].changes[0])));
}

TEST(PlanFile, TellsWhatHasMovedSince) {
  Plan plan = sample();
  auto& changes = plan.clouds[0].changes;
  for (const auto* id : {"4a", "5b", "6c"}) {
    changes.push_back(changes[0]);
    changes.back().image_id = id;
  }
  const auto file = read_plan_file(sealed(to_document(plan)).dump(), "plan.json").value();
  EXPECT_EQ(what_moved(file, plan), "");
  changes[0].fields[0].before = "other";
  changes[1].image_id = "7d";
  changes.pop_back();
  EXPECT_EQ(what_moved(file, plan),
            "1 with other values (ubuntu-24.04 on 3f0c of lab), 2 gone (ubuntu-24.04 on 4a of lab; ubuntu-24.04 on 6c "
            "of lab), 1 new (ubuntu-24.04 on 7d of lab)");
  for (int i = 0; i < 9; ++i) {
    changes.push_back(changes[0]);
    changes.back().image_id = "8" + std::to_string(i);
  }
  const auto moved = what_moved(file, plan);
  EXPECT_NE(moved.find("10 new (ubuntu-24.04 on 7d of lab; ubuntu-24.04 on 80 of lab; …)"), std::string::npos) << moved;
}

TEST(PlanFile, IsRefusedWhenEditedByHand) {
  Json document = to_document(sample());
  document["clouds"][0]["changes"][0]["fields"][0]["after"] = "something else";
  const auto file = read_plan_file(document.dump(), "plan.json");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("edited"), std::string::npos);
}

TEST(PlanFile, ThatWasEditedAnywhereIsRefused) {
  const Json whole = sealed(to_document(sample()));
  ASSERT_TRUE(read_plan_file(whole.dump(), "plan.json"));
  for (const char* pointer : {"/clouds/0/changes/0/image_name", "/clouds/0/changes/0/fields/0/cause",
                              "/clouds/0/guards", "/clouds/0/warnings", "/clouds/0/held", "/clouds/0/unresolved",
                              "/summary/changes", "/sources", "/created_at", "/digest"}) {
    Json edited = whole;
    edited[Json::json_pointer(pointer)] = "something else";
    const auto file = read_plan_file(edited.dump(), "plan.json");
    ASSERT_FALSE(file) << pointer;
    EXPECT_NE(file.error().message.find("edited"), std::string::npos) << file.error().message;
  }
  Json without = whole;
  without.erase("digest");
  EXPECT_FALSE(read_plan_file(without.dump(), "plan.json"));
}

TEST(PlanFile, ThatAToolHasReformattedIsTheSame) {
  Plan plan = sample();
  plan.clouds[0].guards = {{.guard = "changed_percent", .limit = 30, .value = 12.5}};
  std::string text = sealed(to_document(plan)).dump(2);
  const auto at = text.find("30.0");
  ASSERT_NE(at, std::string::npos);
  EXPECT_TRUE(read_plan_file(text.replace(at, 4, "30"), "plan.json"));
}

TEST(PlanFile, OfAnotherMajorVersionIsRefused) {
  Json document = to_document(sample());
  document["format_version"] = "2.0";
  const auto file = read_plan_file(document.dump(), "plan.json");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("this program reads 1.x"), std::string::npos);
  document["format_version"] = "1.7";
  EXPECT_TRUE(read_plan_file(sealed(document).dump(), "plan.json"));
}

TEST(PlanFile, KeepsHowItWasNarrowed) {
  Json document = to_document(sample());
  document["scope"]["entries"] = {"u*"};
  EXPECT_EQ(read_plan_file(sealed(document).dump(), "plan.json")->scope["entries"][0], "u*");
}

TEST(PlanDocument, CountsOnlyWhatWouldBeSent) {
  Plan plan = sample();
  plan.clouds[0].changes[0].fields.push_back({.name = "held", .after = "x", .action = Action::held});
  plan.clouds[0].changes.push_back(plan.clouds[0].changes[0]);
  plan.clouds[0].changes[1].entry = "another";
  EXPECT_EQ(to_document(plan)["summary"]["fields"], 2);
  EXPECT_EQ(to_document(plan)["summary"]["changes"], 1) << "of one image";
}

TEST(Fingerprint, SurvivesBytesThatAreNoText) {
  Plan plan = sample();
  plan.clouds[0].changes[0].fields[0].before = "\xff";
  EXPECT_NE(fingerprint(plan), fingerprint(sample()));
  EXPECT_NE(change_digest("lab", plan.clouds[0].changes[0]), "");
}

TEST(PlanFile, IsRefusedWhenItIsSomethingElse) {
  for (const std::string text : {"", "[]", "{}", "{\"format_version\":\"2.0\"}", "{\"format_version\":\"1.0\"}",
                                 "{\"format_version\":\"1.0\",\"clouds\":[{}]}"}) {
    EXPECT_FALSE(read_plan_file(text, "plan.json")) << text;
  }
}

TEST(PlanDocument, SaysWhatIsAdoptedAndThatNothingIsRemembered) {
  Plan plan{.clouds = {{.cloud = "lab"}}};
  plan.clouds[0].changes = {{.entry = "e", .image_id = "1"}};
  EXPECT_FALSE(to_document(plan).contains("state"));
  EXPECT_FALSE(to_document(plan).at("clouds").at(0).at("changes").at(0).contains("adoption"));
  plan.clouds[0].changes[0].adoption = true;
  plan.remembers = false;
  EXPECT_EQ(to_document(plan).at("state"), "none");
  EXPECT_EQ(to_document(plan).at("clouds").at(0).at("changes").at(0).at("adoption"), true);
}

}  // namespace retouch::core
