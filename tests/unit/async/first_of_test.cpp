#include "retouch/async/first_of.hpp"

#include <gtest/gtest.h>

#include "retouch/async/join.hpp"
#include "run.hpp"

namespace retouch::async {
namespace {

using namespace std::chrono_literals;

TEST(FirstOf, EndsWithTheFirstAndCancelsTheOther) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        co_await first_of(clock.sleep_for(1h), clock.sleep_for(1s));
        EXPECT_EQ(clock.now() - Mono{}, Duration(1s));
      },
      &clock);
}

TEST(FirstOf, AnExceptionOfTheOneThatEndedPassesThrough) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        auto broken = []() -> task<void> {
          throw std::runtime_error("a bug");
          co_return;
        };
        bool thrown = false;
        try {
          co_await first_of(clock.sleep_for(1h), broken());
        } catch (const std::runtime_error&) {
          thrown = true;
        }
        EXPECT_TRUE(thrown);
      },
      &clock);
}

TEST(WokenOrStopped, EitherIsEnough) {
  test::ManualClock clock;
  Condition condition;
  Stop stop;
  int woken = 0;
  test::run(
      [&]() -> task<void> {
        co_await join_all({[&]() -> task<void> {
                             while (!stop.requested()) {
                               co_await woken_or_stopped(condition, stop);
                               ++woken;
                             }
                           },
                           [&]() -> task<void> {
                             co_await clock.sleep_for(1s);
                             condition.notify_all();
                             co_await clock.sleep_for(1s);
                             stop.request();
                           }});
      },
      &clock);
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace retouch::async
