// The fake must refuse what the real files refuse.
#include "fake_files.hpp"

#include <gtest/gtest.h>

namespace retouch::test {
namespace {

TEST(FakeFiles, BehavesAsTheRealOnesWhereLayersRelyOnIt) {
  FakeFiles files;
  EXPECT_EQ(files.read("/a", 10).error().code, Errc::not_found);
  ASSERT_TRUE(files.write_private("/d/a", "secret"));
  EXPECT_EQ(files.read_private("/d/a", 10).value().reveal(), "secret");
  EXPECT_EQ(files.read("/d/a", 3).error().code, Errc::too_large);
  EXPECT_TRUE(files.info("/d").value().value().directory);
  files.files["/d/a"].info.readable_by_others = true;
  EXPECT_EQ(files.read_private("/d/a", 10).error().code, Errc::untrusted);
  auto lock = files.try_lock("/l", "me").value();
  std::string holder;
  EXPECT_EQ(files.try_lock("/l", "you", &holder).value(), nullptr);
  EXPECT_EQ(holder, "me");
  lock.reset();
  EXPECT_TRUE(files.try_lock("/l", "you").value());
  EXPECT_EQ(files.list_tree("/d", 5).value(), std::vector<std::string>{"a"});
  files.fail_writes = true;
  EXPECT_EQ(files.write("/x", "y").error().code, Errc::io);
}

}  // namespace
}  // namespace retouch::test
