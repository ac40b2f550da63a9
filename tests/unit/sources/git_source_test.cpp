// With the real git and repositories on disk; tests/e2e/git_test.sh has the servers and signatures.
#include "retouch/sources/git.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class GitSourceTest : public testing::Test {
 protected:
  GitSourceTest() {
    fs::create_directories(directory / "work");
    git({"init", "-q", "-b", "main"});
    write("a.yaml", "1");
    first = commit();
  }

  std::string git(std::vector<std::string> arguments) {
    os::Command command{
        .argv = {os::find_program("git").value(), "-C", directory / "work"},
        .env = {"PATH=/usr/bin:/bin", "HOME=" + (directory / "home"), "GIT_AUTHOR_NAME=T", "GIT_AUTHOR_EMAIL=t@t",
                "GIT_COMMITTER_NAME=T", "GIT_COMMITTER_EMAIL=t@t", "GIT_CONFIG_NOSYSTEM=1"}};
    std::ranges::move(arguments, std::back_inserter(command.argv));
    const auto finished = test::run_for<Result<os::Finished>>(
        [&]() -> task<Result<os::Finished>> { co_return co_await children->run(command); });
    if (!finished || !finished->ok()) ADD_FAILURE() << (finished ? finished->err : describe(finished.error()));
    return finished->out.substr(0, finished->out.find('\n'));
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(directory / ("work/" + name)) << text; }
  std::string commit() {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", "x"});
    return git({"rev-parse", "HEAD"});
  }

  std::unique_ptr<Source> source(GitSpec spec = {}, GitLimits limits = {}) {
    spec.name = "images";
    spec.url = "file://" + (directory / "work");
    GitWorld world{.children = *children,
                   .files = *files,
                   .clock = clock,
                   .environment = os::Environment({{"HOME", (directory / "home")}}),
                   .cache_directory = directory / "cache/git"};
    return make_git_source(std::move(spec), std::move(world), limits);
  }
  Result<Snapshot> read(GitSpec spec = {}, GitLimits limits = {}) {
    const auto from = source(std::move(spec), limits);
    return test::run_for<Result<Snapshot>>([&]() -> task<Result<Snapshot>> { co_return co_await from->read(); });
  }
  Result<Snapshot> read_at(const std::string& revision, GitSpec spec = {}) {
    const auto from = source(std::move(spec));
    return test::run_for<Result<Snapshot>>(
        [&]() -> task<Result<Snapshot>> { co_return co_await from->read_at(revision); });
  }
  fs::path repository() {
    for (const auto& entry : fs::directory_iterator(directory / "cache/git")) {
      if (entry.is_directory()) return entry.path();
    }
    return {};
  }

  async::SystemClock clock;
  std::unique_ptr<os::Children> children = os::make_children(clock);
  std::unique_ptr<os::Files> files = os::make_system_files();
  test::TemporaryDirectory directory;
  std::string first;
};

TEST_F(GitSourceTest, ReadsTheFilesOfACommit) {
  const auto snapshot = read();
  ASSERT_TRUE(snapshot) << describe(snapshot.error());
  EXPECT_EQ(snapshot->revision, first);
  ASSERT_EQ(snapshot->files.size(), 1u);
  EXPECT_EQ(snapshot->files[0].name, "images:a.yaml");
  EXPECT_EQ(snapshot->files[0].text, "1");
}

TEST_F(GitSourceTest, NothingNewIsNothing) {
  const auto from = source();
  test::run([&]() -> task<void> {
    const auto again = co_await from->read_unless(first);
    EXPECT_TRUE(again && !*again);
    const auto other = co_await from->read_unless("another");
    EXPECT_TRUE(other && *other);
  });
}

TEST_F(GitSourceTest, EmptyAndOddFilesArriveAsTheyAre) {
  const std::string odd("\0\xff\r\n1 blob 2\n", 13);
  write("empty.yaml", "");
  write("odd name \xc3\xbc.yaml", odd);
  commit();
  const auto snapshot = read();
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(snapshot->files.size(), 3u);
  EXPECT_EQ(snapshot->files[1].text, "");
  EXPECT_EQ(snapshot->files[2].name, "images:odd name \xc3\xbc.yaml");
  EXPECT_EQ(snapshot->files[2].text, odd);
}

