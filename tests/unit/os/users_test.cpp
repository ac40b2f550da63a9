#include "retouch/os/users.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include "accounts.hpp"

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

// What a name service says, one answer after the other: 0 = found.
Result<std::optional<unsigned>> asked(std::vector<int> answers, std::size_t* last_size = nullptr) {
  std::size_t next = 0;
  const auto ask = [&](passwd& entry, std::vector<char>& buffer, passwd*& found) {
    if (last_size != nullptr) *last_size = buffer.size();
    const int answer = answers[std::min(next++, answers.size() - 1)];
    if (answer == 0) found = &entry;
    return answer;
  };
  return look_up<passwd>("user ann", ask, [](const passwd&) { return 7u; });
}

TEST(Accounts, ALargeEntryGetsALargerBuffer) {
  std::size_t size = 0;
  EXPECT_EQ(*asked({ERANGE, EINTR, ERANGE, 0}, &size), 7u);
  EXPECT_EQ(size, 65536u);
  EXPECT_EQ(asked({ERANGE}).error().code, Errc::io) << "and not for ever";
}

TEST(Accounts, ANameServiceThatDoesNotAnswerIsNoUnknownUser) {
  for (const int nobody : {ENOENT, ESRCH, EBADF, EPERM}) EXPECT_EQ(*asked({nobody}), std::nullopt) << nobody;
  const auto failed = asked({EIO});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::io);
  EXPECT_EQ(failed.error().reaction, Reaction::transient);
  EXPECT_TRUE(failed.error().message.starts_with("cannot look up the user ann: ")) << failed.error().message;
}

}  // namespace
}  // namespace retouch::os
