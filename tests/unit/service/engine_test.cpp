// The daemon without its sockets, over simulated clouds in simulated time.
#include "engine_fixture.hpp"

namespace retouch::service {
namespace {

using test_fixture::EngineTest;
using namespace std::chrono_literals;

TEST_F(EngineTest, KeepsACloudAsTheManifestsWishAndUndoesDriftAtTheNextInterval) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
    EXPECT_TRUE(subject->ready());
    change("image-1", "debian");
    co_await clock.sleep_for(12min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
  });
  EXPECT_EQ(store.run_records.size(), 2u);
  EXPECT_EQ(store.run_records[0].verb, "run");
  EXPECT_EQ(store.pass_notes.at("lab").result, "success");
}

TEST_F(EngineTest, AChangedManifestIsAppliedAtTheNextLookAndNotOnlyAtTheInterval) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    wish("image-1", "fedora");
    subject->look_at("site", core::Trigger::webhook);
    co_await clock.sleep_for(5s);
    EXPECT_EQ(distro("image-1"), "fedora");
  });
}

TEST_F(EngineTest, ASourceThatSaysTheSameStartsNoPass) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    change("image-1", "debian");
    subject->look_at("site", core::Trigger::webhook);
    co_await clock.sleep_for(5s);
    EXPECT_EQ(distro("image-1"), "debian") << "its turn comes at the interval";
  });
}

TEST_F(EngineTest, RestsOnceWhenNothingHasHappenedForSomeSeconds) {
  EngineParts with_rest = parts();
  std::vector<Mono> rests;
  with_rest.rest = [&] { rests.push_back(clock.now()); };
  Engine subject(std::move(with_rest), metrics, world);
  run(subject, [&]() -> task<void> {
    co_await subject.until_ready();
    const Mono ended = clock.now();
    rests.clear();
    co_await clock.sleep_for(9min);
    EXPECT_EQ(rests.size(), 1u) << "a source that says the same is no reason";
    EXPECT_GE(rests.at(0), ended + 3s);
    EXPECT_LE(rests.at(0), ended + 15s);
    const ReconcileAsk ask{.wait = true};
    co_await subject.reconcile(ask);
    EXPECT_EQ(rests.size(), 1u) << "whoever waited for it asks what came of it";
    co_await clock.sleep_for(30s);
    EXPECT_EQ(rests.size(), 2u);
    co_await subject.status();
    co_await clock.sleep_for(30s);
    EXPECT_EQ(rests.size(), 3u) << "the document was large, too";
  });
}

TEST_F(EngineTest, RestsNotWhileAPassIsUnderWay) {
  fault(R"({"kind": "slow", "method": "GET", "times": 1000, "delay": "20s"})");
  EngineParts with_rest = parts();
  int rests = 0;
  Engine* running = nullptr;
  with_rest.rest = [&] {
    ++rests;
    EXPECT_TRUE(running->ready()) << "the pass has ended";
  };
  Engine subject(std::move(with_rest), metrics, world);
  running = &subject;
  run(subject, [&]() -> task<void> {
    co_await clock.sleep_for(5min);
    EXPECT_EQ(rests, 1);
  });
}

TEST_F(EngineTest, ModeReportWritesNothingAndShowsWhatItSees) {
  text.replace(text.find("mode: enforce"), 13, "mode: report");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const Json status = co_await subject->status();
    EXPECT_EQ(of_cloud(status).at("mode"), "report");
    EXPECT_EQ(of_cloud(status).at("result"), "success");
    EXPECT_EQ(of_cloud(status).at("images").at("drifted"), 1);
    EXPECT_EQ(of_cloud(status).at("plan").at("changes").size(), 1u);
  });
  EXPECT_EQ(distro("image-1"), "");
  EXPECT_TRUE(store.run_records.empty());
}

TEST_F(EngineTest, DryRunIsAsIfEveryCloudSaidReport) {
  const auto subject = engine(true);
  run(*subject, [&]() -> task<void> { co_await clock.sleep_for(1min); });
  EXPECT_EQ(distro("image-1"), "");
}

