#include "cloud_verb_fixture.hpp"

namespace retouch::cli {

namespace {

class RollbackVerbTest : public test::CloudVerbTest {
 protected:
  RollbackVerbTest() {
    configure("policy: {guards: {changed_percent: 100}}\n");
    add_manifest("image-1", "lab", "{os_distro: ubuntu}");
  }
  std::string last_run() { return store.run_records.back().id; }
  bool changed() { return live("image-1").attributes.contains("os_distro"); }
};

}  // namespace

TEST_F(RollbackVerbTest, TakesARunBackThatIsCalledByHowItBegins) {
  ASSERT_EQ(apply(), 0) << err();
  ASSERT_TRUE(changed());
  EXPECT_EQ(verb({"rollback", last_run().substr(0, 12), "--yes"}), 0) << err();
  EXPECT_FALSE(changed());
  EXPECT_TRUE(test::has(out(), "- os_distro  \"ubuntu\"")) << out();
  EXPECT_EQ(store.run_records.back().verb, "rollback");
  EXPECT_EQ(store.run_records.back().undoes, "run " + store.run_records.front().id);
}

TEST_F(RollbackVerbTest, WhatItTookBackIsHeldUntilSomebodyResumesIt) {
  ASSERT_EQ(apply(), 0) << err();
  ASSERT_EQ(verb({"rollback", last_run(), "--yes"}), 0) << err();
  EXPECT_EQ(apply(), 3);
  EXPECT_TRUE(test::has(out(), "took it back")) << out();
  EXPECT_FALSE(changed());
  EXPECT_EQ(verb({"resume", "--image", live("image-1").id}), 0) << err();
  EXPECT_EQ(apply(), 0) << out();
  EXPECT_TRUE(changed());
}

TEST_F(RollbackVerbTest, TakesBackEveryRunOfARevision) {
  ASSERT_EQ(apply(), 0) << err();
  const std::string revision = store.change_records.at(0).revision;
  ASSERT_FALSE(revision.empty());
  add_manifest("image-1", "lab", "{os_distro: fedora}");
  ASSERT_EQ(apply(), 0) << err();
  EXPECT_EQ(verb({"rollback", "--revision", revision.substr(0, 20), "--yes"}), 3) << out();
  EXPECT_EQ(live("image-1").text("os_distro"), "fedora") << "a later run has moved it on";
  EXPECT_EQ(verb({"rollback", "--revision", "sha256:0000", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "no run in the journal is of revision sha256:0000")) << err();
}

TEST_F(RollbackVerbTest, ADryRunShowsItAndWritesNothing) {
  ASSERT_EQ(apply(), 0) << err();
  const std::size_t runs = store.run_records.size();
  EXPECT_EQ(verb({"rollback", last_run(), "--dry-run"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "1 image to change")) << out();
  EXPECT_TRUE(changed());
  EXPECT_EQ(store.run_records.size(), runs);
}

TEST_F(RollbackVerbTest, WantsAYesWhereNobodyCanBeAsked) {
  ASSERT_EQ(apply(), 0) << err();
  EXPECT_EQ(verb({"rollback", last_run()}), 1);
  EXPECT_TRUE(test::has(err(), "--yes (or --dry-run)")) << err();
  EXPECT_TRUE(changed());
}

TEST_F(RollbackVerbTest, WantsARunOrARevision) {
  EXPECT_EQ(verb({"rollback", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "--revision")) << err();
  EXPECT_EQ(verb({"rollback", "2026", "--revision", "abc", "--yes"}), 1);
}

TEST_F(RollbackVerbTest, NamesTheCandidatesOfAnAmbiguousRunAndSaysWhenThereIsNone) {
  add_run("20261122T050000Z-aaaa");
  add_run("20261122T060000Z-bbbb");
  EXPECT_EQ(verb({"rollback", "2026", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "20261122T060000Z-bbbb, 20261122T050000Z-aaaa")) << err();
  EXPECT_EQ(verb({"rollback", "2031", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "there is no run 2031")) << err();
}

TEST_F(RollbackVerbTest, WantsARevisionThatIsOne) {
  add_run("20261122T050000Z-aaaa");
  add_run("20261122T060000Z-bbbb");
  store.run_records.back().sources = {{"site", "sha256:ffff"}};
  EXPECT_EQ(verb({"rollback", "--revision", "sha256:", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "several revisions begin with sha256:")) << err();
}

TEST_F(RollbackVerbTest, DoesNotLookDoneWhereItIsSuspended) {
  ASSERT_EQ(apply(), 0) << err();
  ASSERT_EQ(verb({"suspend", "--cloud", "lab"}), 0) << err();
  EXPECT_EQ(verb({"rollback", last_run(), "--yes"}), 3);
  EXPECT_TRUE(test::has(err(), "nothing was taken back where it is suspended")) << err();
  EXPECT_TRUE(changed());
}

TEST_F(RollbackVerbTest, TakesBackWhatAKilledRunLeftBehind) {
  ASSERT_EQ(apply(), 0) << err();
  for (auto& change : store.change_records) change.status = core::ChangeStatus::intended;
  EXPECT_EQ(verb({"rollback", last_run(), "--yes"}), 0) << err();
  EXPECT_FALSE(changed());
}

TEST_F(RollbackVerbTest, OfARunThatChangedNothingIsDone) {
  add_run("20261122T050000Z-aaaa");
  add_change("20261122T050000Z-aaaa", "os_distro", core::ChangeStatus::failed);
  EXPECT_EQ(verb({"rollback", "20261122T05", "--yes"}), 0);
  EXPECT_TRUE(test::has(err(), "Nothing to take back")) << err();
}

TEST_F(RollbackVerbTest, RefusesWhenACloudOfTheRunIsConfiguredNoMore) {
  add_run("20261122T050000Z-aaaa");
  add_change("20261122T050000Z-aaaa", "os_distro", core::ChangeStatus::applied).cloud = "gone";
  EXPECT_EQ(verb({"rollback", "20261122T05", "--yes"}), 5);
  EXPECT_TRUE(test::has(err(), "gone")) << err();
}

TEST_F(RollbackVerbTest, GoesThroughTheGuardsAndTheirFlags) {
  ASSERT_EQ(apply(), 0) << err();
  configure("policy: {guards: {changed_percent: 100, removed_fields: 0}}\n");
  EXPECT_EQ(verb({"rollback", last_run(), "--yes"}), 4) << out();
  EXPECT_TRUE(changed());
  EXPECT_EQ(verb({"rollback", last_run(), "--yes", "--force", "removed_fields"}), 0) << err();
  EXPECT_FALSE(changed());
  EXPECT_EQ(verb({"history", last_run()}), 0);
  EXPECT_TRUE(test::has(out(), "accepted guards: removed_fields")) << out();
}

TEST_F(RollbackVerbTest, WithoutAMemoryItSaysSo) {
  configure("state: {path: none}\n");
  EXPECT_EQ(verb({"rollback", "2026", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "nothing is remembered")) << err();
}

}  // namespace retouch::cli
