#include "retouch/os/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
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
