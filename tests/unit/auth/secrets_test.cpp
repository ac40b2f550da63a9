#include "retouch/auth/secrets.hpp"

#include <gtest/gtest.h>

#include "fake_files.hpp"

namespace retouch::auth {
namespace {

using From = AuthValue::From;

struct Secrets : testing::Test {
  test::FakeFiles files;
  os::Environment environment{{{"PW", "from env"}, {"CREDENTIALS_DIRECTORY", "/run/credentials/x"}}};
  std::vector<std::string> notices;
  Result<Secret> open(From from, const std::string& text) {
    return open_secret({.from = from, .text = text, .place = {"retouch.yaml", 3, 5}}, "password", environment, files,
                       notices);
  }
  std::string value(From from, const std::string& text) { return open(from, text).value().reveal(); }
};

TEST_F(Secrets, OfAFileLoseOneLineEnd) {
  for (const auto& [content, expected] :
       {std::pair{"pw", "pw"}, {"pw\n", "pw"}, {"pw\r\n", "pw"}, {"pw\n\n", "pw\n"}, {" pw ", " pw "}}) {
    files.add("/s", content);
    EXPECT_EQ(value(From::file, "/s"), expected);
  }
  EXPECT_TRUE(notices.empty());
}

TEST_F(Secrets, ComeFromTheEnvironmentAndFromSystemd) {
  EXPECT_EQ(value(From::env, "PW"), "from env");
  files.add("/run/credentials/x/lab", "cred\n");
  EXPECT_EQ(value(From::credential, "lab"), "cred");
}

TEST_F(Secrets, WhatIsMissingSaysWhatAndWhere) {
  for (const auto& [from, text, expected] : {std::tuple{From::file, "/none", "there is no file /none"},
                                             {From::env, "NONE", "variable NONE is not set"},
                                             {From::credential, "none", "there is no file /run/credentials/x/none"}}) {
    const auto opened = open(from, text);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::not_found);
    EXPECT_NE(opened.error().message.find(expected), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find("password"), std::string::npos);
    EXPECT_EQ(opened.error().place.line, 3);
  }
  environment = os::Environment();
  EXPECT_NE(open(From::credential, "x").error().message.find("CREDENTIALS_DIRECTORY"), std::string::npos);
}

TEST_F(Secrets, ACredentialNameIsNoPath) {
  files.add("/run/credentials/etc", "x");
  for (const auto* name : {"../etc", "a/b", "..", ".x", ""})
    EXPECT_EQ(open(From::credential, name).error().code, Errc::invalid_input);
}

TEST_F(Secrets, AnEmptySecretIsAnError) {
  files.add("/s", "\n");
  EXPECT_EQ(open(From::file, "/s").error().code, Errc::invalid_input);
}

TEST_F(Secrets, AFileThatOthersCanWriteIsRefused) {
  files.add("/s", "pw").info.writable_by_others = true;
  EXPECT_EQ(open(From::file, "/s").error().code, Errc::untrusted);
}

TEST_F(Secrets, AFileThatAllCanReadIsUsedWithANotice) {
  files.add("/s", "pw").info.readable_by_all = true;
  EXPECT_EQ(value(From::file, "/s"), "pw");
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_NE(notices[0].find("everybody"), std::string::npos);
}

TEST_F(Secrets, AHugeFileIsRefused) {
  files.add("/s", std::string(max_secret_file + 1, 'x'));
  EXPECT_EQ(open(From::file, "/s").error().code, Errc::too_large);
}

}  // namespace
}  // namespace retouch::auth
