#include "retouch/http/traffic.hpp"

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

struct Fixture {
  ManualClock clock;
  SeededRandom random{1};
  FakeTransport wire;
  std::shared_ptr<Traffic> traffic;
  explicit Fixture(core::RateLimits limits) : traffic(std::make_shared<Traffic>(limits, clock, random)) {}
  LimitingTransport limited() { return {share(wire), traffic}; }
};

Request request(std::string method, std::string path = "/", RequestClass cls = RequestClass::write) {
  return {.method = method, .url = *parse_url("http://h" + path), .cls = cls};
}

using Work = std::vector<std::function<task<void>()>>;

TEST(Limiting, HasNoMoreUnderWayThanItsWidthWhateverTheirClass) {
  Fixture f({.requests = 1000, .reads = 1000, .writes = 1000, .burst = 100});
  f.traffic->width = 2;
  struct Slow final : Transport {
    explicit Slow(ManualClock& c) : clock(c) {}
    ManualClock& clock;
    int under_way = 0, most = 0, all = 0;
    task<Result<Response>> send(Request, BodySink*) override {
      most = std::max(most, ++under_way);
      co_await clock.sleep_for(1s);
      --under_way;
      if (++all % 2 == 0) co_return fail(Errc::closed, "lost");
      co_return Response{.status = 200};
    }
  };
  const auto slow = std::make_shared<Slow>(f.clock);
  LimitingTransport limited(slow, f.traffic);
  test::run(
      [&]() -> task<void> {
        Work work;
        for (int i = 0; i < 6; ++i) {
          work.emplace_back([&, i]() -> task<void> {
            co_await limited.send(request("GET", "/", i % 2 == 0 ? RequestClass::read : RequestClass::write));
          });
        }
        co_await async::join_all(std::move(work));
      },
      &f.clock);
  EXPECT_EQ(slow->most, 2);
  EXPECT_EQ(slow->all, 6);
  EXPECT_EQ(f.clock.now(), Mono{} + 3s);
}

TEST(Limiting, SendsNothingMoreOnceStopped) {
  Fixture f({.requests = 1, .reads = 1, .writes = 1, .burst = 1});
  async::Stop stop;
  f.traffic = std::make_shared<Traffic>(core::RateLimits{.requests = 1, .reads = 1, .writes = 1, .burst = 1}, f.clock,
                                        f.random, nullptr, 120s, &stop);
  int sent = 0;
  f.wire.otherwise([&](const Request&) -> Result<Response> {
    ++sent;
    return Response{.status = 200};
  });
  test::run(
      [&]() -> task<void> {
        auto limited = f.limited();
        auto began = f.clock.now();
        int cancelled = 0;
        Work work;
        for (int i = 0; i < 5; ++i) {
          work.emplace_back([&]() -> task<void> {
            auto result = co_await limited.send(request("PATCH"));
            if (!result && result.error().code == Errc::cancelled) ++cancelled;
          });
        }
        work.emplace_back([&]() -> task<void> {
          co_await f.clock.sleep_for(100ms);
          stop.request();
        });
        co_await async::join_all(std::move(work));
        EXPECT_EQ(sent, 1);
        EXPECT_EQ(cancelled, 4);
        EXPECT_EQ(f.clock.now() - began, 100ms) << "nobody waits out the limit";
      },
      &f.clock);
}

// A change of two requests, of which the first has left.
TEST(Limiting, WhatMustFinishLeavesAfterAStopAtItsPace) {
  Fixture f({.burst = 1});
  async::Stop stop;
  f.traffic = std::make_shared<Traffic>(core::RateLimits{.requests = 1, .reads = 1, .writes = 1, .burst = 1}, f.clock,
                                        f.random, nullptr, 120s, &stop);
  std::vector<std::pair<std::string, Duration>> sent;
  auto began = f.clock.now();
  f.wire.otherwise([&](const Request& r) -> Result<Response> {
    sent.emplace_back(r.url.path, f.clock.now() - began);
    return Response{.status = 200};
  });
  std::vector<Errc> refused;
  test::run(
      [&]() -> task<void> {
        auto limited = f.limited();
        Work work;
        for (const std::string path : {"/first", "/new", "/second", "/newer", "/third"}) {
          work.emplace_back([&, path]() -> task<void> {
            auto wanted = request("PATCH", path);
            wanted.must_finish = path == "/second" || path == "/third";
            const auto answer = co_await limited.send(std::move(wanted));
            if (!answer) refused.push_back(answer.error().code);
          });
        }
        work.emplace_back([&]() -> task<void> {
          co_await f.clock.sleep_for(100ms);
          stop.request();
        });
        co_await async::join_all(std::move(work));
        auto later = request("PATCH", "/later");
        later.must_finish = true;
        EXPECT_TRUE(co_await limited.send(std::move(later)));
      },
      &f.clock);
  EXPECT_EQ(sent, (decltype(sent){{"/first", 0s}, {"/second", 1s}, {"/third", 2s}, {"/later", 3s}}));
  EXPECT_EQ(refused, (std::vector{Errc::cancelled, Errc::cancelled}));
}

