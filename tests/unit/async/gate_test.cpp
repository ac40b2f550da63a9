#include "retouch/async/gate.hpp"

#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"
#include "run.hpp"

namespace retouch::async {

TEST(Gate, CloseWaitsForTheLastChild) {
  test::ManualClock clock;
  int done = 0;
  test::run(
      [&]() -> task<void> {
        Gate gate;
        const auto executor = co_await asio::this_coro::executor;
        for (int i = 1; i <= 5; ++i) {
          gate.spawn(executor, [&, i]() -> task<void> {
            co_await clock.sleep_for(std::chrono::seconds(i));
            ++done;
          });
        }
        co_await gate.close();
        EXPECT_EQ(done, 5);
      },
      &clock);
}

TEST(Gate, RethrowsTheFirstException) {
  test::run([&]() -> task<void> {
    Gate gate;
    gate.spawn(co_await asio::this_coro::executor, []() -> task<void> {
      throw std::logic_error("a bug");
      co_return;
    });
    bool caught = false;
    try {
      co_await gate.close();
    } catch (const std::logic_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(Gate, TakesNoWorkOnceItCloses) {
  test::run([&]() -> task<void> {
    Gate gate;
    co_await gate.close();
    gate.spawn(co_await asio::this_coro::executor, []() -> task<void> {
      ADD_FAILURE() << "ran after close";
      co_return;
    });
    EXPECT_EQ(gate.running(), 0u);
  });
}

TEST(JoinAll, ReturnsAtOnceForAnEmptyList) {
  test::run([&]() -> task<void> { co_await join_all({}); });
}

TEST(JoinAll, RunsItsWorkConcurrently) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        std::vector<std::function<task<void>()>> work;
        for (int i = 0; i < 10; ++i) {
          work.emplace_back([&]() -> task<void> { co_await clock.sleep_for(std::chrono::seconds(1)); });
        }
        const Mono before = clock.now();
        co_await join_all(std::move(work));
        EXPECT_EQ(clock.now() - before, std::chrono::seconds(1));
      },
      &clock);
}

TEST(JoinAll, CancelsAndAwaitsItsWorkWhenTheCallerIsStopped) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        Stop stop;
        int ended = 0;
        auto waiter = [&]() -> task<void> {
          struct Count {
            int& n;
            ~Count() { ++n; }
          } count{ended};
          co_await clock.sleep_for(std::chrono::hours(1));
        };
        auto all = [&]() -> task<Result<int>> {
          std::vector<std::function<task<void>()>> work(3, waiter);
          co_await join_all(std::move(work));
          co_return 1;
        };
        Gate gate;
        gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
          co_await clock.sleep_for(std::chrono::seconds(1));
          stop.request();
        });
        const auto result = co_await unless_stopped(stop, all());
        EXPECT_EQ(result.error().code, Errc::cancelled);
        EXPECT_EQ(ended, 3);
        co_await gate.close();
      },
      &clock);
}

TEST(UnlessStopped, PassesAResultThatComesFirst) {
  test::run([&]() -> task<void> {
    Stop stop;
    auto now = []() -> task<Result<int>> { co_return 7; };
    EXPECT_EQ((co_await unless_stopped(stop, now())).value(), 7);
  });
}

}  // namespace retouch::async
