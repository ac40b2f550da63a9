#include "retouch/os/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace retouch::os {
namespace {

TEST(Process, AfterMakeNotDumpableThereIsNoCoreOfIt) {
  const auto child = ::fork();  // the test's own process stays debuggable
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(make_not_dumpable() && !is_dumpable() ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Process, AFileIsNoTerminalAndHasNoWidth) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_FALSE(is_terminal(file));
  EXPECT_EQ(terminal_width(file), std::nullopt);
  ::close(file);
}

TEST(Process, TheJournalIsKnownByItsStreamAlone) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int other = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  struct stat status{};
  ASSERT_EQ(::fstat(file, &status), 0);
  const Environment environment(
      {{"JOURNAL_STREAM", std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)}});
  EXPECT_TRUE(is_journal(file, environment));
  EXPECT_FALSE(is_journal(other, environment));
  EXPECT_FALSE(is_journal(-1, environment));
  EXPECT_FALSE(is_journal(file, Environment()));
  ::close(file);
  ::close(other);
}

TEST(Process, TheUserIsNamedWithTheHost) {
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof(host) - 1), 0);
  const std::string who = user_at_host(Environment());
  EXPECT_TRUE(who.ends_with(std::string("@") + host)) << who;
  EXPECT_FALSE(who.starts_with("@")) << who;
}

TEST(Process, BehindSudoItIsTheCaller) {
  const std::string who = user_at_host(Environment({{"SUDO_USER", "alice"}}));
  EXPECT_EQ(who.starts_with("alice@"), is_root()) << who;
}

}  // namespace
}  // namespace retouch::os
