// What stands in the journal, and when: intents before requests, results after them.
#include "journal_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;
using core::ChangeStatus;
using test_fixture::JournalTest;

TEST_F(JournalTest, AllIntentsOfAPlanAreCommittedTogetherBeforeTheFirstRequest) {
  add("lab", {1, 2, 3});
  run([&]() -> task<void> { co_await applied(); });
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  EXPECT_EQ(store.intents, (Pairs{{3, 0}})) << "three fields, before any PATCH";
  EXPECT_EQ(patches(), 3u);
}

TEST_F(JournalTest, AnIntentThatCannotBeCommittedStopsTheWriting) {
  add("lab", {1, 2, 3});
  store.failing["intend"] = {.code = Errc::io, .message = "the disk is full"};
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_EQ(patches(), 0u);
    EXPECT_EQ(all->clouds()[0].report->count(Status::skipped), 3);
    const auto& ended_by = all->clouds()[0].report->ended_by;
    EXPECT_EQ(ended_by ? ended_by->message : "", "the disk is full");
    EXPECT_EQ(all->apply_exit_code(), exit_error);
  });
}

TEST_F(JournalTest, ARunThatCannotBeginWritesNothing) {
  add("lab", {1});
  store.failing["begin"] = {.code = Errc::io, .message = "the disk is full"};
  run([&]() -> task<void> {
    co_await applied();
    EXPECT_EQ(patches(), 0u);
    EXPECT_TRUE(store.change_records.empty());
  });
}

TEST_F(JournalTest, ResultsThatCannotBeCommittedStopTheWriting) {
  add("lab", {1, 2, 3, 4, 5, 6}).limits.concurrency = 1;
  slow_down(200ms);
  store.failing["commit"] = {.code = Errc::io, .message = "the disk is full"};
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await all->apply(nullptr);
    EXPECT_LT(patches(), 6u) << "the first result failed within the second image";
    EXPECT_EQ(all->apply_exit_code(), exit_error);
    EXPECT_FALSE(co_await all->record());
  });
}

TEST_F(JournalTest, ResultsNameRunImageValuesAndRequest) {
  add("lab", {1});
  set_live(1, "os_distro", "debian");
  sources = {{"site", "sha256:abc"}};
  desired.entries["lab"][0].source = "site";
  run([&]() -> task<void> { co_await applied(); });
  ASSERT_EQ(store.run_records.size(), 1u);
  const core::RunRecord& run = store.run_records[0];
  EXPECT_EQ(run.verb, "apply");
  EXPECT_EQ(run.by, "ops@build7");
  EXPECT_TRUE(run.id.starts_with("20261121T204000Z-") || run.id.size() == 21u) << run.id;
  EXPECT_TRUE(run.ended);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.fingerprint.starts_with("sha256:"));
  EXPECT_EQ(run.sources, sources);
  ASSERT_EQ(run.passes.size(), 1u);
  EXPECT_EQ(run.passes[0].cloud, "lab");
  EXPECT_EQ(run.passes[0].account.find("http://glance.test:9292"), 0u) << run.passes[0].account;
  ASSERT_EQ(store.change_records.size(), 1u);
  const core::ChangeRecord& change = store.change_records[0];
  EXPECT_EQ(change.run, run.id);
  EXPECT_EQ(change.status, ChangeStatus::applied);
  EXPECT_EQ(change.entry, "image-1");
  EXPECT_EQ(change.image_id, live(1).id);
  EXPECT_EQ(change.revision, "sha256:abc");
  EXPECT_EQ(core::to_text(change.change.before), "\"debian\"");
  EXPECT_EQ(core::to_text(change.change.after), "\"ubuntu\"");
  EXPECT_FALSE(change.request_id.empty());
  ASSERT_TRUE(remembered(1));
  EXPECT_EQ(remembered(1)->run, run.id);
  EXPECT_EQ(core::to_text(remembered(1)->ours), "\"ubuntu\"");
}

