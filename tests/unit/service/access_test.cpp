#include "retouch/service/access.hpp"

#include <gtest/gtest.h>

#include <map>

namespace retouch::service {
namespace {

constexpr std::uint32_t daemon_user = 990;

class FakeUsers final : public os::Users {
 public:
  std::map<std::string, std::uint32_t> users{{"root", 0}, {"ann", 1000}, {"ben", 1001}, {"1234", 77}};
  std::map<std::string, std::uint32_t> groups{{"ops", 500}, {"staff", 501}, {"ann", 1000}};
  bool broken = false;

  Result<std::optional<std::uint32_t>> user(const std::string& name) override { return find(users, name); }
  Result<std::optional<std::uint32_t>> group(const std::string& name) override { return find(groups, name); }

 private:
  Result<std::optional<std::uint32_t>> find(const std::map<std::string, std::uint32_t>& in, const std::string& name) {
    if (broken) return fail(Errc::io, "the directory server is away");
    const auto it = in.find(name);
    return it == in.end() ? std::nullopt : std::optional(it->second);
  }
};

TEST(Access, IsAsTheTableSays) {
  FakeUsers users;
  std::vector<std::string> notices;
  const auto rules = resolve_access({"ann", "%staff"}, {"ben", "%ops"}, daemon_user, users, notices);
  EXPECT_TRUE(notices.empty());
  struct Row {
    const char* who;
    http::Peer peer;
    Access expected;
  };
  const Row rows[] = {
      {"root", {.uid = 0, .gid = 0}, Access::operates},
      {"the daemon's own user", {.uid = daemon_user, .gid = 5}, Access::operates},
      {"a reader by name", {.uid = 1000, .gid = 9}, Access::reader},
      {"an operator by name", {.uid = 1001, .gid = 9}, Access::operates},
      {"a reader by primary group", {.uid = 7, .gid = 501}, Access::reader},
      {"a reader by another group", {.uid = 7, .gid = 9, .groups = {8, 501}}, Access::reader},
      {"an operator by another group", {.uid = 7, .gid = 9, .groups = {500}}, Access::operates},
      {"a reader who operates by a group", {.uid = 1000, .gid = 9, .groups = {501, 500}}, Access::operates},
      {"a stranger", {.uid = 7, .gid = 9, .groups = {8}}, Access::none},
      {"root's group alone", {.uid = 7, .gid = 0, .groups = {0}}, Access::none},
      {"the group with the number of a user", {.uid = 7, .gid = 1001, .groups = {1000}}, Access::none},
      {"the user with the number of a group", {.uid = 500, .gid = 9}, Access::none},
      {"the group with the daemon's number", {.uid = 7, .gid = daemon_user}, Access::none},
  };
  for (const auto& row : rows) EXPECT_EQ(access_of(row.peer, rules), row.expected) << row.who;
  EXPECT_EQ(access_of(std::nullopt, rules), Access::none);
}

TEST(Access, WithoutListsOnlyRootAndTheDaemonsUserMayAnything) {
  const AccessRules rules{.own_user = daemon_user};
  EXPECT_EQ(access_of(http::Peer{.uid = 0}, rules), Access::operates);
  EXPECT_EQ(access_of(http::Peer{.uid = 1, .gid = 1}, rules), Access::none);
}

TEST(Access, ANameThatNobodyHasLetsNobodyInAndIsTold) {
  FakeUsers users;
  std::vector<std::string> notices;
  const auto rules = resolve_access({"carol"}, {"%nosuch", "ann"}, daemon_user, users, notices);
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_EQ(notices[0], "service.readers: there is no user `carol`, so it lets nobody in");
  EXPECT_EQ(notices[1], "service.operators: there is no group `nosuch`, so it lets nobody in");
  EXPECT_EQ(rules.operator_users, std::set<std::uint32_t>{1000});
}

TEST(Access, ANameServiceThatIsAwayLetsNobodyInAndIsTold) {
  FakeUsers users;
  users.broken = true;
  std::vector<std::string> notices;
  const auto rules = resolve_access({}, {"1000"}, daemon_user, users, notices);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_NE(notices[0].find("the directory server is away; until the next reload `1000` lets nobody in"),
            std::string::npos);
  EXPECT_TRUE(rules.operator_users.empty());
}

TEST(Access, ANumberIsAnIdUnlessItIsSomebodysName) {
  FakeUsers users;
  std::vector<std::string> notices;
  const auto rules = resolve_access({"2000", "%2001", "1234"}, {"4294967295", "-1", "%"}, daemon_user, users, notices);
  EXPECT_EQ(rules.reader_users, (std::set<std::uint32_t>{77, 2000}));
  EXPECT_EQ(rules.reader_groups, std::set<std::uint32_t>{2001});
  EXPECT_TRUE(rules.operator_users.empty() && rules.operator_groups.empty());
  EXPECT_EQ(notices.size(), 3u);
}

TEST(Access, ARefusalSaysWhoMay) {
  const auto text = refusal(http::Peer{.uid = 7}, Access::operates);
  EXPECT_NE(text.find("user 7 may not act here"), std::string::npos);
  EXPECT_EQ(text.find("readers"), std::string::npos);
  EXPECT_NE(refusal(http::Peer{.uid = 7}, Access::reader).find("`service.readers`"), std::string::npos);
}

}  // namespace
}  // namespace retouch::service
