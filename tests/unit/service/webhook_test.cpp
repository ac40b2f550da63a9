#include "retouch/service/webhook.hpp"

#include <gtest/gtest.h>

#include "retouch/async/gate.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/random.hpp"
#include "run.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;
using Type = WebhookGuard::Type;
using What = WebhookVerdict::What;

const std::string secret = "It's a Secret to Everybody";
const std::string payload = "Hello, World!";
// From GitHub's documentation of its webhooks.
const std::string github_digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

Mono at(Duration since) { return Mono{} + 1000h + since; }
std::string sign(const std::string& body, const std::string& with = secret) { return hex(hmac_sha256(with, body)); }

using Pairs = std::vector<std::pair<std::string, std::string>>;
http::Headers headers(const Pairs& pairs) {
  http::Headers result;
  for (const auto& [name, value] : pairs) result.add(name, value);
  return result;
}
WebhookGuard guard(Type type = Type::github) { return *WebhookGuard::make(type, Secret(secret)); }
WebhookVerdict judge(WebhookGuard& by, const Pairs& pairs, const std::string& body = payload, Mono now = at(0s)) {
  return by.judge("POST", headers(pairs), body, now);
}
Pairs github(const std::string& body, const std::string& delivery) {
  return {{"X-GitHub-Event", "push"}, {"X-GitHub-Delivery", delivery}, {"X-Hub-Signature-256", "sha256=" + sign(body)}};
}

TEST(WebhookGuard, TakesTheExampleOfGitHubsDocumentation) {
  auto g = guard();
  const auto verdict = judge(g, {{"x-hub-signature-256", "sha256=" + github_digest}});
  EXPECT_EQ(verdict.what, What::fetch);
  EXPECT_EQ(verdict.status, 202);
}

TEST(WebhookGuard, RefusesEverySignatureThatIsNotExactlyRight) {
  const std::string right = "sha256=" + github_digest;
  std::string upper = right, flipped = right;
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  flipped.back() = '6';
  for (const std::string& wrong :
       {std::string(), std::string("sha256="), right.substr(0, right.size() - 1), right + "0", github_digest, upper,
        "sha256=" + upper.substr(7), flipped, "sha1=" + github_digest, " " + right, right + ", " + right}) {
    auto g = guard();
    const auto verdict = judge(g, {{"X-Hub-Signature-256", wrong}});
    EXPECT_EQ(verdict.what, What::refused) << wrong;
    EXPECT_EQ(verdict.status, 401) << wrong;
  }
}

TEST(WebhookGuard, RefusesAnotherBodySecretOrNoSignature) {
  auto g = guard();
  EXPECT_EQ(judge(g, {{"X-Hub-Signature-256", "sha256=" + github_digest}}, payload + " ").status, 401);
  EXPECT_EQ(judge(g, {{"X-Hub-Signature-256", "sha256=" + sign(payload, "other")}}).status, 401);
  EXPECT_EQ(judge(g, {}).reason, "no signature");
  EXPECT_EQ(judge(g, {{"X-Hub-Signature", "sha1=x"}}).reason, "only a SHA-1 signature, which is not taken");
  EXPECT_EQ(judge(g, {{"X-Gitea-Signature", github_digest}}).status, 401) << "of another forge";
  EXPECT_EQ(judge(g, {{"X-Gitlab-Token", secret}}).status, 401) << "of another forge";
}

TEST(WebhookGuard, RefusesTwoSignaturesOfOneName) {
  auto g = guard();
  const std::string right = "sha256=" + github_digest;
  EXPECT_EQ(judge(g, {{"X-Hub-Signature-256", right}, {"X-HUB-Signature-256", right}}).status, 401);
  EXPECT_EQ(judge(g, {{"X-Hub-Signature-256", right}, {"X-Hub-Signature-256", "sha256=0"}}).status, 401);
}