TEST_F(EngineTest, ACloudThatCannotBeReachedDelaysNoOtherAndBacksOff) {
  text.insert(text.find("sources:"), configured("east", "    endpoint: http://nowhere.test\n"));
  wish("image-2", "arch", "[east]");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(2min);
    EXPECT_TRUE(subject->ready()) << "it is known why the other one is not";
    const Json status = co_await subject->status();
    EXPECT_EQ(of_cloud(status, 0).at("cloud"), "east");
    EXPECT_EQ(of_cloud(status, 0).at("result"), "error");
    EXPECT_FALSE(of_cloud(status, 0).at("error").is_null());
    EXPECT_GE(of_cloud(status, 0).at("failures"), 2);
    EXPECT_EQ(of_cloud(status, 1).at("result"), "success");
  });
  EXPECT_EQ(distro("image-1"), "ubuntu");
}

TEST_F(EngineTest, AFileThatBreaksKeepsItsLastGoodContentAndSaysSo) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    files.add("/m/image-1.yaml", "apiVersion: retouch/v1\nkind: Imago\n");
    wish("image-2", "arch");
    subject->look_at("site", core::Trigger::source);
    co_await clock.sleep_for(30s);
    EXPECT_EQ(distro("image-2"), "arch") << "the other files go on";
    change("image-1", "debian");
    co_await clock.sleep_for(12min);
    EXPECT_EQ(distro("image-1"), "ubuntu") << "as its last good content wishes";
    const Json status = co_await subject->status();
    EXPECT_EQ(status.at("sources").at(0).at("stale").at(0).at("file"), "/m/image-1.yaml");
  });
}

TEST_F(EngineTest, AfterARestartThePassComesWhenItWouldHaveCome) {
  store.pass_notes["lab"] = {.cloud = "lab", .began = clock.wall() - 8min, .result = "success"};
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(30s);
    EXPECT_EQ(distro("image-1"), "") << "not due yet";
    EXPECT_TRUE(subject->ready());
    co_await clock.sleep_for(4min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
  });
}

TEST_F(EngineTest, WhatChangedWhileItWasDownIsNotLeftToTheInterval) {
  store.pass_notes["lab"] = {
      .cloud = "lab", .began = clock.wall() - 1min, .result = "success", .desired = "site@sha256:another"};
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(30s);
    EXPECT_EQ(distro("image-1"), "ubuntu");
  });
}

TEST_F(EngineTest, WithoutAStateItRunsAllTheSameAndCannotSuspend) {
  EngineParts parts{.settings = std::make_shared<const config::Settings>(parse().value())};
  parts.lock_directory = "/locks";
  Engine subject(std::move(parts), metrics, world);
  run(subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
    const auto suspended = co_await subject.suspend({.name = "lab"});
    EXPECT_EQ(suspended.error().code, Errc::usage);
    EXPECT_EQ((co_await subject.status()).at("remembers"), false);
  });
}

TEST_F(EngineTest, AStateThatCannotBeReadStopsEverythingUntilItCan) {
  store.broken = Error{.code = Errc::io, .message = "the disk is gone"};
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(2min);
    EXPECT_EQ(distro("image-1"), "");
    EXPECT_FALSE(subject->ready());
    store.broken.reset();
    co_await clock.sleep_for(2min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
  });
}

TEST_F(EngineTest, OthersAreToldOfEachPassAndTheMetricsCountIt) {
  const auto subject = engine();
  std::string text_of_metrics;
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    text_of_metrics = subject->metrics_text();
  });
  EXPECT_EQ(told, (std::vector<std::string>{"success"}));
  EXPECT_NE(text_of_metrics.find("retouch_run_total{cloud=\"lab\",result=\"success\"} 1"), std::string::npos);
  EXPECT_NE(text_of_metrics.find("retouch_images{cloud=\"lab\",state=\"synced\"} 1"), std::string::npos)
      << text_of_metrics;
}

TEST_F(EngineTest, OneLineForAChangeAndNoneForAnImageWhenNothingChanges) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(std::ranges::count(logged, "changed"), 1);
    logged.clear();
    co_await clock.sleep_for(12min);
    for (const std::string& line : logged) EXPECT_EQ(line.find("image-"), std::string::npos) << line;
    EXPECT_LE(logged.size(), 3u);
  });
}

}  // namespace
}  // namespace retouch::service
