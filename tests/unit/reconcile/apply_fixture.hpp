// One simulated cloud with images to change, for the tests of the writing half of a pass.
#pragma once

#include "fake_provider.hpp"
#include "retouch/async/join.hpp"
#include "retouch/reconcile/apply_pass.hpp"
#include "run.hpp"

namespace retouch::reconcile::test_fixture {

inline core::DesiredEntry wants(const std::string& id, std::map<std::string, core::Value> values) {
  core::DesiredEntry entry{.name = "entry-" + id, .place = {"m.yaml", 1, 1}};
  entry.select.ids = {id};
  for (auto& [name, value] : values)
    entry.fields.push_back({.name = name, .value = std::move(value), .place = {"m.yaml", 2, 3}});
  return entry;
}

class ApplyPassTest : public ::testing::Test {
 protected:
  // `count` images, each of which misses `os_distro`.
  void images(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "i" + std::to_string(1000 + i);
      provider.add(id);
      entries.push_back(wants(id, {{"os_distro", "ubuntu"}}));
    }
  }

  ApplyReport apply(ApplyOptions options = {}) {
    std::optional<ApplyReport> report;
    test::run(
        [&]() -> task<void> {
          const Target target{.cloud = "lab", .provider = &provider, .limits = limits, .policy = policy};
          const auto planned = co_await make_plan(target, entries, scope);
          if (!planned) throw std::runtime_error(describe(planned.error()));
          lists_before = provider.lists;
          std::vector<std::function<task<void>()>> work{[&]() -> task<void> {
            report = co_await apply_plan(target, *planned, scope, options, clock, stop, log());
          }};
          if (stop_after) {
            work.emplace_back([this]() -> task<void> {
              co_await clock.sleep_for(*stop_after);
              stop.request();
            });
          }
          co_await async::join_all(std::move(work));
        },
        &clock);
    return report ? std::move(*report) : ApplyReport{};
  }

  Log log() {
    return Log([this](const LogRecord& record) { lines.push_back(std::string(record.message)); }, LogLevel::info);
  }

  test::ManualClock clock;
  async::Stop stop;
  std::optional<Duration> stop_after;  // by somebody else, counted from the end of the planning
  test::FakeProvider provider{clock};
  std::vector<core::DesiredEntry> entries;
  config::Limits limits{.concurrency = 4};
  config::Policy policy;
  Scope scope;
  std::vector<std::string> lines;
  int lists_before = 0;
};

inline Error refusal(int status, std::string field = {}) {
  return {.code = Errc::http_status,
          .reaction = Reaction::permanent,
          .message = "no",
          .status = status,
          .field = std::move(field)};
}

}  // namespace retouch::reconcile::test_fixture
