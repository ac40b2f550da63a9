#include "retouch/service/scheduler.hpp"

#include <gtest/gtest.h>

#include "retouch/async/join.hpp"
#include "run.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;
using core::Trigger;

// Draws the middle, so that nothing jitters.
class NoChance final : public Random {
 public:
  std::uint64_t next() override { return 1ULL << 63; }
};

class SchedulerTest : public ::testing::Test {
 protected:
  struct Seen {
    std::string cloud;
    Duration at;
    Trigger why;
    bool operator==(const Seen&) const = default;
  };

  task<PassEnded> work(std::string cloud, Trigger why) {
    seen.push_back({cloud, clock.now() - Mono{}, why});
    ++running;
    most = std::max(most, running);
    co_await clock.sleep_for(takes);
    --running;
    co_return ends;
  }
  std::unique_ptr<Scheduler> scheduler(std::size_t width = 8) {
    return std::make_unique<Scheduler>(
        clock, random, stop, width, [this](std::string cloud, Trigger why) { return work(std::move(cloud), why); },
        Scheduler::Beat{.every = 5s, .alive = [this] { beats.push_back(clock.now() - Mono{}); }});
  }
  // Runs it and `during` beside it; then it is stopped.
  void run(Scheduler& subject, std::function<task<void>()> during) {
    test::run(
        [&]() -> task<void> {
          co_await async::join_all({[&]() -> task<void> { co_await subject.run(); },
                                    [&]() -> task<void> {
                                      co_await during();
                                      stop.request();
                                    }});
        },
        &clock);
  }

  test::ManualClock clock;
  NoChance random;
  async::Stop stop;
  Duration takes = 1s;
  PassEnded ends{};
  std::vector<Seen> seen;
  std::vector<Duration> beats;
  int running = 0, most = 0;
};

TEST_F(SchedulerTest, PassesComeAtTheirInterval) {
  const auto subject = scheduler();
  subject->set("lab", {.interval = 10s}, {});
  run(*subject, [&]() -> task<void> { co_await clock.sleep_for(25s); });
  EXPECT_EQ(seen,
            (std::vector<Seen>{
                {"lab", 0s, Trigger::interval}, {"lab", 10s, Trigger::interval}, {"lab", 20s, Trigger::interval}}));
}

TEST_F(SchedulerTest, ATriggerBeginsAPassAtOnceAndTwoDuringAPassMakeOneMore) {
  takes = 3s;
  const auto subject = scheduler();
  subject->set("lab", {.interval = 1h}, {});
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(10s);
    subject->trigger("lab", Trigger::source);
    co_await clock.sleep_for(1s);
    EXPECT_FALSE(subject->due("lab"));
    subject->trigger("lab", Trigger::source);
    subject->trigger("lab", Trigger::command);
    subject->trigger("elsewhere", Trigger::command);
    co_await clock.sleep_for(20s);
  });
  EXPECT_EQ(seen, (std::vector<Seen>{
                      {"lab", 0s, Trigger::interval}, {"lab", 10s, Trigger::source}, {"lab", 13s, Trigger::command}}));
}

TEST_F(SchedulerTest, NeverMorePassesAtOnceThanItsWidthAndNoneIsForgotten) {
  const auto subject = scheduler(3);
  for (int i = 0; i < 10; ++i) subject->set("c" + std::to_string(i), {.interval = 1h}, {});
  run(*subject, [&]() -> task<void> { co_await clock.sleep_for(10s); });
  EXPECT_EQ(most, 3);
  EXPECT_EQ(seen.size(), 10u);
}

TEST_F(SchedulerTest, ACloudThatTakesLongDelaysNoOther) {
  takes = 1h;
  const auto subject = scheduler();
  subject->set("slow", {.interval = 10s}, {});
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1s);
    takes = 1s;
    subject->set("quick", {.interval = 10s}, {});
    co_await clock.sleep_for(30s);
  });
  EXPECT_EQ(std::ranges::count(seen, "quick", &Seen::cloud), 3);
  EXPECT_EQ(std::ranges::count(seen, "slow", &Seen::cloud), 1);
}

TEST_F(SchedulerTest, ACloudThatFailsBacksOff) {
  ends.failed = true;
  const auto subject = scheduler();
  subject->set("lab", {.interval = 10s}, {});
  run(*subject, [&]() -> task<void> { co_await clock.sleep_for(5min); });
  EXPECT_EQ(seen.size(), 4u) << "at 0, 31, 92 and 213 seconds";
}

TEST_F(SchedulerTest, BeatsWhetherOrNotThereIsSomethingToDoAndWhileItDrains) {
  takes = 20s;
  const auto subject = scheduler();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(15s);
    subject->set("lab", {.interval = 1h}, {});
    co_await clock.sleep_for(1s);
  });
  ASSERT_GE(beats.size(), 7u);
  for (std::size_t i = 1; i < beats.size(); ++i) EXPECT_LE(beats[i] - beats[i - 1], Duration(5s)) << i;
  EXPECT_GE(beats.back(), Duration(30s)) << "the pass ended at 35 s";
}

TEST_F(SchedulerTest, AStopWaitsForThePassesUnderWayAndBeginsNoOther) {
  takes = 7s;
  const auto subject = scheduler();
  subject->set("lab", {.interval = 1s}, {});
  run(*subject, [&]() -> task<void> { co_await clock.sleep_for(2s); });
  EXPECT_EQ(clock.now() - Mono{}, Duration(7s));
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(running, 0);
}

TEST_F(SchedulerTest, WaitingForThePassAfterARequestIsNotWaitingForTheOneThatRan) {
  takes = 10s;
  const auto subject = scheduler();
  subject->set("lab", {.interval = 1h}, {});
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(4s);
    const auto ticket = subject->next_ticket("lab");
    subject->trigger("lab", Trigger::command);
    co_await subject->pass_ended("lab", ticket);
    EXPECT_EQ(clock.now() - Mono{}, Duration(20s));
    co_await subject->pass_ended("lab", ticket);
    EXPECT_EQ(clock.now() - Mono{}, Duration(20s)) << "it has ended, and another is not waited for";
    co_await subject->pass_ended("elsewhere", subject->next_ticket("elsewhere"));
  });
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(SchedulerTest, NobodyWaitsForACloudThatWasRemoved) {
  const auto subject = scheduler();
  subject->set("lab", {.interval = 1h}, {.began = clock.wall()});
  run(*subject, [&]() -> task<void> {
    co_await async::join_all({[&]() -> task<void> { co_await subject->pass_ended("lab", subject->next_ticket("lab")); },
                              [&]() -> task<void> {
                                co_await clock.sleep_for(2s);
                                subject->remove("lab");
                              }});
    EXPECT_EQ(clock.now() - Mono{}, Duration(2s));
  });
  EXPECT_TRUE(seen.empty());
}

TEST_F(SchedulerTest, ALoopThatSomethingHoldsUpBeatsNotUntilItMoves) {
  bool stuck = false;
  Scheduler subject(clock, random, stop, 1,
                    [&](std::string, Trigger) -> task<PassEnded> {
                      stuck = true;
                      clock.advance(10min);  // the thread is kept busy
                      co_return PassEnded{};
                    },
                    {.every = 5s, .alive = [&] { beats.push_back(clock.now() - Mono{}); }});
  subject.set("lab", {.interval = 1h}, {});
  run(subject, [&]() -> task<void> { co_await clock.sleep_for(1s); });
  ASSERT_TRUE(stuck);
  for (const Duration beat : beats) EXPECT_TRUE(beat <= Duration(0s) || beat >= Duration(10min));
}

}  // namespace
}  // namespace retouch::service
