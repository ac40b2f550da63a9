#include "retouch/os/identity.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "retouch/os/process.hpp"
#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

constexpr unsigned somebody = 54321;  // no entry in any passwd file

// Ids cannot be taken back, so a child changes them. What `check` says is its exit code.
int in_a_child(const std::function<int()>& check) {
  const auto child = ::fork();
  if (child == 0) ::_exit(check());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Identity, NobodyButRootBecomesTheOwner) {
  const test::TemporaryDirectory directory;
  const auto owner = other_owner(directory.text());
  ASSERT_TRUE(owner);
  EXPECT_EQ(*owner, std::nullopt);  // root's own, or not root
}

TEST(Identity, ADirectoryThatIsNotThereHasNoOwner) {
  const test::TemporaryDirectory directory;
  EXPECT_EQ(*other_owner(directory / "missing"), std::nullopt);
}

TEST(Identity, RootBecomesTheOwnerForGood) {
  if (!is_root()) GTEST_SKIP() << "only root can become somebody else";
  const test::TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.text().c_str(), somebody, somebody), 0);
  const auto owner = other_owner(directory.text());
  ASSERT_TRUE(owner && *owner);
  EXPECT_EQ((*owner)->name, "uid 54321");
  EXPECT_EQ(in_a_child([&] {
              if (!make_not_dumpable() || !become(**owner)) return 1;
              uid_t ids[3] = {};
              gid_t groups[3] = {}, all[64] = {};
              if (::getresuid(&ids[0], &ids[1], &ids[2]) != 0 || ::getresgid(&groups[0], &groups[1], &groups[2]) != 0)
                return 2;
              for (int i = 0; i < 3; ++i) {
                if (ids[i] != somebody || groups[i] != somebody) return 3;
              }
              if (::getgroups(64, all) != 1 || all[0] != somebody) return 4;  // none of root's
              if (::setuid(0) == 0) return 5;
              return is_dumpable() ? 6 : 0;
            }),
            0);
}

TEST(Identity, AKnownUserBringsNameHomeAndGroups) {
  if (!is_root()) GTEST_SKIP() << "only root can become somebody else";
  const test::TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.text().c_str(), 65534, 0), 0);
  const auto owner = other_owner(directory.text()).value();
  ASSERT_TRUE(owner);
  if (!owner->known) GTEST_SKIP() << "this system has no user nobody";
  EXPECT_EQ(owner->name, "nobody");
  EXPECT_EQ(in_a_child([&] { return become(*owner) && ::geteuid() == 65534 && ::getegid() == owner->group ? 0 : 1; }),
            0);
}

TEST(Identity, WhoMayNotSaysSo) {
  EXPECT_EQ(in_a_child([] {
              if (is_root() && !become({.id = somebody, .group = somebody})) return 1;
              const auto refused =
                  become({.id = somebody + 1, .group = somebody + 1, .name = "alice", .owns = "/state"});
              return !refused && refused.error().code == Errc::permission &&
                             refused.error().message.starts_with("cannot work as user alice, who owns /state: ") &&
                             refused.error().message.contains("Run the verb as that user") &&
                             refused.error().message.contains("CAP_SETUID and CAP_SETGID")
                         ? 0
                         : 2;
            }),
            0);
}

TEST(Identity, TheEnvironmentIsTheUsers) {
  const Environment roots({{"HOME", "/root"}, {"USER", "root"}, {"XDG_CACHE_HOME", "/root/c"}, {"OS_CLOUD", "lab"}});
  const Environment theirs = environment_of({.name = "retouch", .home = "/var/lib/retouch", .known = true}, roots);
  EXPECT_EQ(theirs.get("HOME"), "/var/lib/retouch");
  EXPECT_EQ(theirs.get("USER"), "retouch");
  EXPECT_EQ(theirs.get("XDG_CACHE_HOME"), std::nullopt);
  EXPECT_EQ(theirs.get("OS_CLOUD"), "lab");
  EXPECT_EQ(environment_of({.name = "uid 7"}, roots).get("HOME"), std::nullopt);
}

TEST(Identity, InANamespaceOnlyMappedUsersAreSeen) {
  EXPECT_TRUE(is_mapped(1000, "         0          0 4294967295\n"));
  constexpr std::string_view private_users = "0 0 1\n977 977 1\n";
  EXPECT_TRUE(is_mapped(0, private_users));
  EXPECT_TRUE(is_mapped(977, private_users));
  EXPECT_FALSE(is_mapped(1000, private_users));
  EXPECT_FALSE(is_mapped(65534, private_users));
  EXPECT_TRUE(is_mapped(65535, "0 100000 65536\n"));
  EXPECT_FALSE(is_mapped(65536, "0 100000 65536\n"));
  EXPECT_FALSE(is_mapped(0, ""));
  EXPECT_TRUE(sees_user(::geteuid()));
  EXPECT_TRUE(sees_group(::getegid()));
}

}  // namespace
}  // namespace retouch::os
