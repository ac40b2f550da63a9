#include "retouch/core/schedule.hpp"

#include <gtest/gtest.h>

namespace retouch::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double middle = 0.5;  // no jitter
const Wall noon = Wall{} + hours(12);
Mono at(Duration since_start) { return Mono{} + hours(1000) + since_start; }
const Mono start = at({});

Schedule fresh(ScheduleRules rules = {}) { return Schedule(rules, {}, noon, start, middle); }

TEST(Schedule, ACloudThatWasNeverLookedAtIsDueAtOnce) { EXPECT_EQ(fresh().due(), start); }

TEST(Schedule, TheIntervalCountsFromBeginToBegin) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(false, std::nullopt, at(minutes(5)), middle);
  EXPECT_EQ(schedule.due(), at(minutes(30)));
  EXPECT_EQ(schedule.why(), Trigger::interval);
}

TEST(Schedule, APassLongerThanTheIntervalIsFollowedAtOnceAndNotEarlier) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(false, std::nullopt, at(minutes(50)), middle);
  EXPECT_EQ(schedule.due(), at(minutes(50)));
}

TEST(Schedule, JitterIsATenthToBothSides) {
  for (const auto& [unit, minute] : {std::pair{0.0, 27}, {0.5, 30}, {1.0, 33}}) {
    Schedule schedule = fresh();
    schedule.began(start);
    schedule.ended(false, std::nullopt, start, unit);
    EXPECT_EQ(schedule.due(), at(minutes(minute))) << unit;
  }
}

TEST(Schedule, TheLastPassOfAnEarlierProcessCounts) {
  const Schedule schedule({}, {.began = noon - minutes(10)}, noon, start, middle);
  EXPECT_EQ(schedule.due(), at(minutes(20)));
}

TEST(Schedule, WhatIsOverdueAfterARestartIsSpreadOverAMinuteAtMost) {
  const LastPass last{.began = noon - hours(5)};
  EXPECT_EQ(Schedule({}, last, noon, start, 0.0).due(), start);
  EXPECT_EQ(Schedule({}, last, noon, start, 0.5).due(), at(seconds(30)));
  EXPECT_EQ(Schedule({.interval = seconds(10)}, last, noon, start, 0.5).due(), at(milliseconds(500)));
}

TEST(Schedule, ALastPassInTheFutureIsOfAClockThatWasSetBack) {
  const Schedule schedule({}, {.began = noon + hours(100)}, noon, start, middle);
  EXPECT_EQ(schedule.due(), at(minutes(30)));
}

TEST(Schedule, FailuresDoubleTheWaitUpToTheIntervalOrAQuarterOfAnHour) {
  for (const auto& [interval, longest] :
       {std::pair<Duration, Duration>{minutes(30), minutes(30)}, {seconds(10), minutes(15)}}) {
    Schedule schedule = fresh({.interval = interval});
    Duration expected = seconds(30);
    for (int i = 1; i < 40; ++i) {
      schedule.began(start);
      schedule.ended(true, std::nullopt, start, middle);
      EXPECT_EQ(schedule.due(), start + std::min(expected, longest)) << i;
      expected = std::min<Duration>(expected * 2, hours(10));
    }
    schedule.began(start);
    schedule.ended(false, std::nullopt, start, middle);
    EXPECT_EQ(schedule.due(), start + interval);
  }
}

TEST(Schedule, FailuresOfAnEarlierProcessAreNotForgotten) {
  const Schedule schedule({}, {.began = noon - minutes(1), .failures = 4}, noon, start, middle);
  EXPECT_EQ(schedule.due(), at(minutes(3)));
}

TEST(Schedule, ATriggerIsDueAtOnceAndSaysWhy) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(true, std::nullopt, at(seconds(1)), middle);
  schedule.trigger(Trigger::source, at(seconds(2)));
  EXPECT_EQ(schedule.due(), at(seconds(2)));
  EXPECT_EQ(schedule.why(), Trigger::source);
}

TEST(Schedule, OfSeveralTriggersTheFirstDecidesWhenAndTheStrongestWhy) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(false, std::nullopt, start, middle);
  schedule.trigger(Trigger::source, at(seconds(2)));
  schedule.trigger(Trigger::command, at(seconds(3)));
  schedule.trigger(Trigger::webhook, at(seconds(4)));
  EXPECT_EQ(schedule.due(), at(seconds(2)));
  EXPECT_EQ(schedule.why(), Trigger::command);
}

TEST(Schedule, WhatIsAskedForWhileAPassRunsIsOneMorePassAfterIt) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.trigger(Trigger::source, at(seconds(1)));
  schedule.trigger(Trigger::source, at(seconds(2)));
  EXPECT_TRUE(schedule.running());
  schedule.ended(false, std::nullopt, at(seconds(9)), middle);
  EXPECT_EQ(schedule.due(), at(seconds(9)));
  EXPECT_EQ(schedule.why(), Trigger::source);
  schedule.began(at(seconds(9)));
  schedule.ended(false, std::nullopt, at(seconds(10)), middle);
  EXPECT_EQ(schedule.due(), at(seconds(9) + minutes(30)));
  EXPECT_EQ(schedule.why(), Trigger::interval);
}

TEST(Schedule, NothingIsSoonerThanTheServerAskedForAndItMayAskForAnHour) {
  for (const auto& [asked, granted] : {std::pair<Duration, Duration>{minutes(5), minutes(5)}, {hours(9), hours(1)}}) {
    Schedule schedule = fresh();
    schedule.began(start);
    schedule.trigger(Trigger::source, start);
    schedule.ended(true, asked, start, middle);
    EXPECT_EQ(schedule.due(), start + granted);
    schedule.trigger(Trigger::command, at(seconds(1)));
    EXPECT_EQ(schedule.due(), start + granted);
    schedule.trigger(Trigger::command, start + granted + seconds(1));
    EXPECT_EQ(schedule.due(), start + granted) << "it was due already";
  }
}

TEST(Schedule, AShorterIntervalCountsFromTheLastPassOn) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(false, std::nullopt, start, middle);
  schedule.change({.interval = minutes(5)}, at(minutes(1)), middle);
  EXPECT_EQ(schedule.due(), at(minutes(5)));
  schedule.change({.interval = seconds(10)}, at(minutes(2)), middle);
  EXPECT_EQ(schedule.due(), at(minutes(2)));
}

TEST(Schedule, TheSameRulesChangeNothing) {
  Schedule schedule = fresh();
  schedule.began(start);
  schedule.ended(false, std::nullopt, start, 0.0);
  schedule.change({}, at(minutes(1)), 1.0);
  EXPECT_EQ(schedule.due(), at(minutes(27)));
}

}  // namespace
}  // namespace retouch::core
