// Rollbacks of rollbacks, of a part of the clouds, and of what was left half-done.
#include "cloud_verb_fixture.hpp"

namespace retouch::cli {

namespace {

class RollbackChainTest : public test::CloudVerbTest {
 protected:
  RollbackChainTest() { configure("policy: {guards: {changed_percent: 100, removed_fields: 100}}\n"); }
  std::string last_run() { return store.run_records.back().id; }
  int roll_back_the_last() {
    clock.advance(std::chrono::minutes(1));
    return verb({"rollback", last_run(), "--yes"});
  }
  Json tags(const std::string& image) { return live(image).attributes.at("tags"); }
};

}  // namespace

TEST_F(RollbackChainTest, EachSecondRollbackHoldsWhatTheManifestsWish) {
  change("image-1", "tags", Json::array({"theirs"}));
  add_manifest("image-1", "lab", "{os_distro: ubuntu, tags: [mine]}");
  ASSERT_EQ(apply(), 0) << err();
  EXPECT_EQ(roll_back_the_last(), 0) << err();
  EXPECT_EQ(tags("image-1"), Json::array({"theirs"}));
  EXPECT_EQ(apply(), 3) << "held";
  EXPECT_EQ(roll_back_the_last(), 0) << err();
  EXPECT_EQ(tags("image-1"), Json::parse(R"(["mine","theirs"])")) << "applied again";
  EXPECT_EQ(apply(), 0) << out();
  EXPECT_EQ(roll_back_the_last(), 0) << err();
  EXPECT_EQ(tags("image-1"), Json::array({"theirs"}));
  EXPECT_EQ(apply(), 3) << "held again, or it would be sent at once";
  EXPECT_EQ(tags("image-1"), Json::array({"theirs"}));
  EXPECT_FALSE(live("image-1").attributes.contains("os_distro"));
}

TEST_F(RollbackChainTest, ACloudThatIsConfiguredNoMoreIsNamedAndLeftOut) {
  add_manifest("image-1", "lab", "{os_distro: ubuntu}");
  ASSERT_EQ(apply(), 0) << err();
  add_change(last_run(), "os_distro", core::ChangeStatus::applied).cloud = "gone";
  EXPECT_EQ(verb({"rollback", last_run(), "--yes"}), 3);
  EXPECT_TRUE(test::has(err(), "left out: gone: not configured (any more)")) << err();
  EXPECT_FALSE(live("image-1").attributes.contains("os_distro"));
  EXPECT_EQ(store.run_records.back().exit_code, 3) << "as the process";
}

TEST_F(RollbackChainTest, TakesBackOnlyWhatHappenedOnTheNamedClouds) {
  add_manifest("image-1", "lab", "{os_distro: ubuntu}");
  ASSERT_EQ(apply(), 0) << err();
  add_change(last_run(), "os_distro", core::ChangeStatus::applied).cloud = "gone";
  EXPECT_EQ(verb({"rollback", last_run(), "--cloud", "lob", "--yes"}), 1);
  EXPECT_TRUE(test::has(err(), "changed nothing on lob; did you mean `lab`?")) << err();
  EXPECT_TRUE(test::has(err(), "it changed images of: gone, lab")) << err();
  EXPECT_EQ(verb({"rollback", last_run(), "--cloud", "la*", "--yes"}), 0) << err();
  EXPECT_FALSE(test::has(err(), "gone")) << err();
  EXPECT_FALSE(live("image-1").attributes.contains("os_distro"));
}

TEST_F(RollbackChainTest, WhatWasLeftHalfDoneIsTakenBackOnceItIsKnown) {
  add_manifest("image-1", "lab", "{os_distro: ubuntu}");
  ASSERT_EQ(apply(), 0) << err();
  core::ChangeRecord begun = store.change_records.back();  // the old tag was deleted, the new one not yet created
  begun.id = 2;
  begun.image_id = live("image-2").id;
  begun.change = {.name = "tags", .op = core::Op::replace, .before = core::List{"old"}, .after = core::List{"new"}};
  begun.status = core::ChangeStatus::uncertain;
  store.change_records.push_back(begun);
  change("image-2", "tags", Json::array());
  const std::string run = last_run();
  EXPECT_EQ(verb({"rollback", run, "--yes"}), 7);
  EXPECT_TRUE(test::has(err(), "half-done")) << err();
  EXPECT_EQ(verb({"rollback", run, "--yes"}), 0) << err() << out();
  EXPECT_EQ(tags("image-2"), Json::array({"old"}));
  EXPECT_FALSE(live("image-1").attributes.contains("os_distro"));
  EXPECT_EQ(verb({"history", run}), 0);
  EXPECT_TRUE(test::has(out(), "0 open")) << out();
}

}  // namespace retouch::cli
