#include "retouch/async/gate.hpp"

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

}  // namespace retouch::async
