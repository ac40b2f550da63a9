#include "manifest_keeper_fixture.hpp"

namespace retouch::reconcile {

TEST_F(ManifestKeeperTest, GivesWhatTheSourcesSayAndWhatChanged) {
  auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  EXPECT_TRUE(kept.changed);
  EXPECT_FALSE(kept.incomplete);
  EXPECT_EQ(kept.desired->files, 2);
  ASSERT_EQ(kept.sources.size(), 1u);
  EXPECT_EQ(kept.sources[0].kind, "directory");
  EXPECT_EQ(kept.sources[0].revision, kept.desired->sources.at(0).revision);
  EXPECT_EQ(kept.sources[0].last_success, clock.wall());
  EXPECT_FALSE(update().changed);
  files.add("/m/a.yaml", manifest("a", "2"));
  kept = update();
  EXPECT_TRUE(kept.changed);
  EXPECT_EQ(wishes(kept), "a=2 b=1");
}

TEST_F(ManifestKeeperTest, WhatIsKeptForHoursHasNoRoomToSpare) {
  for (const char* name : {"c", "d", "e"}) files.add("/m/" + std::string(name) + ".yaml", manifest(name, "1"));
  const auto kept = update();
  ASSERT_FALSE(kept.desired->entries.empty());
  for (const auto& [cloud, entries] : kept.desired->entries) {
    EXPECT_EQ(entries.size(), 5u);
    EXPECT_EQ(entries.capacity(), entries.size());
  }
}

TEST_F(ManifestKeeperTest, AFileWithAnErrorKeepsItsLastGoodContentAndTheOthersGoOn) {
  update();
  files.add("/m/a.yaml", manifest("a", "plenty"));
  files.add("/m/b.yaml", manifest("b", "2"));
  const auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=2");
  EXPECT_FALSE(kept.desired->diagnostics.has_errors());
  EXPECT_TRUE(kept.complaints.has_errors_in("/m/a.yaml"));
  ASSERT_EQ(kept.sources[0].stale.size(), 1u);
  EXPECT_EQ(kept.sources[0].stale[0].file, "/m/a.yaml");
  EXPECT_NE(kept.sources[0].stale[0].complaint.find("/m/a.yaml:4:"), std::string::npos);
  EXPECT_FALSE(kept.incomplete);
  files.add("/m/a.yaml", manifest("a", "3"));
  EXPECT_EQ(wishes(update()), "a=3 b=2");
}

TEST_F(ManifestKeeperTest, AFileThatNeverWasGoodIsLeftOutAndThatIsSaid) {
  files.add("/m/c.yaml", "spec: [");
  const auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  EXPECT_TRUE(kept.incomplete);
  EXPECT_TRUE(kept.sources[0].stale.at(0).left_out);
}

TEST_F(ManifestKeeperTest, StaleFilesSurviveARestart) {
  update();
  files.add("/m/a.yaml", "spec: [");
  const auto since = update().sources[0].stale.at(0).since;
  clock.advance(1h);
  restart();
  const auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  EXPECT_EQ(format_rfc3339(kept.sources[0].stale.at(0).since), format_rfc3339(since));
}

TEST_F(ManifestKeeperTest, ASourceThatCannotBeReadKeepsWhatItHadAlsoOverARestart) {
  const auto revision = update().sources[0].revision;
  files.unreadable.insert("/m/a.yaml");
  auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  ASSERT_TRUE(kept.sources[0].error);
  EXPECT_FALSE(kept.changed);
  restart();
  kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  EXPECT_EQ(kept.sources[0].revision, revision);
  EXPECT_TRUE(kept.sources[0].error);
  EXPECT_TRUE(kept.sources[0].last_success) << "that of the process before";
}

TEST_F(ManifestKeeperTest, WithoutAnythingFromAnySourceThereIsAnError) {
  files.unreadable.insert("/m/a.yaml");
  const auto kept = try_update();
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Errc::io);
  EXPECT_EQ(kept.error().where, "source site");
}

TEST_F(ManifestKeeperTest, OneSourceThatNeverCouldBeReadDoesNotStopTheOthers) {
  settings.sources.push_back({.name = "other", .directory = {.path = "/other"}});
  auto kept = update();
  EXPECT_EQ(wishes(kept), "a=1 b=1");
  EXPECT_TRUE(kept.incomplete);
  EXPECT_TRUE(kept.sources[1].error);
  EXPECT_EQ(kept.desired->sources.size(), 1u);
  files.add("/other/c.yaml", manifest("c"));
  kept = update({"site"});
  EXPECT_EQ(wishes(kept), "a=1 b=1 c=1") << "what was never read is read whatever is asked for";
  EXPECT_FALSE(kept.incomplete);
}

TEST_F(ManifestKeeperTest, OnlyTheNamedSourceIsRead) {
  settings.sources.push_back({.name = "other", .directory = {.path = "/other"}});
  files.add("/other/c.yaml", manifest("c"));
  update();
  files.add("/m/a.yaml", manifest("a", "2"));
  files.add("/other/c.yaml", manifest("c", "2"));
  EXPECT_EQ(wishes(update({"other"})), "a=1 b=1 c=2");
  EXPECT_EQ(wishes(update()), "a=2 b=1 c=2");
}

