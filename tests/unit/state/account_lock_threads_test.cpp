// The lock is taken on the pool's threads while the loop goes on: what ThreadSanitizer is to see.
#include "retouch/async/join.hpp"
#include "retouch/state/account_lock.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::state {

namespace {

class AccountLockThreadsTest : public ::testing::Test {
 protected:
  task<Result<std::unique_ptr<os::Files::Lock>>> lock(Duration wait, const async::Stop& until) {
    return lock_account({directory / "locks", "https://glance/p1", "retouch apply, pid 1", wait}, *files, *pool, clock,
                        until);
  }

  test::TemporaryDirectory directory;
  std::unique_ptr<os::Files> files = os::make_system_files();
  std::unique_ptr<async::Blocking> pool = async::make_thread_pool(2);
  test::ManualClock clock;
  async::Stop stop;
};

}  // namespace

// All wait for one another; what they do with the lock blocks, too.
TEST_F(AccountLockThreadsTest, IsNeverHeldByTwo) {
  int holders = 0, most = 0, done = 0;
  auto one = [&]() -> task<void> {
    const auto held = co_await lock(std::chrono::hours(24), stop);
    EXPECT_TRUE(held) << held.error().message;
    most = std::max(most, ++holders);
    co_await pool->run([this] { (void)files->write(directory / "state", "written by the holder"); });
    --holders;
    ++done;
  };
  test::run([&]() -> task<void> { co_await async::join_all({one, one, one, one}); }, &clock);
  EXPECT_EQ(most, 1);
  EXPECT_EQ(done, 4);
}

TEST_F(AccountLockThreadsTest, WaitersLearnOfAStopAndOfARelease) {
  async::Stop others;
  std::optional<Result<std::unique_ptr<os::Files::Lock>>> stopped, served;
  test::run(
      [&]() -> task<void> {
        auto mine = co_await lock({}, stop);
        EXPECT_TRUE(mine);
        auto is_stopped = [&]() -> task<void> { stopped = co_await lock(std::chrono::hours(24), others); };
        auto is_served = [&]() -> task<void> { served = co_await lock(std::chrono::hours(24), stop); };
        auto lets_go = [&]() -> task<void> {
          co_await clock.sleep_for(std::chrono::seconds(1));
          others.request();
          // Not earlier: an attempt may be under way on the pool, however late it is by the manual clock.
          while (!stopped) co_await clock.sleep_for(std::chrono::seconds(1));
          mine->reset();
        };
        co_await async::join_all({is_stopped, is_served, lets_go});
      },
      &clock);
  ASSERT_TRUE(stopped && served);
  EXPECT_EQ(stopped->error().code, Errc::cancelled);
  ASSERT_TRUE(*served) << served->error().message;
  EXPECT_TRUE(**served);
}

}  // namespace retouch::state
