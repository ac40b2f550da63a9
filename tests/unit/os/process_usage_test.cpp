#include "retouch/os/process_usage.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retouch::os {
namespace {

TEST(ProcessUsage, CountsWhatThisProcessTakes) {
  const auto before = process_usage();
  ASSERT_TRUE(before);
  EXPECT_GT(before->resident_bytes, 1u << 20);
  EXPECT_GT(before->virtual_bytes, before->resident_bytes);
  EXPECT_GE(before->open_fds, 3);
  EXPECT_GT(before->max_fds, 3);
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  const auto after = process_usage();
  ::close(file);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->open_fds, before->open_fds + 1);
  EXPECT_GE(after->cpu_seconds, before->cpu_seconds);
}

}  // namespace
}  // namespace retouch::os
