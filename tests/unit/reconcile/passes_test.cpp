// Whole passes over simulated clouds: sessions, locks, deadlines, and clouds beside each other.
#include "passes_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;
using test_fixture::PassesTest;

TEST_F(PassesTest, ListAndApplyAndAreDone) {
  add("lab", {1, 2, 3});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    EXPECT_EQ(all->plan_exit_code(true), exit_changes);
    EXPECT_TRUE(all->anything_to_send());
    co_await all->apply(nullptr);
    EXPECT_EQ(changed(*all), 3);
    EXPECT_EQ(all->apply_exit_code(), exit_ok);
    co_await all->plan();
    EXPECT_FALSE(all->anything_to_send());
    EXPECT_EQ(all->plan_exit_code(true), exit_ok);
  });
}

TEST_F(PassesTest, AListingThatHangsEndsAtTheDeadlineWith75) {
  add("lab", {1}).policy.deadline = 10s;
  fault(R"({"kind":"hang"})");
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    const Mono before = clock.now();
    co_await all->plan();
    EXPECT_EQ(clock.now() - before, Duration(10s)) << "not at the request's own timeout";
    EXPECT_EQ(all->plan_exit_code(false), exit_later);
    EXPECT_EQ(all->apply_exit_code(), exit_later);
    EXPECT_FALSE(all->anything_to_send());
    const core::Plan document = all->document();
    EXPECT_EQ(document.clouds.at(0).outcome, core::Outcome::failed);
    EXPECT_EQ(document.clouds[0].error.find("lab: listing the images took longer than policy.deadline (10s)"), 0u)
        << document.clouds[0].error;
  });
}

TEST_F(PassesTest, TheListingCountsAgainstTheDeadlineButThinkingDoesNot) {
  add("lab", {1, 2, 3, 4, 5, 6}).policy.deadline = 10s;
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    slow_down(2s);
    co_await all->plan();
    EXPECT_EQ(all->clouds().at(0).planned->listing_time, Duration(4s)) << "two pages";
    co_await clock.sleep_for(1h);
    co_await all->apply(nullptr);
    EXPECT_GE(changed(*all), 2) << "those that began within the six seconds that were left, not one second of them";
    EXPECT_GE(all->clouds()[0].report->count(Status::skipped), 3) << "in ten seconds only two would be left out";
    EXPECT_EQ(all->apply_exit_code(), exit_later);
  });
}

TEST_F(PassesTest, ARequestedStopTearsDownTheListing) {
  add("lab", {1});
  slow_down(20s);
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    const Mono before = clock.now();
    co_await async::join_all({[&]() -> task<void> { co_await all->plan(); },
                              [&]() -> task<void> {
                                co_await clock.sleep_for(1s);
                                stop.request();
                              }});
    EXPECT_EQ(clock.now() - before, Duration(1s)) << "not when the answer comes";
    EXPECT_EQ(all->plan_exit_code(false), exit_interrupted);
  });
}

TEST_F(PassesTest, APlanThatCannotBeMadeAgainIsGone) {
  add("lab", {1}).policy.deadline = 10s;
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    fault(R"({"kind":"hang"})");
    co_await all->plan();
    EXPECT_EQ(all->document().clouds.at(0).outcome, core::Outcome::failed) << "not what it was before";
  });
}

TEST_F(PassesTest, ACloudThatFailsStopsOnlyItself) {
  add("bad", {1}, "WRONG");
  add("lab", {2});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    EXPECT_TRUE(all->any_failed());
    EXPECT_EQ(all->plan_exit_code(false), exit_auth);
    EXPECT_EQ(all->document().clouds.at(0).entries, 1) << "what was not asked is counted";
    co_await all->apply(nullptr);
    EXPECT_EQ(changed(*all), 1);
    EXPECT_EQ(all->apply_exit_code(), exit_partial) << "something was done";
  });
}

TEST_F(PassesTest, CloudsOfOneAccountShareTheirLockAndWriteInTurn) {
  add("a", {1, 2});
  add("b", {3, 4});
  slow_down(1s);
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    EXPECT_FALSE(all->any_failed()) << "neither waits for the other's lock";
    EXPECT_EQ(all->clouds().at(0).lock, all->clouds().at(1).lock);
    co_await all->plan();
    const Mono before = clock.now();
    co_await all->apply(nullptr);
    EXPECT_EQ(changed(*all), 4);
    EXPECT_GE(clock.now() - before, Duration(6s)) << "two writes and a listing each, one cloud after the other";
  });
}

