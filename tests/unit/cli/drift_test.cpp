#include "cloud_verb_fixture.hpp"

namespace retouch::cli {

namespace {

class DriftTest : public test::CloudVerbTest {
 protected:
  DriftTest() {
    configure("policy: {guards: {changed_percent: 100}}\n");
    add_manifest("image-1", "lab", "{os_distro: ubuntu, hw_firmware_type: uefi}");
    add_manifest("image-2", "lab", "{os_distro: ubuntu}");
  }
};

}  // namespace

TEST_F(DriftTest, ShowsOnlyWhatOthersChanged) {
  ASSERT_EQ(apply(), 0) << err() << out();
  change("image-1", "os_distro", "debian");
  add_manifest("image-2", "lab", "{os_distro: fedora}");  // pending, no drift
  EXPECT_EQ(verb({"drift"}), 2) << err();
  EXPECT_TRUE(test::has(out(), "~ os_distro  \"debian\" -> \"ubuntu\"  # drift")) << out();
  EXPECT_FALSE(test::has(out(), "fedora")) << out();
  EXPECT_TRUE(test::has(out(), "Drift: 1 image to change back")) << out();
  EXPECT_FALSE(test::has(out(), "Fingerprint")) << "nobody can apply it: " << out();
  EXPECT_EQ(verb({"drift", "--output", "json"}), 2);
  const Json document = Json::parse(out());
  EXPECT_EQ(document.at("summary").at("changes"), 1);
  EXPECT_EQ(document.at("clouds").at(0).at("requests").at("writes"), 1);
  EXPECT_EQ(document.at("clouds").at(0).at("changes").at(0).at("fields").at(0).at("cause"), "drift");
  EXPECT_EQ(verb({"drift", "--output", "markdown"}), 2);
  EXPECT_TRUE(out().starts_with("### retouch drift\n")) << out();
}

TEST_F(DriftTest, WithoutDriftItEndsWithZero) {
  ASSERT_EQ(apply(), 0) << err();
  add_manifest("image-2", "lab", "{os_distro: fedora}");
  EXPECT_EQ(verb({"drift"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "Drift: nothing to change back.")) << out();
}

TEST_F(DriftTest, BothSidesCount) {
  ASSERT_EQ(apply(), 0) << err();
  change("image-2", "os_distro", "debian");
  add_manifest("image-2", "lab", "{os_distro: fedora}");
  EXPECT_EQ(verb({"drift"}), 2);
  EXPECT_TRUE(test::has(out(), "\"debian\" -> \"fedora\"  # both")) << out();
}

TEST_F(DriftTest, FieldsThatAreOnlyReportedDoNotCount) {
  ASSERT_EQ(apply(), 0) << err();
  change("image-2", "os_distro", "debian");
  add_manifest("image-2", "lab", "{os_distro: ubuntu}", "  manage: {fields: {os_distro: warn}}\n");
  EXPECT_EQ(verb({"drift"}), 0) << out();
  EXPECT_TRUE(test::has(out(), "reported only")) << out();
}

TEST_F(DriftTest, WhatIsHeldOrRefusedCounts) {
  add_manifest("image-3", "lab", "{visibility: private}");
  ASSERT_EQ(apply(), 0) << err();
  change("image-1", "os_distro", "debian");
  change("image-1", "status", "deactivated");
  store.images.begin()->second[live("image-1").id].holds["os_distro"] = {
      .why = core::Hold::Why::rollback, .wish = {.value = "ubuntu"}, .since = clock.wall(), .run = "r"};
  EXPECT_EQ(verb({"drift"}), 2) << out();
  EXPECT_TRUE(test::has(out(), "! os_distro")) << out();
}

TEST_F(DriftTest, IsNarrowedLikeAPlan) {
  ASSERT_EQ(apply(), 0) << err();
  change("image-1", "os_distro", "debian");
  EXPECT_EQ(verb({"drift", "--entry", "image-2"}), 0) << out();
  EXPECT_EQ(verb({"drift", "--entry", "image-7"}), 1);
  EXPECT_EQ(verb({"drift", "--cloud", "laab"}), 1);
  EXPECT_EQ(verb({"drift", "--out", "x"}), 1) << "there is nothing to keep for an apply";
}

TEST_F(DriftTest, BeforeTheFirstApplyNothingCanHaveDrifted) {
  nothing_written = true;
  EXPECT_EQ(verb({"drift"}), 0) << err();
  EXPECT_TRUE(test::has(err(), "Nothing was applied yet, so nothing can have drifted.")) << err();
}

TEST_F(DriftTest, WithoutAMemoryItSaysWhyItCannotKnow) {
  configure("state: none\n");
  EXPECT_EQ(verb({"drift"}), 1);
  EXPECT_TRUE(test::has(err(), "`state: none`, so nobody knows what was applied last")) << err();
}

TEST_F(DriftTest, ACloudThatCannotBeAskedIsAnErrorAsOfPlan) {
  ASSERT_EQ(apply(), 0) << err();
  world.environment = os::Environment({{"PASSWORD", "wrong"}, {"HOME", "/home/alice"}});
  EXPECT_EQ(verb({"drift"}), 6) << err();
  EXPECT_TRUE(test::has(out(), "Drift: incomplete: 1 cloud could not be planned.")) << out();
}

}  // namespace retouch::cli
