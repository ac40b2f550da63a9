#include "retouch/async/condition.hpp"

#include "retouch/async/gate.hpp"
#include "retouch/async/stop.hpp"
#include "run.hpp"

namespace retouch::async {

TEST(Condition, WakesWaitersInOrderOfArrival) {
  std::vector<int> order;
  test::run([&]() -> task<void> {
    Condition condition;
    Gate gate;
    const auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < 3; ++i) {
      gate.spawn(executor, [&, i]() -> task<void> {
        co_await condition.wait();
        order.push_back(i);
      });
    }
    co_await yield();
    EXPECT_EQ(condition.waiting(), 3u);
    condition.notify_one();
    co_await yield();
    co_await yield();
    EXPECT_EQ(order, std::vector<int>{0});
    condition.notify_all();
    co_await gate.close();
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Condition, NotifyingNobodyIsForgotten) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        Condition condition;
        condition.notify_all();
        Gate gate;
        bool woken = false;
        gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
          co_await condition.wait();
          woken = true;
        });
        co_await clock.sleep_for(std::chrono::hours(1));
        EXPECT_FALSE(woken);
        condition.notify_one();
        co_await gate.close();
        EXPECT_TRUE(woken);
      },
      &clock);
}

TEST(Condition, CancellationEndsAWaitAndForgetsTheWaiter) {
  test::run([&]() -> task<void> {
    Condition condition;
    Gate gate;
    gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
      try {
        co_await condition.wait();
      } catch (const boost::system::system_error& error) {
        EXPECT_EQ(error.code(), asio::error::operation_aborted);
        co_return;
      }
      ADD_FAILURE() << "the wait ended as if it had been notified";
    });
    co_await yield();
    gate.cancel();
    co_await gate.close();
    EXPECT_EQ(condition.waiting(), 0u);
  });
}

TEST(Stop, WakesWhoeverWaitsAndStaysRequested) {
  test::run([&]() -> task<void> {
    Stop stop;
    Gate gate;
    bool seen = false;
    gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
      co_await stop.wait();
      seen = true;
    });
    co_await yield();
    stop.request();
    co_await gate.close();
    EXPECT_TRUE(seen);
    co_await stop.wait();
  });
}

}  // namespace retouch::async