TEST(Limiting, WhatMustFinishDoesNotWaitOutALongPauseEither) {
  Fixture f({.burst = 1});
  f.wire.expect("PATCH").answer(429, "", {{"Retry-After", "121"}});
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        co_await transport.send(request("PATCH"));
        auto second = request("PATCH");
        second.must_finish = true;
        const auto answer = co_await transport.send(std::move(second));
        EXPECT_EQ(answer.error().code, Errc::throttled);
      },
      &f.clock);
  EXPECT_EQ(f.wire.requests.size(), 1u);
}

TEST(Limiting, SendsInTheOrderOfArrivalAtTheConfiguredPace) {
  Fixture f({.requests = 10, .reads = 10, .writes = 10, .burst = 2});
  std::vector<std::pair<std::string, Duration>> sent;
  auto began = f.clock.now();
  f.wire.otherwise([&](const Request& r) -> Result<Response> {
    sent.emplace_back(r.url.path, f.clock.now() - began);
    return Response{.status = 200};
  });
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        Work work;
        for (int i = 0; i < 6; ++i) {
          work.push_back([&transport, i]() -> task<void> {
            EXPECT_TRUE(co_await transport.send(request("PATCH", "/" + std::to_string(i))));
          });
        }
        co_await async::join_all(std::move(work));
      },
      &f.clock);
  ASSERT_EQ(sent.size(), 6u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(sent[static_cast<std::size_t>(i)].first, "/" + std::to_string(i));
  EXPECT_EQ(sent[1].second, 0s);
  EXPECT_EQ(sent[5].second, 400ms);
  EXPECT_EQ(f.traffic->counters().requests, 6u);
  EXPECT_EQ(f.traffic->counters().waits, 4u);
  EXPECT_EQ(f.traffic->counters().waited, 1s);
}

TEST(Limiting, APauseHoldsAlsoThoseThatWaitAlready) {
  Fixture f({.requests = 10, .reads = 10, .writes = 10, .burst = 1});
  auto began = f.clock.now();
  std::vector<Duration> sent;
  f.wire.otherwise([&](const Request&) -> Result<Response> {
    sent.push_back(f.clock.now() - began);
    Response response{.status = sent.size() == 1 ? 429 : 200};
    if (sent.size() == 1) response.headers.add("Retry-After", "7");
    return response;
  });
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        Work work;
        for (int i = 0; i < 3; ++i) {
          work.push_back([&transport]() -> task<void> { co_await transport.send(request("PATCH")); });
        }
        work.push_back(
            [&transport]() -> task<void> { co_await transport.send(request("POST", "/", RequestClass::auth)); });
        co_await async::join_all(std::move(work));
      },
      &f.clock);
  std::ranges::sort(sent);
  ASSERT_EQ(sent.size(), 4u);
  for (std::size_t i = 1; i < sent.size(); ++i) {
    // The token request was on its way in the same instant as the refused one.
    if (sent[i] > 0s) EXPECT_GE(sent[i], 7s);
  }
  EXPECT_EQ(f.traffic->counters().throttled, 1u);
}

TEST(Limiting, APauseLongerThanTwoMinutesIsAnErrorAndNoWait) {
  Fixture f({.burst = 1});
  f.wire.expect("PATCH").answer(429, "", {{"Retry-After", "121"}});
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        co_await transport.send(request("PATCH"));
        auto began = f.clock.now();
        auto second = co_await transport.send(request("PATCH"));
        EXPECT_EQ(second.error().reaction, Reaction::throttled);
        EXPECT_EQ(second.error().retry_after, 121s);
        EXPECT_EQ(f.clock.now(), began);
      },
      &f.clock);
}

TEST(Limiting, ReadsDoNotWaitForWrites) {
  Fixture f({.requests = 100, .reads = 100, .writes = 1, .burst = 1});
  f.wire.otherwise([](const Request&) -> Result<Response> { return Response{.status = 200}; });
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        auto began = f.clock.now();
        Work work;
        for (int i = 0; i < 3; ++i) {
          work.push_back([&transport]() -> task<void> { co_await transport.send(request("PATCH")); });
        }
        work.push_back([&]() -> task<void> {
          co_await transport.send(request("GET", "/", RequestClass::read));
          EXPECT_LT(f.clock.now() - began, 100ms);
        });
        co_await async::join_all(std::move(work));
      },
      &f.clock);
}

TEST(Limiting, WhoIsCancelledLeavesTheQueueToTheNext) {
  Fixture f({.requests = 1, .reads = 1, .writes = 1, .burst = 1});
  f.wire.otherwise([](const Request&) -> Result<Response> { return Response{.status = 200}; });
  auto transport = f.limited();
  retouch::test::run(
      [&]() -> task<void> {
        auto executor = co_await asio::this_coro::executor;
        async::Gate doomed;
        co_await transport.send(request("PATCH"));
        for (int i = 0; i < 2; ++i) {
          doomed.spawn(executor, [&]() -> task<void> {
            try {
              co_await transport.send(request("PATCH", "/doomed"));
            } catch (const boost::system::system_error&) {
            }
          });
        }
        co_await async::yield();
        co_await async::yield();
        EXPECT_EQ(f.traffic->waiting(RequestClass::write), 2u);
        doomed.cancel();
        co_await doomed.close();
        EXPECT_EQ(f.traffic->waiting(RequestClass::write), 0u);
        EXPECT_TRUE(co_await transport.send(request("PATCH", "/alive")));
        EXPECT_EQ(f.wire.requests.size(), 2u);
      },
      &f.clock);
}

}  // namespace
}  // namespace retouch::http
