#include "retouch/async/lone_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <future>

#include "retouch/async/gate.hpp"
#include "run.hpp"

namespace retouch::async {
namespace {

// Work that hangs until the test lets it go, or goes itself.
struct Hanging {
  std::shared_ptr<std::promise<void>> release = std::make_shared<std::promise<void>>();
  ~Hanging() { release->set_value(); }
  std::function<void()> work() const {
    return [released = release->get_future().share()] { released.wait(); };
  }
};

task<void> wait_for(LoneThread& thread) {
  const LoneThread::Attention attention(thread, co_await asio::this_coro::executor);
  while (!thread.finished()) co_await thread.changed().wait();
}

TEST(LoneThread, TellsTheLoopWhenItsWorkIsDone) {
  auto value = std::make_shared<int>(0);
  test::run([&]() -> task<void> {
    const auto thread = LoneThread::start([value] { *value = 7; });
    co_await wait_for(**thread);
    EXPECT_EQ(*value, 7);
    co_await wait_for(**thread);  // at once
  });
}

TEST(LoneThread, IsFinishedAlsoWhenItsWorkThrew) {
  test::run([&]() -> task<void> {
    const auto thread = LoneThread::start([] { throw std::bad_alloc(); });
    co_await wait_for(**thread);
    EXPECT_TRUE((*thread)->finished());
  });
}

TEST(LoneThread, TheLoopDoesNotWaitForOneThatEverybodyHasLeft) {
  Hanging hanging;
  test::run([&]() -> task<void> {  // fails when work is left over
    const auto thread = LoneThread::start(hanging.work());
    Gate gate;
    bool left = false;
    gate.spawn(co_await asio::this_coro::executor, [&]() -> task<void> {
      try {
        co_await wait_for(**thread);
      } catch (const boost::system::system_error&) {
        left = true;
      }
    });
    co_await yield();
    gate.cancel();
    co_await gate.close();
    EXPECT_TRUE(left);
    EXPECT_FALSE((*thread)->finished());
  });
}

TEST(LoneThread, MayEndAfterTheLoopHasGone) {
  std::shared_ptr<LoneThread> thread;
  {
    Hanging hanging;
    asio::io_context io(1);
    thread = LoneThread::start(hanging.work()).value();
    const LoneThread::Attention attention(*thread, io.get_executor());
  }
  while (!thread->finished()) std::this_thread::yield();
}

TEST(LoneThreadDeathTest, TheProcessDoesNotWaitForIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto hang_and_exit = [] {
    const auto thread = LoneThread::start([] { std::promise<void>().get_future().wait(); });
    std::exit(thread ? 3 : 4);
  };
  EXPECT_EXIT(hang_and_exit(), testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace retouch::async