TEST(WebhookGuard, GiteaAndForgejoMaySignInSeveralHeadersAndAllMustBeRight) {
  for (const Pairs& good : {Pairs{{"X-Gitea-Signature", github_digest}}, Pairs{{"X-Forgejo-Signature", github_digest}},
                            Pairs{{"X-Hub-Signature-256", "sha256=" + github_digest}},
                            Pairs{{"X-Forgejo-Signature", github_digest},
                                  {"X-Gitea-Signature", github_digest},
                                  {"X-Hub-Signature-256", "sha256=" + github_digest}}}) {
    auto g = guard(Type::gitea);
    EXPECT_EQ(judge(g, good).what, What::fetch);
  }
  auto g = guard(Type::gitea);
  EXPECT_EQ(judge(g, {{"X-Gitea-Signature", github_digest}, {"X-Hub-Signature-256", "sha256=0"}}).status, 401);
  EXPECT_EQ(judge(g, {{"X-Gitea-Signature", "sha256=" + github_digest}}).status, 401);
}

TEST(WebhookGuard, GitLabSendsItsToken) {
  auto g = guard(Type::gitlab);
  EXPECT_EQ(judge(g, {{"X-Gitlab-Token", secret}, {"X-Gitlab-Event", "Push Hook"}}).what, What::fetch);
  for (const std::string& wrong : {std::string(), secret.substr(1), secret + "x", std::string("x")})
    EXPECT_EQ(judge(g, {{"X-Gitlab-Token", wrong}}).status, 401) << wrong;
  EXPECT_EQ(judge(g, {{"X-Gitlab-Token", secret}, {"X-Gitlab-Token", secret}}).status, 401);
  EXPECT_EQ(judge(g, {}).reason, "no X-Gitlab-Token");
  EXPECT_EQ(judge(g, {{"X-Hub-Signature-256", "sha256=" + github_digest}}).status, 401);
}

TEST(WebhookGuard, AnEmptySecretIsRefusedAtStart) {
  auto none = WebhookGuard::make(Type::github, Secret());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::invalid_input);
}

TEST(WebhookGuard, OnlyPostsOfAtMostOneMebibyte) {
  auto g = guard();
  for (const char* method : {"GET", "PUT", "post", "HEAD"})
    EXPECT_EQ(g.judge(method, headers(github(payload, "1")), payload, at(0s)).status, 405) << method;
  const std::string large(WebhookGuard::max_body, 'x'), larger = large + "x";
  EXPECT_EQ(judge(g, github(large, "2"), large).status, 202);
  EXPECT_EQ(judge(g, github(larger, "3"), larger).status, 413);
}

TEST(WebhookGuard, APingIsAnsweredAndFetchesNothingOnlyIfItIsSigned) {
  auto g = guard();
  EXPECT_EQ(judge(g, {{"X-GitHub-Event", "ping"}}).status, 401);
  const auto ping = judge(g, {{"X-GitHub-Event", "ping"}, {"X-Hub-Signature-256", "sha256=" + github_digest}});
  EXPECT_EQ(ping.what, What::ping);
  EXPECT_EQ(ping.status, 200);
  const auto issue = judge(g, {{"X-GitHub-Event", "issues"}, {"X-Hub-Signature-256", "sha256=" + github_digest}});
  EXPECT_EQ(issue.what, What::ignored);
  EXPECT_EQ(issue.status, 200);
  EXPECT_EQ(judge(g, github(payload, "1")).what, What::fetch) << "neither of them counts as this push";
}

TEST(WebhookGuard, AReplayIsDroppedByItsIdOrItsBodyForADay) {
  auto g = guard();
  EXPECT_EQ(judge(g, github("a", "1"), "a", at(0s)).what, What::fetch);
  EXPECT_EQ(judge(g, github("a", "1"), "a", at(10s)).what, What::replay);
  EXPECT_EQ(judge(g, github("a", "2"), "a", at(20s)).what, What::replay) << "an invented id: ids are not signed";
  EXPECT_EQ(judge(g, github("b", "1"), "b", at(30s)).what, What::replay);
  EXPECT_EQ(judge(g, github("b", "2"), "b", at(40s)).what, What::fetch) << "nothing of a replay is kept";
  EXPECT_EQ(judge(g, github("a", "3"), "a", at(24h - 1s)).what, What::replay);
  EXPECT_EQ(judge(g, github("a", "3"), "a", at(24h)).what, What::fetch);
}

