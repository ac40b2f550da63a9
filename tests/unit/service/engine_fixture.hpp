// An engine over simulated clouds, manifests in memory and a store in memory, in simulated time.
#pragma once

#include "fake_files.hpp"
#include "fake_store.hpp"
#include "manual_clock.hpp"
#include "retouch/async/join.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "retouch/service/engine.hpp"
#include "run.hpp"
#include "simulated.hpp"

namespace retouch::service::test_fixture {

using namespace std::chrono_literals;

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
    transport.add(cloud);
    world.make_transport = [this](http::ClientOptions) -> Result<http::TransportPtr> {
      return http::TransportPtr(&transport, [](http::Transport*) {});
    };
    world.observer = [this](const std::string& name) { return &metrics.observer(name); };
    wish("image-1", "ubuntu");
  }

  static std::string configured(const std::string& name, const std::string& more = "") {
    return "  " + name + ":\n    provider: glance\n    insecure: true\n" + more +
           "    auth: {type: password, auth_url: \"http://keystone.test:5000/v3\", username: retouch, " +
           "user_domain_name: Default, project_name: images, project_domain_name: Default, password: {env: "
           "PASSWORD}}\n";
  }
  std::string text = "clouds:\n" + configured("lab") +
                     "sources: [{name: site, directory: {path: /m}}]\npolicy: {mode: enforce, interval: 10m, guards: "
                     "{changed_percent: 100}}\n";

  void wish(const std::string& image, const std::string& distro, const std::string& clouds = "[lab]") {
    files.add("/m/" + image + ".yaml", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: " + image +
                                           "}\nspec:\n  clouds: " + clouds + "\n  select: {name: " + image +
                                           "}\n  attributes: {os_distro: " + distro + "}\n");
  }

  Result<config::Settings> parse() {
    Diagnostics diagnostics;
    config::Settings settings = config::parse_settings(text, "/etc/retouch/retouch.yaml", diagnostics);
    if (!diagnostics.has_errors()) return settings;
    return fail(Errc::invalid_input, to_string(diagnostics.sorted().front()));
  }

  EngineParts parts(bool dry_run = false) {
    return {.settings = std::make_shared<const config::Settings>(parse().value()),
            .load_settings = [this]() -> task<Result<config::Settings>> { co_return parse(); },
            .store = &store,
            .state_directory = "/state",
            .lock_directory = "/locks",
            .lock_holder = "us",
            .version = "1.2.3",
            .dry_run = dry_run,
            .told = [this](const PassOutcome& outcome) { told.push_back(outcome.clouds.front().result); }};
  }
  std::unique_ptr<Engine> engine(bool dry_run = false) {
    return std::make_unique<Engine>(parts(dry_run), metrics, world);
  }

  // Runs it and `during` beside it; then it is stopped.
  void run(Engine& subject, std::function<task<void>()> during) {
    retouch::test::run(
        [&]() -> task<void> {
          co_await async::join_all({[&]() -> task<void> { co_await subject.run(); },
                                    [&]() -> task<void> {
                                      co_await during();
                                      stop.request();
                                    }});
        },
        &clock);
  }

  std::string distro(const std::string& name) {
    for (const auto& [key, entry] : cloud.images().all()) {
      if (entry->image->text("name") == name) return entry->image->text("os_distro");
    }
    return "no such image";
  }
  void change(const std::string& name, const std::string& distro) {
    for (const auto& [key, entry] : cloud.images().all()) {
      if (entry->image->text("name") != name) continue;
      sandbox::Image image = *entry->image;
      image.attributes["os_distro"] = distro;
      cloud.images().save(image);
      return;
    }
  }
  void fault(const std::string& json) { cloud.faults().add(*sandbox::fault_from_json(Json::parse(json))); }
  static const Json& of_cloud(const Json& status, std::size_t index = 0) { return status.at("clouds").at(index); }

  retouch::test::ManualClock clock{Wall{} + std::chrono::seconds(1795262400)};
  sandbox::Cloud cloud{retouch::test::simulated(6), clock};
  sandbox::InProcessTransport transport{clock};
  SeededRandom random{1};
  retouch::test::FakeFiles files;
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  async::Stop stop;
  Metrics metrics{"1.2.3", [] { return std::nullopt; }};
  retouch::test::FakeStore store;
  std::vector<std::string> told, logged;
  reconcile::World world{
      .clock = clock,
      .random = random,
      .files = files,
      .environment = os::Environment({{"PASSWORD", "secret"}}),
      .blocking = *blocking,
      .stop = stop,
      .user = "retouch@test",
      .log = Log([this](const LogRecord& record) { logged.emplace_back(record.message); }, LogLevel::info)};
};

}  // namespace retouch::service::test_fixture
