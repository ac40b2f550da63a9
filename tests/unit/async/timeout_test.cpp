#include "retouch/async/timeout.hpp"

#include "retouch/async/condition.hpp"
#include "run.hpp"

namespace retouch::async {

namespace {

task<Result<int>> after(Clock& clock, Duration delay, int value) {
  co_await clock.sleep_for(delay);
  co_return value;
}

}  // namespace

TEST(WithDeadline, PassesAResultThatComesInTime) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        const auto result = co_await with_deadline(clock, clock.now() + std::chrono::seconds(2),
                                                   after(clock, std::chrono::seconds(1), 7), "answer");
        EXPECT_EQ(result.value(), 7);
        EXPECT_FALSE(clock.advance_to_next()) << "the timer is still pending";
      },
      &clock);
}

TEST(WithDeadline, EndsWithATransientTimeout) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        const Mono start = clock.now();
        const auto result = co_await with_deadline(clock, start + std::chrono::seconds(2),
                                                   after(clock, std::chrono::hours(1), 7), "answer");
        EXPECT_EQ(result.error().code, Errc::timeout);
        EXPECT_EQ(result.error().reaction, Reaction::transient);
        EXPECT_EQ(result.error().message, "no answer in time");
        EXPECT_EQ(clock.now() - start, std::chrono::seconds(2));
      },
      &clock);
}

TEST(WithDeadline, AFailingOperationDoesNotWaitForTheTimer) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        auto failing = []() -> task<Result<int>> {
          throw std::logic_error("a bug");
          co_return 0;
        };
        const Mono start = clock.now();
        bool caught = false;
        try {
          co_await with_deadline(clock, start + std::chrono::hours(1), failing(), "answer");
        } catch (const std::logic_error&) {
          caught = true;
        }
        EXPECT_TRUE(caught);
        EXPECT_EQ(clock.now(), start);
      },
      &clock);
}

}  // namespace retouch::async
