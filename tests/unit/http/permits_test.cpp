// Permits and tokens: whoever waits for a token holds no permit, so that nothing leaves faster than it may.
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "retouch/async/join.hpp"
#include "retouch/http/decorators.hpp"
#include "run.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;
using retouch::test::FakeTransport;
using retouch::test::ManualClock;
using retouch::test::share;

// A token that takes its time, and can die.
struct SlowToken final : Authorizer {
  explicit SlowToken(async::Clock& c) : clock(c) {}
  async::Clock& clock;
  Duration takes = 10s;
  bool alive = false, obtaining = false;
  int logins = 0;
  std::optional<Error> refuse{};
  async::Condition changed{};
  std::vector<int> ends{};

  task<Result<void>> ready() override {
    while (!alive) {
      if (obtaining) {
        co_await changed.wait();
        continue;
      }
      if (refuse) co_return fail(*refuse);
      obtaining = true;
      co_await clock.sleep_for(takes);
      ++logins;
      obtaining = false, alive = true;
      changed.notify_all();
    }
    co_return Result<void>{};
  }
  bool prepared() const override { return alive; }
  task<Result<void>> authorize(Request& request) override {
    co_await ready();  // as a bad authorizer would: only what is asked before the permit keeps the rate
    request.headers.set("X-Auth-Token", std::to_string(logins));
    co_return Result<void>{};
  }
  task<Result<bool>> rejected(const Request& sent, const Response&) override {
    if (sent.headers.get("X-Auth-Token") == std::to_string(logins)) alive = false;
    co_return true;
  }
  void ended(const Request&, int status) override { ends.push_back(status); }
};

struct Permits : testing::Test {
  static constexpr double rate = 10, burst = 2;
  ManualClock clock;
  SeededRandom random{1};
  FakeTransport wire;
  std::shared_ptr<SlowToken> token = std::make_shared<SlowToken>(clock);
  std::shared_ptr<Traffic> traffic = std::make_shared<Traffic>(
      core::RateLimits{.requests = rate, .reads = rate, .writes = rate, .burst = burst}, clock, random);
  std::vector<Mono> departures;

  TransportPtr stack() {
    auto authorized = std::make_shared<AuthorizingTransport>(share(wire), token);
    auto limited = std::make_shared<LimitingTransport>(authorized, traffic, token);
    return std::make_shared<RetryingTransport>(limited, traffic, clock, Log{});
  }
  void send(int count) {
    auto transport = stack();
    retouch::test::run(
        [&]() -> task<void> {
          std::vector<std::function<task<void>()>> work;
          for (int i = 0; i < count; ++i) {
            work.emplace_back(
                [&]() -> task<void> { EXPECT_TRUE(co_await transport->send({.url = *parse_url("http://h/")})); });
          }
          co_await async::join_all(std::move(work));
        },
        &clock);
  }
  // In no window of any length more than burst + rate * length.
  void expect_pace() const {
    for (std::size_t first = 0; first < departures.size(); ++first) {
      for (std::size_t last = first; last < departures.size(); ++last) {
        const auto window = std::chrono::duration<double>(departures[last] - departures[first]).count();
        ASSERT_LE(static_cast<double>(last - first + 1), burst + rate * window + 1e-6) << first << " to " << last;
      }
    }
  }
};

TEST_F(Permits, AreNotCollectedWhileEverybodyWaitsForTheFirstToken) {
  wire.otherwise([&](const Request&) -> Result<Response> {
    departures.push_back(clock.now());
    return Response{.status = 200};
  });
  send(40);
  ASSERT_EQ(departures.size(), 40u);
  EXPECT_EQ(departures.front(), Mono{} + 10s);
  EXPECT_LE(departures.back(), Mono{} + 14s) << "nobody waits longer than he has to";
  expect_pace();
  EXPECT_EQ(token->logins, 1);
}

TEST_F(Permits, AreNotCollectedWhileADeadTokenIsRenewed) {
  token->takes = 10s;
  wire.otherwise([&](const Request& request) -> Result<Response> {
    departures.push_back(clock.now());
    const bool dead = request.headers.get("X-Auth-Token") == "1" && departures.size() > 10;
    return Response{.status = dead ? 401 : 200};
  });
  send(40);  // most of them stand in the queue when the token dies
  EXPECT_EQ(departures.size(), 41u);
  EXPECT_EQ(token->logins, 2);
  expect_pace();
}

TEST_F(Permits, AreNotTakenByARequestThatGetsNoToken) {
  token->refuse = Error{.code = Errc::credentials, .reaction = Reaction::transient, .message = "keystone is down"};
  const auto result = retouch::test::run_for<Result<Response>>(
      [&]() -> task<Result<Response>> {
        const auto transport = stack();
        co_return co_await transport->send({.url = *parse_url("http://h/")});
      },
      &clock);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "keystone is down");
  EXPECT_TRUE(result.error().settled) << "the authorizer tries again by itself";
  EXPECT_EQ(traffic->counters().requests, 0u);
  EXPECT_EQ(traffic->counters().retried, 0u);
}

TEST_F(Permits, AreNotTakenByWhatNobodyWantsAnyMore) {
  token->alive = true;
  wire.otherwise([&](const Request&) -> Result<Response> {
    departures.push_back(clock.now());
    return Response{.status = 200};
  });
  bool wanted = true;
  int given_up = 0;
  const auto transport = stack();
  retouch::test::run(
      [&]() -> task<void> {
        std::vector<std::function<task<void>()>> work;
        for (int i = 0; i < 10; ++i) {
          work.emplace_back([&]() -> task<void> {
            Request request{.url = *parse_url("http://h/"), .wanted = [&wanted] { return wanted; }};
            const auto answer = co_await transport->send(std::move(request));
            if (answer) co_return;
            ++given_up;
            EXPECT_EQ(answer.error().code, Errc::cancelled);
            EXPECT_TRUE(answer.error().settled);
          });
        }
        work.emplace_back([&]() -> task<void> {
          co_await clock.sleep_for(150ms);
          wanted = false;
        });
        co_await async::join_all(std::move(work));
      },
      &clock);
  EXPECT_EQ(departures.size(), 3u) << "two at once, one after a tenth of a second";
  EXPECT_EQ(given_up, 7);
  EXPECT_EQ(traffic->counters().requests, 3u);
  EXPECT_EQ(clock.now(), Mono{} + 200ms) << "all of the rest with the next turn, not one by one";
}

TEST_F(Permits, TheAuthorizerIsToldTheEndOfEveryRequestThatItAuthorized) {
  token->alive = true;
  wire.expect("GET").answer(404);
  wire.expect("GET").error(Errc::closed, Reaction::permanent);
  auto transport = stack();
  retouch::test::run(
      [&]() -> task<void> {
        const Request request{.url = *parse_url("http://h/")};
        co_await transport->send(request);
        co_await transport->send(request);
        EXPECT_EQ(token->ends, (std::vector<int>{404, 0}));
        wire.expect("GET").after(1h, clock).answer(200);
        async::Gate gate;
        gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
          try {
            co_await transport->send(request);
          } catch (const boost::system::system_error&) {
          }
        });
        co_await clock.sleep_for(1s);
        gate.cancel();
        co_await gate.close();
        EXPECT_EQ(token->ends, (std::vector<int>{404, 0, 0})) << "also of one that was cancelled";
      },
      &clock);
}

}  // namespace
}  // namespace retouch::http
