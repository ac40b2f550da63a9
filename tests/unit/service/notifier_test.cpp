#include "retouch/service/notifier.hpp"

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "retouch/base/digest.hpp"
#include "run.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;

const http::Url url = *http::parse_url("https://chat.example/hooks/path-secret");

RunNotice changed(std::string run) {
  return {.run = std::move(run), .verb = "run", .clouds = {{.cloud = "lab", .result = "success", .changed = 1}}};
}

class NotifierTest : public testing::Test {
 protected:
  test::ManualClock clock;
  SeededRandom random{1};
  test::FakeTransport wire;
  std::vector<std::string> lines;
  Log log{[this](const LogRecord& record) { lines.emplace_back(record.message); }, LogLevel::info};
  std::vector<NotificationTarget> targets{{.url = url, .secret = Secret("s3cret")}};
  Notifier::Counts counts;

  void with(std::function<task<void>(Notifier&)> body) {
    test::run(
        [&]() -> task<void> {
          Notifier notifier(co_await asio::this_coro::executor, targets, test::share(wire),
                            std::make_shared<NewsFilter>(), clock, random, log);
          co_await body(notifier);
          co_await notifier.close();
          counts = notifier.counts();
        },
        &clock);
  }
};

TEST_F(NotifierTest, SignsTimestampAndBody) {
  wire.expect("POST", "https://chat.example/hooks/path-secret").check([&](const http::Request& request) {
    const std::string timestamp(request.headers.get("X-Retouch-Timestamp").value_or(""));
    EXPECT_EQ(
        timestamp,
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count()));
    EXPECT_EQ(request.headers.get("X-Retouch-Signature-256"),
              "sha256=" + hex(hmac_sha256("s3cret", timestamp + "." + request.body)));
    EXPECT_EQ(request.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(request.headers.get("X-Retouch-Delivery")->size(), 36u);
    EXPECT_EQ(request.timeout, 10s);
    EXPECT_EQ(Json::parse(request.body).at("run"), "r1");
  });
  with([](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    co_return;
  });
  EXPECT_EQ(counts.sent, 1);
}

TEST_F(NotifierTest, WithoutASecretThereIsNoSignature) {
  targets.at(0).secret.reset();
  wire.expect("POST").check([](const http::Request& request) {
    EXPECT_FALSE(request.headers.get("X-Retouch-Signature-256"));
    EXPECT_TRUE(request.headers.get("X-Retouch-Timestamp"));
  });
  with([](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    co_return;
  });
}

TEST_F(NotifierTest, SendsNothingWithoutNews) {
  with([](Notifier& notifier) -> task<void> {
    notifier.offer({.run = "r", .clouds = {{.cloud = "lab", .result = "success"}}});
    co_return;
  });
  EXPECT_TRUE(wire.requests.empty());
}

TEST_F(NotifierTest, TriesThreeTimesWithOneDeliveryAndAFreshSignature) {
  wire.expect("POST").error(Errc::connect, Reaction::transient);
  wire.expect("POST").answer(503);
  wire.expect("POST").answer(200);
  with([&](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    co_await clock.sleep_for(60s);
  });
  ASSERT_EQ(wire.requests.size(), 3u);
  EXPECT_EQ(wire.requests[0].headers.get("X-Retouch-Delivery"), wire.requests[2].headers.get("X-Retouch-Delivery"));
  EXPECT_NE(wire.requests[0].headers.get("X-Retouch-Timestamp"), wire.requests[2].headers.get("X-Retouch-Timestamp"));
  EXPECT_NE(wire.requests[0].headers.get("X-Retouch-Signature-256"),
            wire.requests[2].headers.get("X-Retouch-Signature-256"));
  EXPECT_EQ(counts.sent, 1);
}

TEST_F(NotifierTest, GivesUpAfterTheThirdAttemptAndNeverNamesThePath) {
  wire.expect("POST").answer(500, "x").times(3);
  wire.expect("POST").answer(204);
  with([&](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    notifier.offer(changed("r2"));
    co_await clock.sleep_for(60s);
  });
  EXPECT_EQ(counts.failed, 1);
  EXPECT_EQ(counts.sent, 1);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0], "https://chat.example was not told about run r1: HTTP 500: x");
}

TEST_F(NotifierTest, AnAnswerThatWillNotChangeIsNotAskedForAgain) {
  for (const int status : {400, 401, 403, 404, 410, 302}) wire.expect("POST").answer(status);
  wire.expect("POST").error(Errc::tls, Reaction::permanent);
  with([&](Notifier& notifier) -> task<void> {
    for (int i = 0; i < 7; ++i) notifier.offer(changed("r"));
    co_await clock.sleep_for(60s);
  });
  EXPECT_EQ(counts.failed, 7);
  EXPECT_EQ(lines.at(5), "https://chat.example was not told about run r: HTTP 302: redirects are not followed");
}

TEST_F(NotifierTest, TheOldestIsDroppedFromAFullQueueAndOfferingNeverWaits) {
  std::vector<std::string> runs;
  wire.otherwise([&](const http::Request& request) -> Result<http::Response> {
    runs.push_back(Json::parse(request.body).at("run"));
    return http::Response{.status = 200};
  });
  with([&](Notifier& notifier) -> task<void> {
    for (int i = 0; i < 103; ++i) notifier.offer(changed(std::to_string(i)));
    EXPECT_TRUE(runs.empty());
    co_await clock.sleep_for(1s);
  });
  EXPECT_EQ(counts.dropped, 3);
  EXPECT_EQ(counts.sent, 100);
  ASSERT_EQ(runs.size(), 100u);
  EXPECT_EQ(runs.front(), "3");
  EXPECT_EQ(runs.back(), "102");
}

TEST_F(NotifierTest, OneTargetThatHangsDoesNotHoldUpAnother) {
  targets.push_back({.url = *http::parse_url("https://other.example/")});
  wire.unordered();
  wire.expect("POST", "https://chat.example/hooks/path-secret").after(1h, clock).answer(200);
  wire.expect("POST", "https://other.example/").times(2);
  with([&](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    notifier.offer(changed("r2"));
    co_await clock.sleep_for(1s);
    EXPECT_EQ(notifier.counts().sent, 2);
  });
  EXPECT_EQ(counts.dropped, 2) << "the one in the air, and the one behind it";
}

TEST_F(NotifierTest, ClosingWaitsForWhatIsQueuedButNotForLong) {
  wire.expect("POST").after(3s, clock).answer(200);
  wire.expect("POST").after(1h, clock).answer(200);
  Mono began{};
  with([&](Notifier& notifier) -> task<void> {
    notifier.offer(changed("r1"));
    notifier.offer(changed("r2"));
    notifier.offer(changed("r3"));
    began = clock.now();
    co_return;
  });
  EXPECT_EQ(clock.now() - began, Notifier::drain);
  EXPECT_EQ(counts.sent, 1);
  EXPECT_EQ(counts.dropped, 2);
  EXPECT_EQ(lines.at(0), "https://chat.example was not told about 2 runs: the daemon ends");
}

}  // namespace
}  // namespace retouch::service
