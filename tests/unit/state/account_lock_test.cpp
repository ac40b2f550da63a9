#include "retouch/state/account_lock.hpp"

#include <filesystem>

#include "run.hpp"

namespace retouch::state {

namespace {

class AccountLockTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "retouch-lock-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  task<Result<std::unique_ptr<os::Files::Lock>>> lock(const std::string& key, Duration wait = {}) {
    return lock_account({directory + "/locks", key, "retouch apply, pid 1", wait}, *files, *blocking, clock, stop);
  }

  std::string directory;
  std::unique_ptr<os::Files> files = os::make_system_files();
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  test::ManualClock clock;
  async::Stop stop;
};

}  // namespace

TEST_F(AccountLockTest, IsHeldByOneAndNamesTheHolderToTheOther) {
  test::run(
      [&]() -> task<void> {
        const auto mine = co_await lock("https://glance/p1");
        EXPECT_TRUE(mine);
        const auto theirs = co_await lock("https://glance/p1");
        EXPECT_EQ(theirs.error().code, Errc::locked);
        EXPECT_NE(theirs.error().message.find("retouch apply, pid 1"), std::string::npos) << theirs.error().message;
        EXPECT_NE(theirs.error().message.find("--wait-lock"), std::string::npos);
        const auto other_account = co_await lock("https://glance/p2");
        EXPECT_TRUE(other_account);
      },
      &clock);
}

TEST_F(AccountLockTest, IsFreeAgainOnceReleased) {
  test::run(
      [&]() -> task<void> {
        {
          const auto mine = co_await lock("k");
        }
        EXPECT_TRUE(co_await lock("k"));
      },
      &clock);
}

TEST_F(AccountLockTest, WaitsAsLongAsItWasTold) {
  test::run(
      [&]() -> task<void> {
        const auto mine = co_await lock("k");
        const Mono start = clock.now();
        const auto theirs = co_await lock("k", std::chrono::seconds(5));
        EXPECT_EQ(theirs.error().code, Errc::locked);
        EXPECT_GE(clock.now() - start, std::chrono::seconds(5));
      },
      &clock);
}

TEST_F(AccountLockTest, StopsWaitingWhenStopped) {
  test::run(
      [&]() -> task<void> {
        const auto mine = co_await lock("k");
        stop.request();
        const auto theirs = co_await lock("k", std::chrono::hours(1));
        EXPECT_EQ(theirs.error().code, Errc::cancelled);
      },
      &clock);
}

}  // namespace retouch::state
