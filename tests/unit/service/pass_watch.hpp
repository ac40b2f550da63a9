// When passes over one cloud may begin, by the promises of core/schedule.hpp and not by its code: a test tells it what
// happened, and it says what was too early, too late or twice.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "retouch/core/schedule.hpp"
#include "retouch/service/pass.hpp"

namespace retouch::service::test_fixture {

using namespace std::chrono_literals;

class PassWatch {
 public:
  static constexpr Duration interval = 10min;
  static constexpr Duration tolerance = 1s;
  // A listing, a write and the closing listing, each with three attempts, may wait two minutes (Retry-After) twice.
  static constexpr Duration longest_pass = 3 * 2 * 2min + 1min;

  // What gives a reason for one pass out of turn. Several reasons may come to one pass.
  void give_reason() { reason_ = true; }
  void all_is_done() { reason_ = false; }  // whatever was asked for has been done

  void process_starts(Mono now) {
    overdue_ = began_ && latest_ < now && !reason_;
    first_.reset();
    earliest_ = began_ ? earliest_ : now;
    latest_ = began_ ? std::max(latest_, now + core::Schedule::restart_spread) : now;
  }
  // What the next process knows: when the last pass began, and how many failed. One that was interrupted counts.
  void process_ends() {
    failures_ += running ? 1 : 0;
    running = false;
    left_alone_ = {};
    if (began_) expect_after(*began_, *began_);
  }

  void begins(core::Trigger why, Mono now, const std::string& where) {
    EXPECT_FALSE(running) << "two passes at a time: " << where;
    EXPECT_LE(now, latest_ + tolerance) << "a pass was missed: late by " << format_duration(now - latest_) << where;
    EXPECT_GE(now, left_alone_) << "the cloud had asked to be left alone" << where;
    if (why == core::Trigger::interval) {
      EXPECT_GE(now, earliest_) << "too early by " << format_duration(earliest_ - now) << where;
    } else {
      EXPECT_TRUE(reason_) << "a pass that nothing was the reason for: " << core::to_string(why) << where;
      reason_ = false;
    }
    if (!first_) first_ = {why, now};
    running = true;
    began_ = now;
    ++passes;
  }
  void ends(const CloudOutcome& outcome, Mono now, const std::string& where) {
    EXPECT_TRUE(running) << where;
    EXPECT_LE(now - *began_, longest_pass) << "it took " << format_duration(now - *began_) << where;
    longest = std::max(longest, now - *began_);
    running = false;
    completed_ = began_;
    failed += outcome.failed() ? 1 : 0;
    failures_ = outcome.failed() ? failures_ + 1 : 0;
    const auto asked = outcome.error ? outcome.error->retry_after : std::nullopt;
    left_alone_ = asked ? now + std::min(*asked, core::Schedule::longest_postponement) : Mono{};
    expect_after(*began_, now);
  }
  void none_is_overdue(Mono now, const std::string& where) const {
    EXPECT_TRUE(running || now <= latest_ + tolerance) << "a pass was missed" << where;
    EXPECT_TRUE(!running || now - *began_ <= longest_pass) << "a pass does not end" << where;
  }

  // The first pass of a process, when it made up for one that was overdue, and for nothing else.
  std::optional<Mono> made_up_for() const {
    return overdue_ && first_ && first_->first == core::Trigger::interval ? std::optional(first_->second)
                                                                          : std::nullopt;
  }
  // Of the last pass of which the next process knows what it saw.
  Mono completed() const { return completed_.value_or(Mono{}); }
  bool running = false;
  std::int64_t passes = 0, failed = 0;
  Duration longest{};

 private:
  // 30 s after a failure, doubled up to a quarter of an hour, a quarter more or less.
  void expect_after(Mono began, Mono ended) {
    Duration wait = 30s;
    for (std::int64_t i = 1; i < failures_; ++i) wait = std::min<Duration>(2 * wait, 15min);
    earliest_ = std::max(left_alone_, failures_ > 0 ? ended + wait * 3 / 4 : began + interval * 9 / 10);
    latest_ = std::max(left_alone_, failures_ > 0 ? ended + wait * 5 / 4 : std::max(ended, began + interval * 11 / 10));
  }

  std::int64_t failures_ = 0;  // in a row
  std::optional<Mono> began_{}, completed_{};
  Mono earliest_{}, latest_{}, left_alone_{};
  bool reason_ = false, overdue_ = false;
  std::optional<std::pair<core::Trigger, Mono>> first_{};  // of this process
};

}  // namespace retouch::service::test_fixture
