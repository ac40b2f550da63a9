#include "retouch/state/group_commit.hpp"

#include "fake_store.hpp"
#include "run.hpp"

namespace retouch::state {

namespace {

using std::chrono::milliseconds;

// Notes every commit; may take its time, and may fail.
class SlowStore final : public test::FakeStore {
 public:
  struct Commit {
    Mono at;
    MemoryOf what;
    core::MemoryUpdate update;
  };
  explicit SlowStore(async::Clock& clock) : clock_(clock) {}

  task<Result<void>> commit(MemoryOf what, core::MemoryUpdate update) override {
    commits.push_back({clock_.now(), std::move(what), std::move(update)});
    if (takes > Duration{}) co_await clock_.sleep_for(takes);
    if (throws) throw std::runtime_error("a bug");
    if (failure) co_return fail(*failure);
    co_return Result<void>{};
  }

  Duration takes{};
  std::optional<Error> failure;
  bool throws = false;
  std::vector<Commit> commits;

 private:
  async::Clock& clock_;
};

core::MemoryUpdate settled(std::int64_t first, std::int64_t count = 1) {
  core::MemoryUpdate part;
  for (std::int64_t id = first; id < first + count; ++id) part.settled.push_back({.change = id});
  return part;
}

std::vector<std::int64_t> ids(const core::MemoryUpdate& update) {
  std::vector<std::int64_t> all;
  for (const core::Settled& each : update.settled) all.push_back(each.change);
  return all;
}

const core::FieldKey key{"i1", "os_distro"};

class GroupCommitTest : public ::testing::Test {
 protected:
  // Runs `body` with a group that is closed afterwards.
  void run(const std::function<task<void>(GroupCommit&)>& body) {
    test::run(
        [&]() -> task<void> {
          GroupCommit group(co_await asio::this_coro::executor, store, clock, "https://glance/p1", "lab");
          co_await body(group);
          co_await group.close();
        },
        &clock);
  }

  test::ManualClock clock;
  SlowStore store{clock};
};

}  // namespace

TEST_F(GroupCommitTest, CommitsTogetherAHundredMillisecondsAfterTheFirst) {
  const Mono start = clock.now();
  const Wall wall = clock.wall();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    co_await clock.sleep_for(milliseconds(60));
    group.add(settled(2));
    co_await clock.sleep_for(milliseconds(30));
    group.add(settled(3));
    EXPECT_TRUE(store.commits.empty());
    co_await clock.sleep_for(std::chrono::seconds(1));
  });
  ASSERT_EQ(store.commits.size(), 1u);
  EXPECT_EQ(store.commits[0].at - start, milliseconds(100));
  EXPECT_EQ(ids(store.commits[0].update), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(store.commits[0].what.account, "https://glance/p1");
  EXPECT_EQ(store.commits[0].what.cloud, "lab");
  EXPECT_EQ(store.commits[0].what.now, wall + milliseconds(100));
}

TEST_F(GroupCommitTest, CommitsAtOnceWhen256RowsWait) {
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1, 100));
    group.add(settled(101, 155));
    for (int i = 0; i < 20; ++i) co_await async::yield();
    EXPECT_TRUE(store.commits.empty()) << "255 rows can wait";
    group.add(settled(256));
    for (int i = 0; i < 20; ++i) co_await async::yield();
    EXPECT_EQ(store.commits.size(), 1u);
  });
  ASSERT_EQ(store.commits.size(), 1u);
  EXPECT_EQ(store.commits[0].at, start);
  EXPECT_EQ(store.commits[0].update.rows(), 256u);
}

TEST_F(GroupCommitTest, StartsAnotherHundredMillisecondsWithTheNextPart) {
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    co_await clock.sleep_for(milliseconds(450));
    group.add(settled(2));
    co_await clock.sleep_for(std::chrono::seconds(1));
  });
  ASSERT_EQ(store.commits.size(), 2u);
  EXPECT_EQ(store.commits[0].at - start, milliseconds(100));
  EXPECT_EQ(store.commits[1].at - start, milliseconds(550));
}

TEST_F(GroupCommitTest, PutsIntoTheNextCommitWhatComesDuringOne) {
  store.takes = milliseconds(70);
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    co_await clock.sleep_for(milliseconds(110));  // its commit is under way
    group.add(settled(2));
    co_await clock.sleep_for(std::chrono::seconds(1));
  });
  ASSERT_EQ(store.commits.size(), 2u);
  EXPECT_EQ(ids(store.commits[0].update), std::vector<std::int64_t>{1});
  EXPECT_EQ(ids(store.commits[1].update), std::vector<std::int64_t>{2});
  EXPECT_EQ(store.commits[1].at - start, milliseconds(210));
}

TEST_F(GroupCommitTest, FlushesAtOnceAndReturnsWhenItIsOnTheDisk) {
  store.takes = milliseconds(30);
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    EXPECT_TRUE(co_await group.flush());
    EXPECT_EQ(clock.now() - start, milliseconds(30));
    EXPECT_EQ(store.commits.size(), 1u);
    EXPECT_TRUE(co_await group.flush()) << "nothing waits";
    EXPECT_EQ(store.commits.size(), 1u);
  });
}