TEST(WebhookGuard, GitLabsPushesMayBeTheSameToTheByteButNotTheSameEvent) {
  auto g = guard(Type::gitlab);
  const auto push = [&](const std::string& id, Mono now) {
    return judge(g, {{"X-Gitlab-Token", secret}, {"X-Gitlab-Event-UUID", id}}, "same", now).what;
  };
  EXPECT_EQ(push("1", at(0s)), What::fetch);
  EXPECT_EQ(push("2", at(10s)), What::fetch);
  EXPECT_EQ(push("1", at(20s)), What::replay);
}

TEST(WebhookGuard, MoreThanOneASecondShareAFetchAndNoneIsLost) {
  auto g = guard();
  SeededRandom random(7);
  std::vector<Mono> fetches, pushes;
  Mono now = at(0s);
  for (int i = 0; i < 2000; ++i) {
    now += std::chrono::milliseconds(static_cast<int>(random.unit() * random.unit() * 2000));
    const std::string body = std::to_string(i);
    const auto verdict = judge(g, github(body, body), body, now);
    ASSERT_EQ(verdict.status, 202);
    pushes.push_back(now);
    if (verdict.what == What::fetch)
      fetches.push_back(verdict.at);
    else
      ASSERT_EQ(verdict.what, What::coalesced);
  }
  for (std::size_t i = 1; i < fetches.size(); ++i) ASSERT_GE(fetches[i] - fetches[i - 1], WebhookGuard::pace);
  for (const Mono push : pushes) {
    const auto next = std::ranges::lower_bound(fetches, push);
    ASSERT_NE(next, fetches.end()) << "no fetch after this push";
    ASSERT_LE(*next - push, WebhookGuard::pace);
  }
  EXPECT_LT(fetches.size(), pushes.size());
}

TEST(Recently, IsBoundedAndForgetsTheOldestFirst) {
  Recently recently;
  for (std::size_t i = 0; i < Recently::most + 5; ++i) recently.add(std::to_string(i), at(0s));
  EXPECT_EQ(recently.size(), Recently::most);
  EXPECT_FALSE(recently.contains("4", at(0s)));
  EXPECT_TRUE(recently.contains("5", at(0s)));
}

TEST(WebhookHandler, FetchesNowAndOnceMoreForAllThatCameWithinTheSecond) {
  test::ManualClock clock;
  std::vector<Mono> fetched;
  const Mono start = clock.now();
  test::run(
      [&]() -> task<void> {
        auto handler = make_webhook_handler(guard(), [&] { fetched.push_back(clock.now()); }, clock, Log());
        async::Gate gate;
        const auto executor = co_await asio::this_coro::executor;
        for (int i = 0; i < 5; ++i) {
          const std::string body = std::to_string(i);
          http::ServerRequest request{.method = "POST", .headers = headers(github(body, body)), .body = body};
          gate.spawn(executor, [&handler, request]() -> task<void> {
            const auto response = co_await handler(request);
            EXPECT_EQ(response.status, 202);
          });
        }
        co_await gate.close();
      },
      &clock);
  EXPECT_EQ(fetched, (std::vector<Mono>{start, start + 1s}));
}

TEST(WebhookHandler, WarnsOfRefusalsOnceAMinute) {
  test::ManualClock clock;
  std::vector<std::string> lines;
  Log log([&](const LogRecord& record) { lines.emplace_back(record.message); }, LogLevel::info);
  test::run([&]() -> task<void> {
    auto handler = make_webhook_handler(guard(), [] { ADD_FAILURE() << "fetched"; }, clock, log);
    for (int i = 0; i < 100; ++i) {
      http::ServerRequest request{.method = "POST", .body = payload};
      const auto response = co_await handler(request);
      EXPECT_EQ(response.status, 401);
      clock.advance(1s);
    }
    http::ServerRequest get{.method = "GET"};
    const auto response = co_await handler(get);
    EXPECT_EQ(response.headers.get("Allow"), "POST");
  });
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], "webhook: 60 refused, the last one because: no signature");
}

}  // namespace
}  // namespace retouch::service