TEST_F(JournalTest, ARunThatSendsNothingIsNoRunButRemembersWhatIsInForce) {
  add("lab", {1, 2});
  set_live(1, "os_distro", "ubuntu");
  set_live(2, "os_distro", "ubuntu");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_TRUE(store.run_records.empty());
  EXPECT_EQ(std::ranges::count(store.calls, "finish"), 0) << "what never began cannot end";
  ASSERT_TRUE(remembered(1));
  EXPECT_TRUE(core::is_absent(remembered(1)->ours)) << "it was so before us";
  const auto commits = std::ranges::count(store.calls, "commit");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(remembered(1)->at, remembered(2)->at);
  EXPECT_LE(std::ranges::count(store.calls, "commit"), commits + 1) << "only how many entries there are";
}

TEST_F(JournalTest, WhatARefusedPlanSawIsNotRemembered) {
  add("lab", {1, 2}).policy.guards.changed_images = 1;
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(patches(), 0u);
  EXPECT_TRUE(remembered(1) == nullptr && store.entries.empty());
  ASSERT_EQ(store.guard_refusals["lab"].size(), 1u);
  EXPECT_EQ(store.guard_refusals["lab"][0].verdict.guard, "changed_images");
  configured[0]->policy.guards.changed_images = 5;
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_TRUE(store.guard_refusals["lab"].empty()) << "wanted no more as it was";
}

TEST_F(JournalTest, AnAcceptedAdoptionDoesNotCountAgainstTheNextChange) {
  add("lab", {1, 2, 3, 4, 5, 6}).policy.guards = {.changed_percent = 50, .percent_from_images = 5};
  const auto pass_of = [&](const std::set<std::string>& forced) -> task<ExitCode> {
    auto all = remembering();
    all->set_scope([&](const CloudPass&) { return Scope{.forced = forced}; });
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    if (all->anything_to_send()) co_await all->apply(nullptr);
    EXPECT_TRUE(co_await all->record());
    co_return all->apply_exit_code();
  };
  run([&]() -> task<void> {
    EXPECT_EQ(co_await pass_of({}), exit_guard);
    EXPECT_EQ(co_await pass_of({"changed_percent"}), exit_ok);
    EXPECT_EQ(store.run_records.at(0).accepted, std::vector<std::string>{"changed_percent"});
    for (int image = 1; image <= 3; ++image) set_live(image, "os_distro", "debian");
    EXPECT_EQ(co_await pass_of({}), exit_ok) << "three of six";
    set_live(4, "os_distro", "debian");
    EXPECT_EQ(co_await pass_of({}), exit_guard) << "and a fourth within the day";
  });
}

TEST_F(JournalTest, WhatAStopLeftOutIsSkippedAndNotOpen) {
  add("lab", {1, 2, 3}).limits.concurrency = 1;
  slow_down(1s);
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await async::join_all({[&]() -> task<void> { co_await all->apply(nullptr); },
                              [&]() -> task<void> {
                                co_await clock.sleep_for(500ms);
                                stop.request();
                              }});
    EXPECT_TRUE(co_await all->record());
  });
  EXPECT_EQ(std::ranges::count(statuses(), ChangeStatus::applied), 1);
  EXPECT_EQ(std::ranges::count(statuses(), ChangeStatus::skipped), 2);
  EXPECT_EQ(store.run_records.at(0).exit_code, exit_interrupted);
}

TEST_F(JournalTest, ALostAnswerThatHadTakenEffectCountsAsApplied) {
  add("lab", {1});
  fault(R"({"kind":"lost","method":"PATCH","times":1})");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::applied});
  EXPECT_EQ(patches(), 1u);
}

TEST_F(JournalTest, ARefusedFieldFailsWithTheServersWords) {
  add("lab", {1});
  fault(R"({"kind":"status","status":403,"method":"PATCH","message":"not this one"})");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::failed});
  EXPECT_NE(store.change_records[0].error.find("403"), std::string::npos) << store.change_records[0].error;
  EXPECT_FALSE(remembered(1));
}

