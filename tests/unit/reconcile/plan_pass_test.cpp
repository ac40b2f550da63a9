#include "retouch/reconcile/plan_pass.hpp"

#include "fake_provider.hpp"
#include "retouch/reconcile/exit_code.hpp"
#include "run.hpp"

namespace retouch::reconcile {

namespace {

class PlanPassTest : public ::testing::Test {
 protected:
  Target target() { return {.cloud = "lab", .provider = &provider, .limits = limits, .policy = policy}; }

  void images(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "i" + std::to_string(1000 + i);
      provider.add(id);
      core::DesiredEntry entry{.name = "e" + id};
      entry.select.ids = {id};
      entry.fields = {{.name = "os_distro", .value = "ubuntu"}};
      entries.push_back(entry);
    }
  }

  void plan(const std::function<void(Planned&)>& look) {
    test::run(
        [&]() -> task<void> {
          auto planned = co_await make_plan(target(), entries, scope);
          EXPECT_TRUE(planned);
          if (planned) look(*planned);
        },
        &clock);
  }

  test::ManualClock clock;
  test::FakeProvider provider{clock};
  std::vector<core::DesiredEntry> entries;
  config::Limits limits{.requests = 10, .reads = 10, .writes = 5, .burst = 10};
  config::Policy policy;
  Scope scope;
};

}  // namespace

TEST_F(PlanPassTest, CountsTheRequestsAndTheTimeTheyNeed) {
  images(60);
  scope.forced = {"changed_percent"};
  plan([](Planned& planned) {
    EXPECT_EQ(planned.plan.writes, 60);
    EXPECT_EQ(planned.plan.reads, 1) << "the closing listing";
    EXPECT_DOUBLE_EQ(planned.plan.estimated_seconds, 10) << "(60 - burst 10) / 5 per second";
    EXPECT_EQ(planned.plan.outcome, core::Outcome::changes);
  });
}

TEST_F(PlanPassTest, NeedsNoRequestWhenNothingDiffers) {
  images(3);
  for (auto& [id, image] : provider.images) image.attributes["os_distro"] = "ubuntu";
  plan([](Planned& planned) {
    EXPECT_EQ(planned.plan.writes, 0);
    EXPECT_EQ(planned.plan.reads, 0);
    EXPECT_EQ(planned.plan.outcome, core::Outcome::unchanged);
  });
}

TEST_F(PlanPassTest, AsksNoCloudThatNoEntryWants) {
  plan([&](Planned& planned) {
    EXPECT_EQ(provider.lists, 0);
    EXPECT_EQ(planned.plan.outcome, core::Outcome::unchanged);
  });
}

TEST_F(PlanPassTest, IsRefusedByItsGuards) {
  images(20);
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.outcome, core::Outcome::refused); });
  scope.forced = {"changed_percent"};
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.outcome, core::Outcome::changes); });
}

TEST_F(PlanPassTest, ALimitMakesASmallerPlanThatItsGuardsJudgeAnew) {
  images(20);
  plan([&](Planned& planned) {
    limit_images(planned, target(), scope, 5);
    EXPECT_EQ(planned.plan.writes, 5);
    EXPECT_EQ(planned.plan.outcome, core::Outcome::changes) << "5 of 20 are within 30 %";
    ASSERT_EQ(planned.plan.warnings.size(), 1u);
    EXPECT_EQ(planned.plan.warnings[0], "15 images left out: --limit 5");
  });
}

TEST_F(PlanPassTest, PassesTheErrorOfAnIncompleteListing) {
  images(1);
  provider.list_errors.push_back({.code = Errc::protocol, .message = "page 2 repeats page 1"});
  test::run(
      [&]() -> task<void> {
        const auto planned = co_await make_plan(target(), entries, scope);
        EXPECT_FALSE(planned);
      },
      &clock);
}

TEST_F(PlanPassTest, EstimatesByTheTightestLimit) {
  images(30);
  scope.forced = {"changed_percent"};
  limits = {.requests = 1, .reads = 100, .writes = 100, .burst = 1};
  plan([](Planned& planned) { EXPECT_DOUBLE_EQ(planned.plan.estimated_seconds, 30) << "30 writes and a listing"; });
  limits = {.requests = 100, .reads = 0.1, .writes = 100, .burst = 0};
  plan([](Planned& planned) { EXPECT_DOUBLE_EQ(planned.plan.estimated_seconds, 10) << "the closing listing"; });
  policy.verify = config::Verify::response;
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.reads, 0); });
}

TEST_F(PlanPassTest, AsksTheProviderForWhatItsEntriesSelect) {
  images(2);
  plan([&](Planned&) {
    EXPECT_EQ(provider.last_query.only_ids.size(), 2u);
    EXPECT_FALSE(provider.last_query.any_owner);
  });
  entries[0].select.any_owner = true;
  plan([&](Planned&) { EXPECT_TRUE(provider.last_query.any_owner); });
}

TEST_F(PlanPassTest, RefusesWhatTheProviderSaysCannotBeChanged) {
  images(1);
  entries[0].select.any_owner = true;
  provider.images.begin()->second.own = false;
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.refused.at(0).reason, "it belongs to others"); });
}