TEST_F(GitSourceTest, AnOlderCommitMustBeInTheHistoryOfTheRef) {
  write("a.yaml", "2");
  const auto second = commit();
  ASSERT_TRUE(read());
  const auto older = read_at(first.substr(0, 10));
  ASSERT_TRUE(older) << describe(older.error());
  EXPECT_EQ(older->revision, first);
  EXPECT_EQ(older->files[0].text, "1");
  git({"checkout", "-q", "-b", "aside"});
  const auto aside = commit();
  EXPECT_TRUE(read_at(aside, {.ref_kind = RefKind::branch, .ref = "aside"})) << "it is in the cache now";
  EXPECT_EQ(read_at(aside, {.ref_kind = RefKind::branch, .ref = "main"}).error().code, Errc::not_found);
  EXPECT_EQ(read_at("main").error().code, Errc::usage);
  EXPECT_EQ(read_at("0123456789").error().code, Errc::not_found);
}

TEST_F(GitSourceTest, OnlyWhatFollowsTheAcceptedCommitIsTaken) {
  const auto second = commit();
  EXPECT_TRUE(read({.fast_forward_only = true, .accepted = first}));
  git({"reset", "-q", "--hard", first});
  write("b.yaml", "x");
  const auto other = commit();
  const auto refused = read({.fast_forward_only = true, .accepted = second});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::untrusted);
  EXPECT_TRUE(
      refused.error().message.contains("remove `sources/images.json` of the state and `" + repository().string() + "`"))
      << refused.error().message;
  EXPECT_TRUE(read({.fast_forward_only = true, .accepted = first}));
  EXPECT_EQ(read({.fast_forward_only = true, .accepted = std::string(40, '1')}).error().code, Errc::untrusted)
      << "what is nowhere in the history was rewritten away";
}

TEST_F(GitSourceTest, WithoutAStateTheCacheKnowsWhatWasAccepted) {
  const auto second = commit();
  ASSERT_TRUE(read({.fast_forward_only = true}));
  git({"reset", "-q", "--hard", first});
  EXPECT_EQ(read({.fast_forward_only = true}).error().code, Errc::untrusted);
  EXPECT_TRUE(read());
}

TEST_F(GitSourceTest, WhatAKilledGitLeftBehindIsNoObstacle) {
  ASSERT_TRUE(read());
  const auto pack = repository() / "objects/pack";
  std::ofstream(pack / "tmp_pack_x") << "x";
  std::ofstream(repository() / "shallow.lock") << "";
  std::ofstream(repository() / "packed-refs.lock") << "";
  write("a.yaml", "2");
  commit();
  const auto snapshot = read();
  EXPECT_TRUE(snapshot) << describe(snapshot.error());
  EXPECT_FALSE(fs::exists(pack / "tmp_pack_x"));
}

TEST_F(GitSourceTest, TheCacheDoesNotGrowForEver) {
  const auto packs = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(repository() / "objects/pack"))
      count += entry.path().extension() == ".pack";
    return count;
  };
  std::size_t most = 0;
  for (int i = 0; i < 4; ++i) {
    write("a.yaml", std::to_string(i));
    commit();
    ASSERT_TRUE(read({}, {.packs = 2}));
    most = std::max(most, packs());
  }
  EXPECT_EQ(most, 3u) << "each fetch brings one, and no fetch is tidied after before there are too many";
  EXPECT_EQ(packs(), 1u);
}

TEST_F(GitSourceTest, ACacheThatOthersCanReadIsNotUsed) {
  fs::create_directories(directory / "cache/git");
  fs::permissions(directory / "cache/git", fs::perms(0755));
  EXPECT_EQ(read().error().code, Errc::untrusted);
}

TEST_F(GitSourceTest, AnotherProcessInTheCacheIsWaitedForUntilTheTimeout) {
  ASSERT_TRUE(read());
  auto lock = files->try_lock(repository().string() + ".lock", "");
  ASSERT_TRUE(lock && *lock);
  const auto snapshot = read({.timeout = 1s});
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::timeout);
  lock->reset();
  EXPECT_TRUE(read());
}

TEST_F(GitSourceTest, WithoutAManifestItIsAnError) {
  git({"mv", "a.yaml", "README.md"});
  commit();
  const auto snapshot = read();
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::invalid_input);
  EXPECT_EQ(snapshot.error().where, "source images");
}

}  // namespace
}  // namespace retouch::sources
