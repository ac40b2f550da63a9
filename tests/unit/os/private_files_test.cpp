// The rules of files that hold tokens: each refusal by itself.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "retouch/os/files.hpp"
#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

namespace fs = std::filesystem;

struct PrivateFiles : testing::Test {
  test::TemporaryDirectory directory;
  std::unique_ptr<Files> files = make_system_files();
  std::string path = directory / "tokens/a";
  Errc refusal() {
    auto read = files->read_private(path, 100);
    EXPECT_FALSE(read);
    return read ? Errc::internal : read.error().code;
  }
  void SetUp() override { ASSERT_TRUE(files->write_private(path, "secret")); }
};

TEST_F(PrivateFiles, WritesMode0600InADirectoryOfMode0700) {
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  ASSERT_EQ(::stat((directory / "tokens").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
  EXPECT_EQ(files->read_private(path, 100).value().reveal(), "secret");
}

TEST_F(PrivateFiles, AMissingFileIsNotFoundAndNothingIsMade) {
  EXPECT_EQ(files->read_private(directory / "none/a", 100).error().code, Errc::not_found);
  EXPECT_FALSE(fs::exists(directory / "none"));
}

TEST_F(PrivateFiles, RefusesAFileThatOthersCanOpen) {
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_EQ(refusal(), Errc::untrusted) << std::oct << mode;
  }
}

TEST_F(PrivateFiles, RefusesADirectoryThatOthersCanEnter) {
  ASSERT_EQ(::chmod((directory / "tokens").c_str(), 0750), 0);
  EXPECT_EQ(refusal(), Errc::untrusted);
  EXPECT_EQ(files->write_private(path, "x").error().code, Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesALinkToAFile) {
  fs::rename(path, directory / "tokens/b");
  fs::create_symlink("b", path);
  EXPECT_EQ(refusal(), Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesALinkToADirectory) {
  fs::create_directory_symlink("tokens", directory / "link");
  EXPECT_EQ(files->read_private(directory / "link/a", 100).error().code, Errc::untrusted);
  EXPECT_EQ(files->write_private(directory / "link/a", "x").error().code, Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesASecondHardLink) {
  fs::create_hard_link(path, directory / "tokens/b");
  EXPECT_EQ(refusal(), Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesANamedPipeWithoutWaitingForItsWriter) {
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesAForeignFile) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  EXPECT_EQ(refusal(), Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesAForeignDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  ASSERT_EQ(::chown((directory / "tokens").c_str(), 12345, 12345), 0);
  EXPECT_EQ(refusal(), Errc::untrusted);
}

TEST_F(PrivateFiles, RefusesMoreThanTheLimit) {
  ASSERT_TRUE(files->write_private(path, std::string(101, 'x')));
  EXPECT_EQ(refusal(), Errc::too_large);
}

TEST_F(PrivateFiles, AWriteReplacesALinkInsteadOfFollowingIt) {
  ASSERT_TRUE(files->write(directory / "victim", "precious"));
  fs::remove(path);
  fs::create_symlink(directory / "victim", path);
  ASSERT_TRUE(files->write_private(path, "secret"));
  EXPECT_EQ(files->read(directory / "victim", 100).value(), "precious");
  EXPECT_FALSE(fs::is_symlink(path));
}

}  // namespace
}  // namespace retouch::os
