#include "retouch/sources/settling.hpp"

#include <gtest/gtest.h>

#include "run.hpp"

namespace retouch::sources {
namespace {

using namespace std::chrono_literals;

// Changes at these times after the beginning, then silence or an error.
class Scripted final : public os::Watch {
 public:
  Scripted(async::Clock& clock, std::vector<Duration> at, std::optional<Error> error = {})
      : clock_(clock), start_(clock.now()), at_(std::move(at)), error_(std::move(error)) {}
  task<Result<void>> changed() override {
    if (next_ < at_.size()) {
      co_await clock_.sleep_until(start_ + at_[next_]);
      ++next_;
      co_return Result<void>{};
    }
    if (error_) co_return fail(*error_);
    co_await clock_.sleep_for(1000h);
    co_return Result<void>{};
  }

 private:
  async::Clock& clock_;
  Mono start_;
  std::vector<Duration> at_;
  std::optional<Error> error_;
  std::size_t next_ = 0;
};

Duration returns_after(const std::vector<Duration>& changes) {
  test::ManualClock clock;
  const Mono start = clock.now();
  Mono end = start;
  test::run(
      [&]() -> task<void> {
        Scripted watch(clock, changes);
        const auto settled = co_await wait_until_settled(watch, clock);
        EXPECT_TRUE(settled);
        end = clock.now();
      },
      &clock);
  return end - start;
}

TEST(Settling, AfterAChangeItWaitsForQuiet) {
  EXPECT_EQ(returns_after({10s}), 10500ms);
  EXPECT_EQ(returns_after({10s, 10400ms, 10800ms}), 11300ms) << "a file that is written in pieces";
}

TEST(Settling, ButNotForEver) {
  std::vector<Duration> busy;
  for (int i = 0; i < 100; ++i) busy.push_back(1s + i * 100ms);
  EXPECT_EQ(returns_after(busy), 6s);
}

TEST(Settling, WithoutAnyChangeItIsReadOnceAMinute) { EXPECT_EQ(returns_after({}), 60s); }

TEST(Settling, AWatchThatFailsIsSaid) {
  test::ManualClock clock;
  test::run(
      [&]() -> task<void> {
        Scripted watch(clock, {1s}, Error{.code = Errc::too_large});
        const auto settled = co_await wait_until_settled(watch, clock);
        EXPECT_FALSE(settled);
      },
      &clock);
}

}  // namespace
}  // namespace retouch::sources
