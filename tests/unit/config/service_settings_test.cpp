// Git sources, `service` and `notifications`, and what `run` asks for.
#include <gtest/gtest.h>

#include "parsed.hpp"

namespace retouch::config {
namespace {

const std::string git = R"(sources: [{name: images, git: {url: "https://git.example/images.git")";

TEST(GitSettings, EveryKeyIsRead) {
  const Parsed parsed(
      git +
      R"(, ref: {tag: v1}, path: images, interval: 2m, timeout: 10s, verify: {allowed_signers: signers}, fast_forward_only: true}}])");
  ASSERT_EQ(parsed.complaints(), "");
  const GitSource& source = parsed.settings.sources.at(0).git.value();
  EXPECT_EQ(source.url, "https://git.example/images.git");
  EXPECT_EQ(source.ref_kind, GitSource::RefKind::tag);
  EXPECT_EQ(source.ref, "v1");
  EXPECT_EQ(source.path, "images");
  EXPECT_EQ(source.interval, std::chrono::minutes(2));
  EXPECT_EQ(source.timeout, std::chrono::seconds(10));
  EXPECT_EQ(source.allowed_signers, "/etc/retouch/signers");
  EXPECT_TRUE(source.fast_forward_only);
}

TEST(GitSettings, WithoutARefTheRemotesDefaultBranchIsFollowedOnceAMinute) {
  const Parsed parsed(git + "}}]");
  ASSERT_EQ(parsed.complaints(), "");
  const GitSource& source = parsed.settings.sources.at(0).git.value();
  EXPECT_EQ(source.ref_kind, GitSource::RefKind::head);
  EXPECT_EQ(source.ref, "");
  EXPECT_EQ(source.interval, std::chrono::minutes(1));
  EXPECT_FALSE(source.fast_forward_only);
}

TEST(GitSettings, AnAbbreviatedCommitIsRefused) {
  EXPECT_TRUE(Parsed(git + ", ref: {commit: abc123}}}]").complains("`commit` must be a whole commit id"));
  EXPECT_TRUE(
      Parsed(git + ", ref: {commit: " + std::string(64, 'a') + "}}}]").complains("SHA-256 repositories are not read"));
  EXPECT_EQ(Parsed(git + ", ref: {commit: 0123456789abcdef0123456789abcdef01234567}}}]").complaints(), "");
}

TEST(ServiceSettings, DefaultsAreLoopbackAndNobodyElse) {
  const Service service = Parsed("").settings.service;
  EXPECT_EQ(service.listen, (ListenAddress{"127.0.0.1", 9469}));
  EXPECT_EQ(service.socket, "");
  EXPECT_TRUE(service.readers.empty() && service.operators.empty());
  EXPECT_FALSE(service.webhook);
}

TEST(ServiceSettings, EveryKeyIsRead) {
  const Parsed parsed(git + R"(}}]
service: {listen: "[::1]:9000", socket: run.sock, readers: [ann, "%staff"], operators: [bob], webhook: {listen: "0.0.0.0:9470", source: images, type: gitlab, secret: {file: hook}}}
notifications: [{webhook: {url: "https://chat.example/x", secret: {env: S}}}, {webhook: {url: "https://log.example/"}}]
)");
  ASSERT_EQ(parsed.complaints(), "");
  const Service& service = parsed.settings.service;
  EXPECT_EQ(service.listen, (ListenAddress{"::1", 9000}));
  EXPECT_EQ(service.socket, "/etc/retouch/run.sock");
  EXPECT_EQ(service.readers, (std::vector<std::string>{"ann", "%staff"}));
  EXPECT_EQ(service.operators, (std::vector<std::string>{"bob"}));
  ASSERT_TRUE(service.webhook);
  EXPECT_EQ(service.webhook->listen, (ListenAddress{"0.0.0.0", 9470}));
  EXPECT_EQ(service.webhook->source, "images");
  EXPECT_EQ(service.webhook->type, Webhook::Type::gitlab);
  EXPECT_EQ(service.webhook->secret.text, "/etc/retouch/hook");
  ASSERT_EQ(parsed.settings.notifications.size(), 2u);
  EXPECT_EQ(parsed.settings.notifications[0].secret->text, "S");
  EXPECT_FALSE(parsed.settings.notifications[1].secret);
}

TEST(ServiceSettings, AListenerIsAnAddressWithAPort) {
  for (const char* wrong :
       {"localhost:9469", "9469", "127.0.0.1", "127.0.0.1:70000", "127.0.0.1:x", "::1:9469", ":1", "999.1.1.1:80",
        "1.2:80", "[::::]:1", "[127.0.0.1]:1", "[]:1", "[::1:1", "[fe80::1%eth0]:1"}) {
    EXPECT_TRUE(Parsed(std::string("service: {listen: \"") + wrong + "\"}").complains("an IP address with a port"))
        << wrong;
  }
}

TEST(ServiceSettings, AnAddressIsKnownHoweverItIsWritten) {
  EXPECT_EQ(Parsed("service: {listen: \"[0:0::1]:9000\"}").settings.service.listen, (ListenAddress{"::1", 9000}));
  EXPECT_TRUE(Parsed(git + "}}]\nservice: {listen: \"[::1]:1\", webhook: {listen: \"[0::1]:1\", source: images, "
                           "secret: {env: S}}}")
                  .complains("a listener of its own"));
}

TEST(ServiceSettings, AWebhookNamesAGitSource) {
  const std::string hook = "\nservice: {webhook: {listen: \"127.0.0.1:1\", source: image, secret: {env: S}}}";
  EXPECT_TRUE(Parsed(git + "}}]" + hook).complains("`image` is none of the Git sources"));
  EXPECT_TRUE(Parsed(git + "}}]" + hook).complains("did you mean `images`?"));
  EXPECT_TRUE(Parsed("sources: [{name: image, directory: {path: x}}]" + hook).complains("(there is none)"));
}

TEST(ServiceSettings, AWebhookDoesNotShareTheListenerOfTheStatusPage) {
  EXPECT_TRUE(Parsed(git + "}}]\nservice: {webhook: {listen: \"127.0.0.1:9469\", source: images, secret: {env: S}}}")
                  .complains("a listener of its own"));
}

TEST(NotificationSettings, LeaveThisMachineOverHttpsOnly) {
  const auto notify = [](const std::string& url) {
    return Parsed("notifications:\n  - webhook: {url: \"" + url + "\"}\n");
  };
  for (const char* good : {"https://chat.example/x", "http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost/x"})
    EXPECT_EQ(notify(good).complaints(), "") << good;
  EXPECT_TRUE(notify("http://chat.example/x")
                  .complains("retouch.yaml:2:20: error: `url`: http://chat.example is http; notifications leave this "
                             "machine over https only"));
  EXPECT_TRUE(notify("https://169.254.169.254/x").complains("link-local or metadata address"));
  for (const char* wrong : {"chat.example/x", "ftp://chat.example/", "https://user:pw@chat.example/"})
    EXPECT_TRUE(notify(wrong).complains("`url`: ")) << wrong;
  EXPECT_FALSE(notify("https://user:hunter2@chat.example/").complains("hunter2"));
}

TEST(RunSettings, ACloudWithoutAModeIsRefusedByName) {
  const std::string sources = "sources: [{name: s, directory: {path: x}}]\n";
  const Parsed without(sources + "clouds: {lab: {provider: glance}, east: {provider: glance, policy: {mode: report}}}");
  ASSERT_EQ(without.complaints(), "");
  const Diagnostics diagnostics = check_for_run(without.settings);
  ASSERT_EQ(diagnostics.items().size(), 1u);
  EXPECT_NE(diagnostics.items()[0].message.find("what may `run` do on `lab`?"), std::string::npos);
  EXPECT_EQ(diagnostics.items()[0].place.line, 2);
  const Parsed with(sources + "clouds: {lab: {provider: glance}}\npolicy: {mode: enforce}");
  EXPECT_TRUE(check_for_run(with.settings).empty());
}

TEST(RunSettings, NothingToDoIsAMistake) {
  const Diagnostics diagnostics = check_for_run(Parsed("policy: {mode: enforce}").settings);
  EXPECT_EQ(diagnostics.items().size(), 2u);
}

}  // namespace
}  // namespace retouch::config
