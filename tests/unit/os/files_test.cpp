#include "retouch/os/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

namespace fs = std::filesystem;
using test::TemporaryDirectory;
using Names = std::vector<std::string>;

struct FilesTest : testing::Test {
  TemporaryDirectory directory;
  std::unique_ptr<Files> files = make_system_files();
  void put(const std::string& name, const std::string& content = "x") {
    fs::create_directories(fs::path(directory / name).parent_path());
    ASSERT_TRUE(files->write(directory / name, content));
  }
};

TEST_F(FilesTest, WritesReadsAndRemoves) {
  put("a", "one");
  EXPECT_EQ(files->read(directory / "a", 3).value(), "one");
  put("a", "two");
  EXPECT_EQ(files->read(directory / "a", 3).value(), "two");
  EXPECT_TRUE(files->remove(directory / "a"));
  EXPECT_TRUE(files->remove(directory / "a"));
  EXPECT_EQ(files->read(directory / "a", 3).error().code, Errc::not_found);
}

TEST_F(FilesTest, ANewFileNeverTakesThePlaceOfAnother) {
  ASSERT_TRUE(files->write_new(directory / "a/b/c", "one"));
  const auto again = files->write_new(directory / "a/b/c", "two");
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("File exists"), std::string::npos) << again.error().message;
  fs::create_symlink("nowhere", directory / "a/b/dangling");
  EXPECT_FALSE(files->write_new(directory / "a/b/dangling", "two"));
  EXPECT_EQ(files->read(directory / "a/b/c", 9).value(), "one");
  EXPECT_EQ(files->list_tree(directory / "a", 10).value(), Names{"b/c"}) << "and leaves no temporary file";
}

TEST_F(FilesTest, ReadingStopsAtTheLimit) {
  put("a", "four");
  const auto read = files->read(directory / "a", 3);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::too_large);
  EXPECT_NE(read.error().message.find("3 bytes"), std::string::npos);
}

TEST_F(FilesTest, AFailedWriteLeavesTheOldContentAndNoTemporaryFile) {
  fs::create_directory(directory / "target");  // rename over a directory fails
  fs::create_directory(directory / "target/x");
  EXPECT_FALSE(files->write_private(directory / "target", "new"));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.text()), fs::directory_iterator()), 1);
}

TEST_F(FilesTest, InfoSaysWhoMayDoWhat) {
  put("a");
  ASSERT_EQ(::chmod((directory / "a").c_str(), 0640), 0);
  auto info = files->info(directory / "a").value().value();
  EXPECT_TRUE(info.regular && info.owned_by_user && info.readable_by_others);
  EXPECT_FALSE(info.writable_by_others || info.readable_by_all);
  ASSERT_EQ(::chmod((directory / "a").c_str(), 0604), 0);
  EXPECT_TRUE(files->info(directory / "a").value().value().readable_by_all);
  ASSERT_EQ(::chmod((directory / "a").c_str(), 0620), 0);
  EXPECT_TRUE(files->info(directory / "a").value().value().writable_by_others);
  fs::create_symlink("a", directory / "link");
  EXPECT_TRUE(files->info(directory / "link", true).value().value().symlink);
  EXPECT_FALSE(files->info(directory / "link").value().value().symlink);
  EXPECT_EQ(files->info(directory / "none").value(), std::nullopt);
}

TEST_F(FilesTest, TheTreeHoldsRegularFilesSortedAndNothingHidden) {
  for (auto name : {"b.yaml", "a/x.yaml", "a/b/y.yaml", ".hidden", ".git/config", "a/.x/z"}) put(name);
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(files->list_tree(directory.text(), 10).value(), (Names{"a/b/y.yaml", "a/x.yaml", "b.yaml"}));
  EXPECT_EQ(files->list_tree(directory.text(), 1, false).value(), Names{"b.yaml"}) << "what is below does not count";
}

TEST_F(FilesTest, TheTreeFollowsNoLinkOutOfItAndCountsNoFileTwice) {
  put("root/real.yaml");
  put("root/..data/mounted.yaml");
  put("outside.yaml");
  put("outside/deep.yaml");
  fs::create_symlink("../outside.yaml", directory / "root/escape.yaml");
  fs::create_symlink("../outside", directory / "root/directory");
  fs::create_symlink("..data/mounted.yaml", directory / "root/mounted.yaml");
  fs::create_symlink("real.yaml", directory / "root/again.yaml");
  fs::create_symlink(".", directory / "root/loop");
  EXPECT_EQ(files->list_tree(directory / "root", 10).value(), (Names{"mounted.yaml", "real.yaml"}));
}

TEST_F(FilesTest, ATreeWithTooManyFilesOrNoneAtAllIsAnError) {
  put("root/a");
  put("root/b");
  EXPECT_TRUE(files->list_tree(directory / "root", 2));
  EXPECT_EQ(files->list_tree(directory / "root", 1).error().code, Errc::too_large);
  EXPECT_EQ(files->list_tree(directory / "none", 1).error().code, Errc::not_found);
}

TEST_F(FilesTest, ALockIsHeldOnceAndItsHolderSaysWho) {
  auto lock = files->try_lock(directory / "locks/a", "pid 12 since 2026 verb apply").value();
  ASSERT_TRUE(lock);
  std::string holder;
  EXPECT_EQ(files->try_lock(directory / "locks/a", "pid 13", &holder).value(), nullptr);
  EXPECT_EQ(holder, "pid 12 since 2026 verb apply");
  lock.reset();
  EXPECT_TRUE(files->try_lock(directory / "locks/a", "pid 13").value());
}

TEST_F(FilesTest, TheKernelReleasesTheLockOfAProcessThatDied) {
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto lock = files->try_lock(directory / "lock", "child");
    if (!lock || !*lock) ::_exit(2);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(files->try_lock(directory / "lock", "parent").value());
}

TEST_F(FilesTest, ALockFileThatIsALinkIsRefused) {
  put("victim", "precious");
  fs::create_symlink("victim", directory / "lock");
  EXPECT_EQ(files->try_lock(directory / "lock", "x").error().code, Errc::untrusted);
  EXPECT_EQ(files->read(directory / "victim", 100).value(), "precious");
}

}  // namespace
}  // namespace retouch::os