TEST_F(ManifestKeeperTest, WhatWasHeldBackComesInWhenTheOtherSourceMakesRoom) {
  settings.sources.push_back({.name = "other", .directory = {.path = "/other"}});
  files.add("/other/c.yaml", manifest("c"));
  update();
  files.add("/other/c.yaml", manifest("a", "7"));  // taken
  EXPECT_EQ(wishes(update()), "a=1 b=1 c=1");
  files.add("/m/a.yaml", manifest("aa"));
  const auto kept = update({"site"});
  EXPECT_EQ(wishes(kept), "a=7 aa=1 b=1");
  EXPECT_TRUE(kept.sources[1].stale.empty());
  EXPECT_TRUE(kept.sources[1].changed);
}

// A file is read while it is written: what is there two seconds later counts.
TEST_F(ManifestKeeperTest, AHalfWrittenFileIsNoError) {
  update();
  files.add("/m/a.yaml", "apiVersion: retouch/v1\nkind: Image\nmeta");
  const Mono start = clock.now();
  std::optional<Kept> kept;
  test::run(
      [&]() -> task<void> {
        const auto write_the_rest = [&]() -> task<void> {
          co_await clock.sleep_for(1s);
          files.add("/m/a.yaml", manifest("a", "5"));
        };
        asio::co_spawn(co_await asio::this_coro::executor, write_the_rest, [](const std::exception_ptr&) {});
        kept.emplace((co_await keeper->update(settings)).value());
      },
      &clock);
  EXPECT_EQ(wishes(*kept), "a=5 b=1");
  EXPECT_TRUE(kept->sources[0].stale.empty());
  EXPECT_EQ(clock.now() - start, 2s);
}

TEST_F(ManifestKeeperTest, AnErrorThatIsKnownIsNotWaitedForAgain) {
  files.add("/m/c.yaml", "spec: [");
  update();
  const Mono start = clock.now();
  update();
  EXPECT_EQ(clock.now(), start);
}

TEST_F(ManifestKeeperTest, ADirectoryThatDoesNotComeToRestIsNotWaitedForForEver) {
  update();
  std::optional<Kept> kept;
  bool done = false;
  test::run(
      [&]() -> task<void> {
        const auto keep_writing = [&]() -> task<void> {
          for (int i = 0; !done && i < 1000; ++i) {
            files.add("/m/n" + std::to_string(i) + ".yaml", "spec: [");
            co_await clock.sleep_for(1s);
          }
        };
        asio::co_spawn(co_await asio::this_coro::executor, keep_writing, [](const std::exception_ptr&) {});
        kept.emplace((co_await keeper->update(settings)).value());
        done = true;
      },
      &clock);
  EXPECT_EQ(wishes(*kept), "a=1 b=1");
}

TEST_F(ManifestKeeperTest, ANewConfigurationIsJudgedAnew) {
  update();
  settings.clouds.clear();
  settings.clouds.push_back({.name = "elsewhere", .provider = "glance"});
  const auto kept = update();
  EXPECT_TRUE(kept.desired->entries.at("elsewhere").empty());
  EXPECT_EQ(kept.sources[0].stale.size(), 2u) << "the cloud `lab` is unknown now";
  EXPECT_TRUE(kept.incomplete);
}

TEST_F(ManifestKeeperTest, WhatIsUnchangedIsNotParsedAtEveryLookButASuspensionThatIsOverIsSeen) {
  std::string text = manifest("a");
  text.insert(text.find("clouds: [lab]"), "suspend: \"" + format_rfc3339(clock.wall() + 5min) + "\", ");
  files.add("/m/a.yaml", text);
  const auto suspended = [](const Kept& kept) { return kept.desired->entries.at("lab").at(0).suspended; };
  EXPECT_TRUE(suspended(update()));
  clock.advance(8min);
  EXPECT_TRUE(suspended(update())) << "it was not looked into again";
  clock.advance(3min);
  const auto kept = update();
  EXPECT_FALSE(suspended(kept));
  EXPECT_FALSE(kept.changed);
}

TEST_F(ManifestKeeperTest, ACorrectedAttributeIsResolvedAnew) {
  files.add("/m/b.yaml",
            "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: b}\nspec: {clouds: [lab], select: {name: x}, "
            "attributes: {min_disk: 1}}\n");
  EXPECT_TRUE(update().sources[0].stale.empty());
  settings.clouds[0].attributes.push_back({.name = "min_disk", .writable = false});
  EXPECT_EQ(update().sources[0].stale.size(), 1u) << "this cloud does not let it be changed";
}

TEST_F(ManifestKeeperTest, OnlyAGitSourceHasRevisions) {
  update();
  const auto at = test::run_for<Result<DesiredState>>(
      [&]() -> task<Result<DesiredState>> { co_return co_await keeper->at(settings, "site", "0123456"); }, &clock);
  ASSERT_FALSE(at);
  EXPECT_EQ(at.error().code, Errc::usage);
  const auto none = test::run_for<Result<DesiredState>>(
      [&]() -> task<Result<DesiredState>> { co_return co_await keeper->at(settings, "nobody", "0123456"); }, &clock);
  EXPECT_EQ(none.error().code, Errc::usage);
}

}  // namespace retouch::reconcile
