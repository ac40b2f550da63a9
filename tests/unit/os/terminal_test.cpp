#include "retouch/os/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "run.hpp"

namespace retouch::os {
namespace {

// Standard input is a pipe for the time of a test.
struct Typing : testing::Test {
  int before = ::dup(STDIN_FILENO);
  std::array<int, 2> pipe{-1, -1};
  void SetUp() override {
    ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::dup2(pipe[0], STDIN_FILENO), STDIN_FILENO);
  }
  void TearDown() override {
    if (before >= 0) {
      ::dup2(before, STDIN_FILENO);
      ::close(before);
    }
    for (const int end : pipe) {
      if (end >= 0) ::close(end);
    }
  }
  void type(std::string_view text) { ASSERT_EQ(::write(pipe[1], text.data(), text.size()), std::ssize(text)); }
  void hang_up() { ::close(std::exchange(pipe[1], -1)); }
  static Result<std::string> read() {
    Result<std::string> line = fail(Errc::internal, "nothing was read");
    test::run([&]() -> task<void> { line = co_await read_line(); });
    return line;
  }
};

TEST_F(Typing, ALineComesWithoutItsEnd) {
  type("yes\n");
  EXPECT_EQ(read().value(), "yes");
  type("\n");
  EXPECT_EQ(read().value(), "");
}

TEST_F(Typing, AnEndWithoutALineIsNoAnswer) {
  type("ye");
  hang_up();
  const auto line = read();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Errc::io);
  EXPECT_TRUE(line.error().message.starts_with("no answer was given")) << line.error().message;
}

TEST_F(Typing, ALineLongerThanAnyAnswerIsNone) {
  type(std::string(5000, 'y') + "\n");
  EXPECT_FALSE(read());
}

TEST_F(Typing, StandardInputBlocksAfterwardsAsBefore) {
  type("yes\n");
  ASSERT_TRUE(read());
  EXPECT_EQ(::fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(Typing, ClosedStandardInputIsTold) {
  ::close(STDIN_FILENO);
  const auto line = read();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "standard input is closed");
}

TEST_F(Typing, WhatCannotBeWaitedForIsTold) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);  // epoll takes no such file
  ASSERT_EQ(::dup2(file, STDIN_FILENO), STDIN_FILENO);
  ::close(file);
  const auto line = read();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Errc::io);
}

}  // namespace
}  // namespace retouch::os