TEST_F(JournalTest, WhatTheCloudAcceptsAndDoesNotKeepIsRememberedAsSuch) {
  add("lab", {1});
  set_live(1, "os_distro", "debian");
  fault(R"({"kind":"ignore_property","method":"PATCH","property":"os_distro"})");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::not_kept});
  ASSERT_TRUE(remembered(1));
  ASSERT_TRUE(remembered(1)->kept_instead);
  EXPECT_EQ(core::to_text(*remembered(1)->kept_instead), "\"debian\"");
  const std::size_t sent = patches();
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_EQ(all->clouds()[0].planned->plan.refused.size(), 1u);
    EXPECT_EQ(all->apply_exit_code(), exit_partial);
  });
  EXPECT_EQ(patches(), sent) << "not sent at every run";
}

TEST_F(JournalTest, WhatLeavesTheManifestsIsForgottenUnlessOthersWereReadInTheirPlace) {
  add("lab", {1, 2});
  run([&]() -> task<void> { co_await applied(); });
  const auto both = desired.entries["lab"];
  desired.entries["lab"].pop_back();
  desired.sources_replaced = true;
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_TRUE(remembered(1) && remembered(2));
  desired.sources_replaced = false;
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_TRUE(remembered(1));
  EXPECT_FALSE(remembered(2));
}

TEST_F(JournalTest, AKeyThatExactTakesAwayAgainAndAgainIsHeldInTheEnd) {
  add("lab", {1});
  desired.entries["lab"][0].manage.properties = core::Manage::exact;
  run([&]() -> task<void> {
    co_await applied();
    co_await applied();
    for (int times = 1; times <= 3; ++times) {
      set_live(1, "stray", "x");
      co_await applied();
      EXPECT_FALSE(live(1).attributes.contains("stray")) << times;
    }
    set_live(1, "stray", "x");
    co_await applied();
    EXPECT_TRUE(live(1).attributes.contains("stray"));
  });
  ASSERT_TRUE(remembered(1, "stray"));
  EXPECT_EQ(remembered(1, "stray")->corrections.size(), 3u);
}

TEST_F(JournalTest, AnOnlyResultThatCannotBeCommittedIsNoSuccess) {
  add("lab", {1});
  store.failing["commit"] = {.code = Errc::io, .message = "the disk is full"};
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await all->apply(nullptr);
    EXPECT_EQ(all->apply_exit_code(), exit_error);
  });
}

TEST_F(JournalTest, CloudsOfOneRunBeginItOnce) {
  add("one", {1});
  add("two", {2});
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(store.run_records.size(), 1u);
  EXPECT_EQ(std::ranges::count(store.calls, "begin"), 1);
  EXPECT_EQ(store.run_records.at(0).passes.size(), 2u);
}

TEST_F(JournalTest, WithoutAStateNoImageIsNewToIt) {
  add("lab", {1});
  run([&]() -> task<void> {
    for (const bool remembers : {true, false}) {
      std::vector<const config::Cloud*> clouds{configured[0].get()};
      DesiredState copy{.tables = desired.tables, .entries = desired.entries};
      Passes all(clouds, std::move(copy), world, {.remembers = remembers});
      co_await all.open();
      co_await all.plan();
      EXPECT_EQ(all.document().clouds.at(0).changes.at(0).adoption, remembers);
      EXPECT_EQ(all.document().remembers, remembers);
    }
  });
}

TEST_F(JournalTest, WithoutAStoreNothingIsAskedOfIt) {
  add("lab", {1});
  run([&]() -> task<void> {
    const auto all = passes();
    co_await all->open();
    co_await all->plan();
    co_await all->apply(nullptr);
    EXPECT_TRUE(co_await all->record());
    EXPECT_EQ(changed(*all), 1);
  });
  EXPECT_TRUE(store.calls.empty());
}

TEST_F(JournalTest, AMemoryThatCannotBeReadIsAnErrorAndNeverNone) {
  add("lab", {1});
  store.failing["recall"] = {.code = Errc::io, .message = "the disk is gone"};
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_EQ(patches(), 0u);
    EXPECT_EQ(all->document().clouds.at(0).outcome, core::Outcome::failed);
    EXPECT_EQ(all->apply_exit_code(), exit_error);
  });
}

}  // namespace retouch::reconcile
