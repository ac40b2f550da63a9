#include "../../../src/sources/git_environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace retouch::sources {
namespace {

using namespace std::string_literals;

bool holds(const std::vector<std::string>& environment, const std::string& line) {
  return std::ranges::find(environment, line) != environment.end();
}
bool has(const std::vector<std::string>& environment, const std::string& name) {
  return std::ranges::any_of(environment, [&](const auto& line) { return line.starts_with(name + "="); });
}
// By the last value of a key, as git takes it.
std::string setting(const std::vector<std::string>& environment, const std::string& key) {
  std::string value = "(none)";
  for (std::size_t i = 0; i + 1 < environment.size(); ++i) {
    if (environment[i].starts_with("GIT_CONFIG_KEY_") && environment[i].ends_with("=" + key)) {
      value = environment[i + 1].substr(environment[i + 1].find('=') + 1);
    }
  }
  return value;
}

const os::Environment ours({{"HOME", "/home/me"},
                            {"PATH", "/evil"},
                            {"GIT_SSH_COMMAND", "evil"},
                            {"GIT_DIR", "/evil"},
                            {"LD_PRELOAD", "evil"},
                            {"GIT_SSL_NO_VERIFY", "1"},
                            {"SSH_AUTH_SOCK", "/run/agent"},
                            {"HTTPS_PROXY", "http://proxy:3128"},
                            {"SSL_CERT_FILE", "/ca.pem"},
                            {"XDG_CONFIG_HOME", "/home/me/.c"}});

TEST(GitEnvironment, NothingOfOursIsInItButWhatIsNamed) {
  const auto environment = git_environment(ours, {}, {.ssh = "/usr/bin/ssh"}, "https", "");
  for (const auto* name : {"GIT_DIR", "LD_PRELOAD", "GIT_SSL_NO_VERIFY", "XDG_CONFIG_HOME"})
    EXPECT_FALSE(has(environment, name)) << name;
  for (const auto* line : {"HOME=/home/me", "SSH_AUTH_SOCK=/run/agent", "HTTPS_PROXY=http://proxy:3128",
                           "GIT_SSL_CAINFO=/ca.pem", "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_GLOBAL=/dev/null",
                           "GIT_CONFIG_NOSYSTEM=1", "GIT_ALLOW_PROTOCOL=https", "GIT_NO_REPLACE_OBJECTS=1"}) {
    EXPECT_TRUE(holds(environment, line)) << line;
  }
  for (const auto& line : environment) EXPECT_EQ(line.find("evil"), std::string::npos) << line;
}

TEST(GitEnvironment, WhatIsFixedGoesAfterWhatIsTheUsers) {
  const auto environment =
      git_environment(ours, {{"credential.helper", "store"}, {"core.hooksPath", "/evil"}}, {}, "https", "");
  EXPECT_EQ(setting(environment, "credential.helper"), "store");
  EXPECT_EQ(setting(environment, "core.hooksPath"), "/dev/null");
  EXPECT_EQ(setting(environment, "gpg.program"), "/bin/false");
  EXPECT_EQ(setting(environment, "transfer.fsckObjects"), "true");
  EXPECT_EQ(setting(environment, "protocol.allow"), "never");
  EXPECT_EQ(setting(environment, "http.followRedirects"), "false");
}

TEST(GitEnvironment, SignersAndTheProgramThatChecksThemAreOurs) {
  const auto with = git_environment(ours, {}, {.ssh_keygen = "/usr/bin/ssh-keygen"}, "https", "/etc/signers");
  EXPECT_EQ(setting(with, "gpg.ssh.allowedSignersFile"), "/etc/signers");
  EXPECT_EQ(setting(with, "gpg.ssh.program"), "/usr/bin/ssh-keygen");
  EXPECT_EQ(setting(git_environment(ours, {}, {}, "https", ""), "gpg.ssh.allowedSignersFile"), "/dev/null");
}

TEST(GitEnvironment, SettingsArePassedAsTheyAre) {
  EXPECT_EQ(
      parse_user_settings("credential.helper\nstore --file x\0url.a.insteadof\nb\nc\0credential.usehttppath\0"s),
      (std::vector<GitSetting>{
          {"credential.helper", "store --file x"}, {"url.a.insteadof", "b\nc"}, {"credential.usehttppath", "true"}}));
  EXPECT_TRUE(parse_user_settings("").empty());
}

TEST(GitEnvironment, OnlyCredentialsAndInsteadOfAreTakenFromTheUser) {
  const std::regex pattern{std::string(user_settings_pattern)};
  for (const auto* good : {"credential.helper", "credential.https://host.helper", "credential.https://host.username",
                           "credential.usehttppath", "url.ssh://git@host/.insteadof"}) {
    EXPECT_TRUE(std::regex_search(good, pattern)) << good;
  }
  for (const auto* bad :
       {"core.sshcommand", "core.hookspath", "url.x.pushinsteadof", "http.sslverify", "http.proxy",
        "http.followredirects", "core.credential.helper", "include.path", "protocol.ext.allow", "credential.helperx"}) {
    EXPECT_FALSE(std::regex_search(bad, pattern)) << bad;
  }
}

TEST(GitEnvironment, SshIsStrictAndAsksNobody) {
  const auto command = ssh_command("/usr/bin/ssh", "/home/me");
  for (const auto* part :
       {"BatchMode=yes", "StrictHostKeyChecking=yes", "ForwardAgent=no", "ClearAllForwardings=yes", "-F /dev/null",
        "UserKnownHostsFile=/home/me/.ssh/known_hosts", "IdentityFile=/home/me/.ssh/id_ed25519"}) {
    EXPECT_NE(command.find(part), std::string::npos) << part;
  }
}

TEST(GitEnvironment, AHomeThatAShellWouldReadOtherwiseIsLeftOut) {
  for (const auto* home : {"/home/$(touch x)", "/home/a b", "/home/'", "/home/%h", "relative", "/home/;x", ""}) {
    EXPECT_EQ(ssh_command("/usr/bin/ssh", home).find("known_hosts"), std::string::npos) << home;
  }
}

}  // namespace
}  // namespace retouch::sources
