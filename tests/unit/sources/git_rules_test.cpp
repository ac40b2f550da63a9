#include "../../../src/sources/git_rules.hpp"

#include <gtest/gtest.h>

namespace retouch::sources {
namespace {

class GoodUrl : public testing::TestWithParam<const char*> {};
TEST_P(GoodUrl, IsTaken) {
  const auto checked = check_git_url(GetParam());
  EXPECT_TRUE(checked) << describe(checked.error());
}
INSTANTIATE_TEST_SUITE_P(Urls, GoodUrl,
                         testing::Values("https://git.example/images.git", "https://reader@git.example:8443/a/b",
                                         "https://[2001:db8::1]/x.git", "ssh://git@git.example/images.git",
                                         "ssh://git@git.example:2222/images.git", "git@git.example:images.git",
                                         "git.example:team/images", "git@[2001:db8::1]:images.git",
                                         "file:///srv/git/images.git", "http://127.0.0.1:8080/x.git",
                                         "http://localhost/x.git", "http://[::1]:80/x.git"));

class BadUrl : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(BadUrl, IsRefusedWithItsReason) {
  const auto checked = check_git_url(GetParam().first);
  ASSERT_FALSE(checked) << GetParam().first;
  EXPECT_EQ(checked.error().code, Errc::invalid_input);
  EXPECT_NE(checked.error().message.find(GetParam().second), std::string::npos) << checked.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Urls, BadUrl,
    testing::Values(
        std::pair{"", "is empty"}, std::pair{"-uexec", "begins with `-`"},
        std::pair{"--upload-pack=touch x", "begins with `-`"}, std::pair{"ext::sh -c true", "run a program"},
        std::pair{"fd::17", "run a program"}, std::pair{"https://a\nb/c", "control characters"},
        std::pair{"https://user:word@host/x", "password"}, std::pair{"ssh://user:word@host/x", "password"},
        std::pair{"user:word@host:x", "password"}, std::pair{"http://git.example/x", "must be https"},
        std::pair{"http://127.0.0.1.example/x", "must be https"}, std::pair{"git://host/x", "cannot be git://"},
        std::pair{"ftp://host/x", "cannot be ftp://"}, std::pair{"HTTPS://host/x", "cannot be HTTPS://"},
        std::pair{"ssh://-oProxyCommand=x/y", "no usable host"}, std::pair{"ssh://%2doProxy/y", "no usable host"},
        std::pair{"-oProxyCommand=x:y", "begins with `-`"}, std::pair{"a@-oProxyCommand=x:y", "no usable host"},
        std::pair{"ssh://-l@host/y", "no usable user"}, std::pair{"host:-x", "names no repository"},
        std::pair{"https://host", "names no repository"}, std::pair{"https://host/", "names no repository"},
        std::pair{"https:///x", "no usable host"}, std::pair{"https://host:1x/y", "no usable port"},
        std::pair{"file://host/x", "three slashes"}, std::pair{"/srv/git", "write file:///srv/git"},
        std::pair{"images", "is none"}));

TEST(GitUrl, ALongOneIsRefused) { EXPECT_FALSE(check_git_url("https://host/" + std::string(3000, 'x'))); }

TEST(GitUrl, ThePasswordIsNotRepeated) {
  EXPECT_EQ(check_git_url("https://user:word@host/x").error().message.find("word@"), std::string::npos);
}

TEST(GitUrl, ItsProtocolIsTheOnlyOneThatGitMaySpeak) {
  EXPECT_EQ(protocol_of("https://host/x"), "https");
  EXPECT_EQ(protocol_of("file:///x"), "file");
  EXPECT_EQ(protocol_of("git@host:x"), "ssh");
}

TEST(GitRef, NamesAreThoseThatGitTakes) {
  for (const auto* good : {"main", "release/1.0", "v1.2-rc", "a@b", "feature/x.y"}) {
    EXPECT_TRUE(check_git_ref(RefKind::branch, good)) << good;
    EXPECT_TRUE(check_git_ref(RefKind::tag, good)) << good;
  }
  for (const auto* bad :
       {"",     "-x",     "a..b",     "a b", "a~1", "a^",   "a:b", "a?", "a*",    "a[",   "a\\b", ".a",
        "a/.b", "a.lock", "a.lock/b", "/a",  "a/",  "a//b", "a.",  "@",  "a@{1}", "a\nb", "a\x7f"}) {
    EXPECT_FALSE(check_git_ref(RefKind::branch, bad)) << bad;
  }
  EXPECT_TRUE(check_git_ref(RefKind::head, ""));
}

TEST(GitRef, ACommitIsWhole) {
  EXPECT_TRUE(check_git_ref(RefKind::commit, std::string(40, 'a')));
  for (const auto& bad : {std::string(39, 'a'), std::string(40, 'g'), std::string(40, 'A'), std::string("main")}) {
    EXPECT_FALSE(check_git_ref(RefKind::commit, bad)) << bad;
  }
}

TEST(GitRef, ACommitOfASha256RepositoryIsRefusedAsSuch) {
  const auto refused = check_git_ref(RefKind::commit, std::string(64, '0'));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("SHA-256 repositories are not read"), std::string::npos);
  EXPECT_FALSE(is_commit_id(std::string(64, '0')));
  EXPECT_TRUE(is_commit_id(std::string(40, '0')));
}

TEST(GitPath, StaysInside) {
  EXPECT_EQ(clean_git_path("").value(), "");
  EXPECT_EQ(clean_git_path("/").value(), "");
  EXPECT_EQ(clean_git_path("./a//b/").value(), "a/b");
  EXPECT_FALSE(clean_git_path("a/../b"));
  EXPECT_FALSE(clean_git_path("a\nb"));
}

TEST(GitCommit, IsHexadecimalAndAtLeastSevenDigits) {
  EXPECT_TRUE(is_commit_id("0123abc"));
  EXPECT_FALSE(is_commit_id("0123ab"));
  EXPECT_FALSE(is_commit_id("HEAD~12"));
  EXPECT_FALSE(is_commit_id("-1234567"));
}

}  // namespace
}  // namespace retouch::sources