TEST_F(PlanPassTest, IsNarrowedByItsScope) {
  images(3);
  scope.entry = [](const core::DesiredEntry& entry) { return entry.name != "ei1000"; };
  scope.image = [](const core::Image& image) { return image.id != "i1001"; };
  plan([](Planned& planned) {
    ASSERT_EQ(planned.plan.changes.size(), 1u);
    EXPECT_EQ(planned.plan.changes[0].image_id, "i1002");
  });
}

TEST_F(PlanPassTest, HoldsAnExposureUnlessItsGuardIsOffOrForced) {
  provider.add("1");
  core::DesiredEntry entry{.name = "e"};
  entry.select.ids = {"1"};
  entry.fields = {{.name = "visibility", .value = "public"}};
  entries = {entry};
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.held.size(), 1u); });
  scope.forced = {"exposure"};
  plan([](Planned& planned) { EXPECT_TRUE(planned.plan.held.empty()); });
  scope.forced = {};
  policy.guards.exposure = false;
  plan([](Planned& planned) { EXPECT_TRUE(planned.plan.held.empty()); });
}

TEST_F(PlanPassTest, RemovesNothingByExactWhileFilesAreLeftOut) {
  provider.add("1", {{"stray", "x"}});
  core::DesiredEntry entry{.name = "e"};
  entry.select.ids = {"1"};
  entry.manage.properties = core::Manage::exact;
  entries = {entry};
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.writes, 1); });
  scope.entries_missing = true;
  plan([](Planned& planned) { EXPECT_EQ(planned.plan.writes, 0); });
}

TEST_F(PlanPassTest, ALimitCountsImagesThatWouldBeSentAndKeepsTheRest) {
  images(3);
  entries[0].fields[0].mode = core::FieldMode::warn;
  entries.push_back(entries[1]);
  entries.back().name = "second";
  entries.back().fields[0].name = "other";
  plan([&](Planned& planned) {
    limit_images(planned, target(), scope, 1);
    EXPECT_EQ(jobs_of(planned).size(), 1u);
    EXPECT_EQ(jobs_of(planned).at(0).fields.size(), 2u) << "both entries of the one image";
    EXPECT_EQ(planned.plan.changes.size(), 3u) << "what is only reported stays";
    EXPECT_EQ(planned.plan.warnings.at(0), "1 images left out: --limit 1");
  });
}

TEST_F(PlanPassTest, NarrowingCountsOnlyImagesThatWouldHaveBeenSent) {
  images(2);
  entries[0].fields[0].mode = core::FieldMode::warn;
  plan([&](Planned& planned) {
    narrow(planned, target(), scope, [](const core::ImageChange&) { return false; }, "why");
    EXPECT_EQ(planned.plan.warnings.at(0), "1 images left out: why");
  });
}

TEST_F(PlanPassTest, EndsAListingThatTakesLongerThanItsDeadline) {
  images(1);
  provider.list_latency = std::chrono::hours(1);
  policy.deadline = std::chrono::minutes(30);
  test::run(
      [&]() -> task<void> {
        const Mono deadline = clock.now() + policy.deadline;
        const auto planned = co_await make_plan_until(deadline, clock, target(), entries, scope);
        EXPECT_EQ(clock.now(), deadline);
        EXPECT_FALSE(planned);
        if (planned) co_return;
        EXPECT_EQ(exit_code_of(planned.error()), exit_later);
        EXPECT_EQ(planned.error().message,
                  "listing the images took longer than policy.deadline (30m); a part of them is no ground for changes; "
                  "try later");
      },
      &clock);
}

TEST_F(PlanPassTest, SaysHowLongItsListingTook) {
  images(1);
  provider.list_latency = std::chrono::minutes(7);
  test::run(
      [&]() -> task<void> {
        const auto planned = co_await make_plan_until(clock.now() + policy.deadline, clock, target(), entries, scope);
        EXPECT_EQ(planned->listing_time, std::chrono::minutes(7));
      },
      &clock);
}

TEST_F(PlanPassTest, ATimeoutOfARequestIsNotTheDeadlines) {
  images(1);
  provider.list_errors.push_back({.code = Errc::timeout, .reaction = Reaction::transient, .message = "no answer"});
  test::run(
      [&]() -> task<void> {
        const auto planned = co_await make_plan_until(clock.now() + policy.deadline, clock, target(), entries, scope);
        EXPECT_EQ(planned.error().message, "no answer");
      },
      &clock);
}

TEST_F(PlanPassTest, RemovesNothingByExactOnIms) {
  test::FakeProvider ims(clock, "ims");
  ims.add("1", {{"stray", "x"}});
  core::DesiredEntry entry{.name = "e"};
  entry.select.ids = {"1"};
  entry.manage.properties = core::Manage::exact;
  test::run(
      [&]() -> task<void> {
        Target t = target();
        t.provider = &ims;
        const auto planned = co_await make_plan(t, {entry}, scope);
        EXPECT_EQ(planned->plan.writes, 0);
      },
      &clock);
}

}  // namespace retouch::reconcile
