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

}  // namespace
}  // namespace retouch::os