TEST_F(PassesTest, CloudsOfOneAccountDoNotWaitForEachOthersLock) {
  add("a", {1});
  add("b", {2});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    blocking.takes = 1s;  // the second cloud asks while the first one's lock is being taken
    const Mono before = clock.now();
    co_await all->lock("/locks", "us", {});
    for (const CloudPass& pass : all->clouds()) EXPECT_FALSE(pass.error) << describe(*pass.error);
    EXPECT_EQ(all->clouds().at(0).lock, all->clouds().at(1).lock);
    EXPECT_EQ(clock.now() - before, Duration(1s));
  });
}

TEST_F(PassesTest, AnotherHolderOfTheAccountIs8) {
  add("lab", {1});
  run([&]() -> task<void> {
    const auto first = passes();
    co_await first->open();
    co_await first->lock("/locks", "somebody", {});
    const auto second = passes();
    co_await second->open();
    const Mono before = clock.now();
    co_await second->lock("/locks", "us", 5s);
    EXPECT_GE(clock.now() - before, Duration(5s));
    co_await second->plan();
    EXPECT_EQ(second->plan_exit_code(false), exit_locked);
    EXPECT_NE(second->document().clouds.at(0).error.find("somebody"), std::string::npos);
    EXPECT_FALSE(second->anything_to_send());
  });
}

TEST_F(PassesTest, ALimitIsOneForAllClouds) {
  add("b", {4, 5});
  add("a", {1, 2, 3});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    all->limit(4);
    EXPECT_EQ(all->document().clouds.at(0).cloud, "a") << "in the order of their names";
    EXPECT_EQ(all->document().clouds.at(0).writes, 3);
    EXPECT_EQ(all->document().clouds.at(1).writes, 1);
    all->limit(3);
    EXPECT_EQ(all->document().clouds.at(1).writes, 0);
  });
}

TEST_F(PassesTest, AGuardsRefusalIs4AndSendsNothing) {
  add("lab", {1, 2}).policy.guards.changed_images = 1;
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    EXPECT_FALSE(all->anything_to_send());
    co_await all->apply(nullptr);
    EXPECT_EQ(changed(*all), 0);
    EXPECT_EQ(all->apply_exit_code(), exit_guard);
  });
}

TEST_F(PassesTest, KeepsOnlyWhatWasReviewed) {
  add("lab", {1, 2});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    const auto reviewed = core::read_plan_file(core::sealed(core::to_document(all->document())).dump(), "plan.json");
    desired.entries["lab"].at(1).fields.at(0).value = "debian";
    const auto now = passes();
    co_await now->open();
    co_await now->plan();
    now->keep_only(*reviewed);
    const core::CloudPlan plan = now->document().clouds.at(0);
    EXPECT_EQ(plan.changes.size(), 1u);
    EXPECT_EQ(plan.changes.at(0).image_name, "image-1");
    EXPECT_EQ(plan.warnings.at(0), "1 images left out: not what the reviewed plan holds (--skip-stale)");
  });
}

TEST_F(PassesTest, ProgressIsThatOfAllClouds) {
  add("a", {1, 2});
  add("b", {3});
  Progress last;
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    co_await all->apply([&](const Progress& progress) {
      EXPECT_EQ(progress.total, 3);
      EXPECT_GE(progress.done, last.done);
      last = progress;
    });
  });
  EXPECT_EQ(last.done, 3);
}

TEST_F(PassesTest, TheScopeIsMadeForEachCloud) {
  add("a", {1, 2});
  add("b", {3});
  run([&]() -> task<void> {
    const auto all = passes();
    all->set_scope([](const CloudPass& pass) {
      Scope scope;
      const bool keeps = pass.cloud->name == "a";
      scope.entry = [keeps](const core::DesiredEntry&) { return keeps; };
      return scope;
    });
    co_await all->open();
    co_await all->plan();
    EXPECT_EQ(all->document().clouds.at(0).writes, 2);
    EXPECT_EQ(all->document().clouds.at(1).writes, 0);
  });
}

}  // namespace retouch::reconcile