TEST_F(GroupCommitTest, FlushesWhatWaitsBehindACommitUnderWay) {
  store.takes = milliseconds(30);
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1, 256));
    co_await clock.sleep_for(milliseconds(10));
    group.add(settled(300));
    EXPECT_TRUE(co_await group.flush());
    EXPECT_EQ(clock.now() - start, milliseconds(60));
  });
  EXPECT_EQ(store.commits.size(), 2u);
}

TEST_F(GroupCommitTest, FlushesNotForWhatOthersAddMeanwhile) {
  store.takes = milliseconds(30);
  run([&](GroupCommit& group) -> task<void> {
    async::Gate others;
    bool flushed = false;
    const auto executor = co_await asio::this_coro::executor;
    group.add(settled(1));
    others.spawn(executor, [&]() -> task<void> {
      for (int i = 0; i < 100 && !flushed; ++i) {
        group.add(settled(10 + i));
        co_await clock.sleep_for(milliseconds(20));
      }
      EXPECT_TRUE(flushed);
    });
    EXPECT_TRUE(co_await group.flush());
    flushed = true;
    co_await others.close();
  });
}

TEST_F(GroupCommitTest, LetsTheLaterOfTwoPartsCount) {
  const core::Remembered first{.entry = "first"}, second{.entry = "second"};
  run([&](GroupCommit& group) -> task<void> {
    group.add({.remember = {{key, first}}});
    group.add({.forget = {key}, .release = {key}, .entries = {{"site", 90}}});
    group.add({.remember = {{key, second}}, .hold = {{key, {}}}, .entries = {{"site", 3}}, .entries_reset = true});
    EXPECT_TRUE(co_await group.flush());
  });
  ASSERT_EQ(store.commits.size(), 1u);
  const core::MemoryUpdate& update = store.commits[0].update;
  EXPECT_TRUE(update.forget.empty()) << "a store forgets after it remembered";
  EXPECT_TRUE(update.release.empty());
  ASSERT_EQ(update.remember.size(), 2u);
  EXPECT_EQ(update.remember.back().second.entry, "second");
  EXPECT_TRUE(update.entries_reset);
  EXPECT_EQ(update.entries, (std::vector<std::pair<std::string, std::int64_t>>{{"site", 3}}));
}

TEST_F(GroupCommitTest, ForgetsWhatWasRememberedBefore) {
  run([&](GroupCommit& group) -> task<void> {
    group.add({.remember = {{key, {}}}, .selected = {{"all", 3}}});
    group.add({.forget = {key}});
    EXPECT_TRUE(co_await group.flush());
  });
  EXPECT_EQ(store.commits.at(0).update.forget, std::vector<core::FieldKey>{key});
  EXPECT_EQ(store.commits.at(0).update.selected.size(), 1u);
}

TEST_F(GroupCommitTest, WritesNothingMoreAfterACommitThatFailed) {
  store.failure = Error{.code = Errc::io, .message = "no room on the disk"};
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    EXPECT_FALSE(group.failed());
    co_await clock.sleep_for(milliseconds(200));
    EXPECT_TRUE(group.failed());
    if (group.failed()) EXPECT_EQ(group.failed()->message, "no room on the disk");
    store.failure.reset();
    group.add(settled(2, 300));
    const auto flushed = co_await group.flush();
    EXPECT_FALSE(flushed);
    if (!flushed) EXPECT_EQ(flushed.error().message, "no room on the disk");
    co_await group.close();
    group.add(settled(303));
    if (group.failed()) EXPECT_EQ(group.failed()->message, "no room on the disk") << "the first cause";
  });
  EXPECT_EQ(store.commits.size(), 1u);
}

TEST_F(GroupCommitTest, WritesNotEvenWhatCameDuringTheCommitThatFailed) {
  store.failure = Error{.code = Errc::io, .message = "no room on the disk"};
  store.takes = milliseconds(30);
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1, 256));
    co_await clock.sleep_for(milliseconds(10));
    group.add(settled(300));
    EXPECT_FALSE(co_await group.flush());
    co_await clock.sleep_for(std::chrono::seconds(1));
  });
  EXPECT_EQ(store.commits.size(), 1u);
}

TEST_F(GroupCommitTest, LetsNobodyWaitForAStoreThatThrew) {
  store.throws = true;
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    const auto flushed = co_await group.flush();
    EXPECT_FALSE(flushed);
    if (!flushed) EXPECT_NE(flushed.error().message.find("a bug"), std::string::npos);
  });
}

TEST_F(GroupCommitTest, WritesWhatWaitsWhenItIsClosed) {
  const Mono start = clock.now();
  run([&](GroupCommit& group) -> task<void> {
    group.add(settled(1));
    co_return;
  });
  ASSERT_EQ(store.commits.size(), 1u);
  EXPECT_EQ(store.commits[0].at, start);
}

TEST_F(GroupCommitTest, SaysSoWhenAResultComesAfterItWasClosed) {
  run([&](GroupCommit& group) -> task<void> {
    co_await group.close();
    group.add(settled(1));
    EXPECT_TRUE(group.failed());
    EXPECT_FALSE(co_await group.flush());
  });
  EXPECT_TRUE(store.commits.empty());
}

}  // namespace retouch::state
