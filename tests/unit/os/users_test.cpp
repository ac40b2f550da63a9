#include "retouch/os/users.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace retouch::os {
namespace {

TEST(Users, KnowsRootAndItsGroup) {
  auto users = make_system_users();
  EXPECT_EQ(*users->user("root"), 0u);
  EXPECT_EQ(*users->group("root"), 0u);
  EXPECT_EQ(own_user(), ::geteuid());
}

TEST(Users, AStrangerIsNoError) {
  auto users = make_system_users();
  for (const std::string name : {"no-such-user-of-retouch", "", "with blank", "0"}) {
    auto user = users->user(name), group = users->group(name);
    ASSERT_TRUE(user && group) << name;
    EXPECT_FALSE(*user) << name;
    EXPECT_FALSE(*group) << name;
  }
}

}  // namespace
}  // namespace retouch::os
