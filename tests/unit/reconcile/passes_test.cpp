// Whole passes over simulated clouds, in simulated time: sessions, locks, deadlines, and clouds beside each other.
#include "retouch/reconcile/passes.hpp"

#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "retouch/sandbox/seed.hpp"
#include "run.hpp"

namespace retouch::reconcile {

namespace {

using namespace std::chrono_literals;

sandbox::CloudSeed simulated() {
  Diagnostics diagnostics;
  auto seeds = sandbox::load_seed(R"(clouds:
  - name: simulated
    type: glance
    projects: [{name: images}]
    users: [{name: retouch, password: secret, projects: [images], default_project: images}]
    images: [{name: "image-{n}", count: 6, project: images}]
)",
                                  "seed.yaml", diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.items()) ADD_FAILURE() << to_string(diagnostic);
  return std::move(seeds.at(0));
}

core::DesiredEntry wants(int image) {
  const std::string name = "image-" + std::to_string(image);
  core::DesiredEntry entry{.name = name, .place = {"m.yaml", image, 1}};
  entry.select.criteria = {{.attribute = "name", .any_of = {name}}};
  entry.fields = {{.name = "os_distro", .value = "ubuntu", .place = {"m.yaml", image, 5}}};
  return entry;
}

class PassesTest : public ::testing::Test {
 protected:
  PassesTest() {
    cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
    transport.add(cloud);
    world.make_transport = [this](http::ClientOptions) -> Result<http::TransportPtr> {
      return http::TransportPtr(&transport, [](http::Transport*) {});
    };
  }

  // A configured cloud with these entries; all of them are one account of the one simulated cloud.
  config::Cloud& add(const std::string& name, std::vector<int> images, const std::string& password = "PASSWORD") {
    Diagnostics diagnostics;
    config::Settings settings = config::parse_settings(
        "clouds:\n  " + name + ":\n    provider: glance\n    insecure: true\n    timeouts: {request: 30s}\n" +
            "    limits: {concurrency: 1, burst: 100}\n    policy: {guards: {changed_percent: 100}}\n" +
            "    auth: {type: password, auth_url: \"http://keystone.test:5000/v3\", username: retouch, " +
            "user_domain_name: Default, project_name: images, project_domain_name: Default, password: {env: " +
            password + "}}\n",
        "retouch.yaml", diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.items()) {
      if (diagnostic.severity == Severity::error) ADD_FAILURE() << to_string(diagnostic);
    }
    configured.push_back(std::make_unique<config::Cloud>(std::move(settings.clouds.at(0))));
    for (const int image : images) desired.entries[name].push_back(wants(image));
    desired.tables.emplace(name, table_for(*configured.back()));
    return *configured.back();
  }

  std::unique_ptr<Passes> passes() {
    std::vector<const config::Cloud*> clouds;
    for (const auto& each : configured) clouds.push_back(each.get());
    DesiredState copy{.tables = desired.tables, .entries = desired.entries};
    return std::make_unique<Passes>(clouds, std::move(copy), world);
  }

  void run(const std::function<task<void>()>& body) { test::run(body, &clock); }
  void slow_down(Duration latency) { cloud.latency().fixed = latency; }
  void fault(const std::string& json) { cloud.faults().add(*sandbox::fault_from_json(Json::parse(json))); }
  std::int64_t changed(const Passes& passes) {
    std::int64_t sum = 0;
    for (const CloudPass& pass : passes.clouds()) sum += pass.report ? pass.report->count(Status::changed) : 0;
    return sum;
  }

  test::ManualClock clock{Wall{} + std::chrono::seconds(1795262400)};
  sandbox::Cloud cloud{simulated(), clock};
  sandbox::InProcessTransport transport{clock};
  SeededRandom random{1};
  test::FakeFiles files;
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  async::Stop stop;
  World world{.clock = clock,
              .random = random,
              .files = files,
              .environment = os::Environment({{"PASSWORD", "secret"}, {"WRONG", "guess"}}),
              .blocking = *blocking,
              .stop = stop};
  std::vector<std::unique_ptr<config::Cloud>> configured;
  DesiredState desired;
};

}  // namespace

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
    stop.request();
    const Mono before = clock.now();
    co_await all->plan();
    EXPECT_EQ(clock.now(), before);
    EXPECT_EQ(all->plan_exit_code(false), exit_interrupted);
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
    const auto reviewed = core::read_plan_file(core::to_document(all->document()).dump(), "plan.json");
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
