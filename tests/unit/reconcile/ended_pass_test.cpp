// What becomes of the images that wait for their turn when a pass ends. The limiter is real: it is where they wait.
#include "passes_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;

class EndedPassTest : public test_fixture::PassesTest {
 protected:
  EndedPassTest() {
    world.log = Log(
        [this](const LogRecord& record) {
          if (record.level >= LogLevel::error) errors.emplace_back(record.message);
        },
        LogLevel::info);
    // All six at once in the limiter, which lets one go each second.
    lab.limits = {.requests = 100, .reads = 100, .writes = 1, .burst = 1, .concurrency = 6};
  }

  // Opens, plans and applies; `meanwhile` runs beside the apply.
  void apply(std::function<task<void>()> meanwhile = [] -> task<void> { co_return; }) {
    run([&]() -> task<void> {
      all = passes();
      co_await all->open();
      co_await all->plan();
      std::vector<std::function<task<void>()>> work{meanwhile};
      work.emplace_back([&]() -> task<void> {
        began = clock.now();
        co_await all->apply(nullptr);
        took = clock.now() - began;
      });
      co_await async::join_all(std::move(work));
    });
  }
  const ApplyReport& report() const { return all->clouds().at(0).report.value(); }
  std::size_t patches() { return cloud.log().count({.method = "PATCH"}); }

  config::Cloud& lab = add("lab", {1, 2, 3, 4, 5, 6});
  std::vector<std::string> errors;
  std::unique_ptr<Passes> all;
  Mono began{};
  Duration took{};
};

TEST_F(EndedPassTest, AStopSkipsWhatWaitsInTheLimiter) {
  lab.policy.guards.failures_consecutive = 1;
  apply([&]() -> task<void> {
    co_await clock.sleep_for(1500ms);
    stop.request();
  });
  EXPECT_EQ(report().count(Status::changed), 2) << "those of the first 1.5 seconds";
  EXPECT_EQ(report().count(Status::skipped), 4);
  EXPECT_FALSE(report().failures) << "not one has failed";
  EXPECT_TRUE(errors.empty()) << errors.front();
  EXPECT_EQ(all->apply_exit_code(), exit_interrupted);
}

TEST_F(EndedPassTest, TheFailuresGuardSkipsWhatWaitsInTheLimiter) {
  lab.policy.guards.failures_consecutive = 2;
  fault(R"({"kind":"status","method":"PATCH","status":403})");
  apply();
  EXPECT_EQ(patches(), 2u) << "nothing is sent after the verdict";
  EXPECT_EQ(report().count(Status::failed), 2);
  EXPECT_EQ(report().count(Status::skipped), 4);
  ASSERT_TRUE(report().failures);
  EXPECT_EQ(report().failures->detail.find("the pass was ended when 2 images in a row had failed; "), 0u);
  EXPECT_FALSE(report().ended_by) << "what waited was given up because of the guard, not by itself";
  EXPECT_EQ(all->apply_exit_code(), exit_guard);
}

TEST_F(EndedPassTest, AnImageThatIsBeingHalvedFailsWithItsRejection) {
  lab.policy.guards.failures_consecutive = 1;
  lab.limits.concurrency = 2;
  for (core::DesiredEntry& entry : desired.entries["lab"]) {
    entry.fields.push_back({.name = "os_version", .value = "24.04", .place = {"m.yaml", 9, 5}});
  }
  fault(R"({"kind":"status","method":"PATCH","status":400,"body":"no"})");
  apply();
  // Both are refused whole, then halved; when the first has failed, the second has its refusal and waits with a half.
  EXPECT_EQ(report().count(Status::failed), 2);
  EXPECT_EQ(report().count(Status::skipped), 4);
  for (const ImageResult& result : report().results) {
    if (result.error) EXPECT_EQ(result.error->status, 400) << describe(*result.error);
  }
}

TEST_F(EndedPassTest, AnAccountThatIsSuspendedEndsThePassWith75) {
  lab.policy.guards.failures_consecutive = 2;
  lab.limits.writes = 100, lab.limits.burst = 100;
  slow_down(100ms);
  fault(R"({"kind":"status","method":"PATCH","status":401})");
  apply();
  EXPECT_EQ(report().count(Status::failed), 0);
  EXPECT_EQ(report().count(Status::skipped), 6);
  EXPECT_FALSE(report().failures) << "`--force failures` would not help";
  EXPECT_TRUE(errors.empty()) << errors.front();
  ASSERT_TRUE(report().ended_by);
  EXPECT_NE(report().ended_by->message.find("The account pauses"), std::string::npos);
  EXPECT_EQ(all->apply_exit_code(), exit_later);
}

TEST_F(EndedPassTest, TheDeadlineSkipsWhatWaitsInTheLimiter) {
  lab.policy.deadline = 2500ms;
  apply();
  EXPECT_EQ(report().count(Status::changed), 3) << "at 0, 1 and 2 seconds";
  EXPECT_EQ(report().count(Status::skipped), 3);
  EXPECT_TRUE(errors.empty()) << errors.front();
  EXPECT_EQ(all->apply_exit_code(), exit_later);
}

TEST_F(EndedPassTest, BehindItsDeadlineAClosingListingHasNoMoreTimeThanThePassHad) {
  lab.policy.deadline = 2s;
  lab.limits.concurrency = 1;
  lab.limits.requests = 1000;
  apply([&]() -> task<void> {
    slow_down(4s);
    co_return;
  });
  EXPECT_EQ(report().count(Status::changed), 1) << "the one that was in flight";
  EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(took), 6s) << "that one, and the listing as long as the pass";
  ASSERT_EQ(report().warnings.size(), 1u);
  EXPECT_NE(report().warnings[0].find("the pass with its closing listing took longer than policy.deadline (2s)"),
            std::string::npos)
      << report().warnings[0];
  EXPECT_EQ(all->apply_exit_code(), exit_later);
}

using SharedAccountTest = test_fixture::PassesTest;

TEST_F(SharedAccountTest, HasTheTightestOfTheLimitsWhoeverComesFirst) {
  config::Cloud& a = add("a", {1, 2, 3});
  config::Cloud& b = add("b", {4, 5, 6});
  const config::Limits fast{.requests = 50, .reads = 50, .writes = 50, .burst = 1, .concurrency = 1};
  const config::Limits slow{.requests = 50, .reads = 50, .writes = 1, .burst = 50, .concurrency = 3};
  for (const bool first_is_fast : {true, false}) {
    cloud.reset();
    a.limits = first_is_fast ? fast : slow;
    b.limits = first_is_fast ? slow : fast;
    run([&]() -> task<void> {
      const auto all = passes();
      co_await all->open();
      for (const CloudPass& pass : all->clouds()) {
        EXPECT_EQ(pass.session->target().limits.writes, 1);
        EXPECT_EQ(pass.session->target().limits.concurrency, 1u);
      }
      co_await all->plan();
      co_await all->apply(nullptr);
      EXPECT_EQ(changed(*all), 6);
    });
    EXPECT_GE(cloud.log().span({.method = "PATCH"}), Duration(5s)) << "one a second, with no burst";
  }
}

}  // namespace retouch::reconcile
