#include "retouch/os/watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "retouch/async/timeout.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class WatchTest : public testing::Test {
 protected:
  WatchTest() { fs::create_directories(directory / "root/sub"); }

  void write(const std::string& name, const std::string& text = "x") { std::ofstream(directory / name) << text; }

  // Whether a watch of `root` sees each of these, one after the other. Nothing is awaited but what must come.
  void sees(const std::vector<std::function<void()>>& acts, const std::string& root = "root") {
    test::run([&]() -> task<void> {
      const auto watch = watch_tree(co_await asio::this_coro::executor, directory / root);
      if (!watch) throw std::runtime_error(describe(watch.error()));
      for (std::size_t i = 0; i < acts.size(); ++i) {
        acts[i]();
        bool seen = co_await happens(**watch, 8s);
        EXPECT_TRUE(seen) << "act " << i;
        while (seen) seen = co_await happens(**watch, 0s);  // one act may be several events
      }
    });
  }
  task<bool> happens(Watch& watch, Duration within) {
    auto change = watch.changed();
    const auto seen = co_await async::with_deadline(clock, clock.now() + within, std::move(change), "change");
    co_return seen.has_value();
  }

  async::SystemClock clock;
  test::TemporaryDirectory directory;
};

TEST_F(WatchTest, SeesFilesThatAreWrittenRenamedAndRemoved) {
  sees({[&] { write("root/a.yaml"); }, [&] { write("root/sub/b.yaml"); },
        [&] { fs::rename(directory / "root/a.yaml", directory / "root/c.yaml"); },
        [&] { fs::remove(directory / "root/sub/b.yaml"); }});
}

TEST_F(WatchTest, FollowsDirectoriesThatComeToBeOrAreMovedIn) {
  fs::create_directories(directory / "elsewhere/deep");
  sees({[&] { fs::create_directories(directory / "root/new/deep"); }, [&] { write("root/new/deep/a.yaml"); },
        [&] { fs::rename(directory / "elsewhere", directory / "root/moved"); },
        [&] { write("root/moved/deep/b.yaml"); }});
}

TEST_F(WatchTest, SeesARootThatIsSwappedAsKubernetesDoes) {
  fs::create_directories(directory / "mount/..one");
  fs::create_directories(directory / "mount/..two");
  write("mount/..one/a.yaml");
  fs::create_symlink("..one", directory / "mount/..data");
  fs::create_symlink("..data/a.yaml", directory / "mount/a.yaml");
  const auto swap = [&] {
    fs::create_symlink("..two", directory / "mount/..data_tmp");
    fs::rename(directory / "mount/..data_tmp", directory / "mount/..data");
  };
  sees({swap}, "mount");
}

TEST_F(WatchTest, SeesARootThatIsALinkAndPointsElsewhere) {
  fs::create_directories(directory / "second");
  fs::create_symlink("root", directory / "current");
  const auto swap = [&] {
    fs::create_symlink("second", directory / "next");
    fs::rename(directory / "next", directory / "current");
  };
  sees({[&] { write("root/a.yaml"); }, swap, [&] { write("second/b.yaml"); }}, "current");
}

TEST_F(WatchTest, SeesARootThatIsNotThereYet) {
  sees({[&] { fs::create_directories(directory / "later"); }, [&] { write("later/a.yaml"); },
        [&] { fs::remove_all(directory / "later"); }, [&] { fs::create_directories(directory / "later"); }},
       "later");
}

TEST_F(WatchTest, SeesASingleFileThatIsReplaced) {
  write("one.yaml");
  const auto replace = [&] {
    write("one.tmp");
    fs::rename(directory / "one.tmp", directory / "one.yaml");
  };
  sees({replace, [&] { write("one.yaml", "y"); }}, "one.yaml");
}

TEST_F(WatchTest, NeighboursAndHiddenDirectoriesAreNobodysBusiness) {
  fs::create_directories(directory / "root/.git");
  test::run([&]() -> task<void> {
    const auto watch = watch_tree(co_await asio::this_coro::executor, directory / "root");
    write("neighbour");
    write("root/.git/index");
    const bool seen = co_await happens(**watch, 50ms);
    EXPECT_FALSE(seen);
    write("root/a.yaml");
    const bool then = co_await happens(**watch, 8s);
    EXPECT_TRUE(then);
  });
}

TEST_F(WatchTest, WhatHappensBetweenTwoCallsIsNotLost) {
  test::run([&]() -> task<void> {
    const auto watch = watch_tree(co_await asio::this_coro::executor, directory / "root");
    write("root/a.yaml");
    co_await clock.sleep_for(1ms);
    const bool seen = co_await happens(**watch, 8s);
    EXPECT_TRUE(seen);
  });
}

TEST_F(WatchTest, TooManyDirectoriesAreAnError) {
  test::run([&]() -> task<void> {
    const auto executor = co_await asio::this_coro::executor;
    EXPECT_TRUE(watch_tree(executor, directory / "root", 2));
    EXPECT_EQ(watch_tree(executor, directory / "root", 1).error().code, Errc::too_large);
  });
}

TEST_F(WatchTest, ARootInADirectoryThatDoesNotExistIsAnError) {
  test::run(
      [&]() -> task<void> { EXPECT_FALSE(watch_tree(co_await asio::this_coro::executor, directory / "no/where")); });
}

}  // namespace
}  // namespace retouch::os
