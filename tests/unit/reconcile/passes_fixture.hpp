// Configured clouds over a simulated one, in simulated time.
#pragma once

#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "retouch/reconcile/passes.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "run.hpp"
#include "simulated.hpp"

namespace retouch::reconcile::test_fixture {

inline sandbox::CloudSeed simulated(const std::string& family = "glance", const std::string& attributes = "{}") {
  return test::simulated(6, family, attributes);
}

inline core::DesiredEntry wants_name(int image) {
  const std::string name = "image-" + std::to_string(image);
  core::DesiredEntry entry{.name = name, .place = {"m.yaml", image, 1}};
  entry.select.criteria = {{.attribute = "name", .any_of = {name}}};
  entry.fields = {{.name = "os_distro", .value = "ubuntu", .place = {"m.yaml", image, 5}}};
  return entry;
}

// Done at once, but known to be done only after a while.
class SlowBlocking final : public async::Blocking {
 public:
  explicit SlowBlocking(async::Clock& clock) : clock_(clock) {}
  Duration takes{};

 private:
  task<void> execute(std::function<void()> work) override {
    work();
    if (takes > Duration{}) co_await clock_.sleep_for(takes);
  }
  async::Clock& clock_;
};

class PassesTest : public ::testing::Test {
 protected:
  explicit PassesTest(sandbox::CloudSeed seed = simulated()) : cloud(std::move(seed), clock) {
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
        "clouds:\n  " + name + ":\n    provider: " + std::string(to_string(cloud.seed().type)) +
            "\n    insecure: true\n    timeouts: {request: 30s}\n" +
            "    limits: {concurrency: 1, burst: 100}\n    policy: {guards: {changed_percent: 100}}\n" +
            "    auth: {type: password, auth_url: \"http://keystone.test:5000/v3\", username: retouch, " +
            "user_domain_name: Default, project_name: images, project_domain_name: Default, password: {env: " +
            password + "}}\n",
        "retouch.yaml", diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.items()) {
      if (diagnostic.severity == Severity::error) ADD_FAILURE() << to_string(diagnostic);
    }
    configured.push_back(std::make_unique<config::Cloud>(std::move(settings.clouds.at(0))));
    for (const int image : images) desired.entries[name].push_back(wants_name(image));
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
  sandbox::Cloud cloud;
  sandbox::InProcessTransport transport{clock};
  SeededRandom random{1};
  test::FakeFiles files;
  SlowBlocking blocking{clock};
  async::Stop stop;
  World world{.clock = clock,
              .random = random,
              .files = files,
              .environment = os::Environment({{"PASSWORD", "secret"}, {"WRONG", "guess"}}),
              .blocking = blocking,
              .stop = stop};
  std::vector<std::unique_ptr<config::Cloud>> configured;
  DesiredState desired;
};

}  // namespace retouch::reconcile::test_fixture
