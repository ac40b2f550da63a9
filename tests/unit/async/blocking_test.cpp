#include "retouch/async/blocking.hpp"

#include <future>
#include <thread>

#include "retouch/async/interrupt.hpp"
#include "run.hpp"

namespace retouch::async {

TEST(ThreadPool, RunsElsewhereAndReturnsToTheCallersThread) {
  const auto here = std::this_thread::get_id();
  auto pool = make_thread_pool(2);
  test::run([&]() -> task<void> {
    const auto there = co_await pool->run([] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
  });
}

TEST(ThreadPool, BeginsWithTheFirstWorkUnasked) {
  std::promise<std::thread::id> ran;
  auto pool = make_thread_pool(1, [&] { ran.set_value(std::this_thread::get_id()); });
  auto thread = ran.get_future();
  ASSERT_EQ(thread.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_NE(thread.get(), std::this_thread::get_id());
}

TEST(ThreadPool, OutlivesAFirstWorkThatThrows) {
  auto pool = make_thread_pool(1, [] { throw std::runtime_error("no digest"); });
  test::run([&]() -> task<void> { EXPECT_EQ(co_await pool->run([] { return 1; }), 1); });
}

TEST(ThreadPool, PassesExceptionsToTheCaller) {
  auto pool = make_thread_pool(1);
  test::run([&]() -> task<void> {
    bool caught = false;
    try {
      co_await pool->run([]() -> int { throw std::runtime_error("disk"); });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
  });
}

TEST(ThreadPool, LeavesItsCallerCancellable) {
  auto pool = make_thread_pool(1);
  test::run([&]() -> task<void> {
    Stop stop;
    Condition never;
    auto work = [&]() -> task<Result<int>> {
      co_await pool->run([] { return 1; });
      stop.request();
      co_await never.wait();
      co_return 2;
    };
    const auto result = co_await unless_stopped(stop, work());
    EXPECT_EQ(result.error().code, Errc::cancelled);
  });
}

TEST(InlineBlocking, RunsOnTheSpot) {
  auto inline_blocking = make_inline_blocking();
  test::run([&]() -> task<void> {
    int calls = 0;
    co_await inline_blocking->run([&calls] { ++calls; });
    EXPECT_EQ(calls, 1);
  });
}

}  // namespace retouch::async
