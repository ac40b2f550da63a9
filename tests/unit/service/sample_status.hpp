// A daemon with something of everything: for the tests of metrics, page and documentation.
#pragma once

#include "retouch/service/metrics.hpp"

namespace retouch::service::test {

inline Wall at(int seconds) { return Wall{} + std::chrono::seconds(1'700'000'000 + seconds); }

inline core::FieldChange sample_field(const std::string& name, core::Op op, core::Cause cause) {
  return {.name = name, .op = op, .before = std::string("bios"), .after = std::string("uefi"), .cause = cause};
}

inline core::CloudPlan sample_plan() {
  core::CloudPlan plan{.cloud = "lab", .provider = "glance", .outcome = core::Outcome::refused};
  plan.changes.push_back({.entry = "ubuntu",
                          .image_id = "id-1",
                          .image_name = "Ubuntu",
                          .fields = {sample_field("hw_firmware_type", core::Op::replace, core::Cause::drift)}});
  plan.guards.push_back({.guard = "changed_percent", .limit = 30, .value = 60, .refused = true});
  plan.guards.push_back({.guard = "changed_images", .limit = 200, .value = 60, .refused = false});
  return plan;
}

inline CloudStatus sample_cloud() {
  using namespace std::chrono_literals;
  CloudStatus cloud{.cloud = "lab", .provider = "glance", .mode = "enforce", .interval = 10min};
  cloud.last_run = at(0), cloud.last_success = at(-600), cloud.next_run = at(600), cloud.last_duration = 2s;
  cloud.result = "refused", cloud.failures = 1;
  cloud.images = {{"synced", 40}, {"drifted", 2}};
  cloud.limits = {{"reads", {.configured = 20, .current = 7, .waiting = 1}},
                  {"writes", {.configured = 5, .current = 5, .waiting = 3}}};
  cloud.token_expires = at(3600);
  cloud.plan = std::make_shared<core::CloudPlan>(sample_plan()), cloud.fingerprint = "sha256:ab";
  cloud.refusals.push_back({.cloud = "lab", .verdict = cloud.plan->guards[0], .fingerprint = "sha256:ab", .at = at(0)});
  cloud.suspension = core::Suspension{.since = at(-60), .by = "ann@desk"};
  return cloud;
}

inline Status sample_status() {
  Status status{.version = "1.2.3", .phase = "running", .now = at(10), .started = at(-5000)};
  status.sources.push_back({.name = "site",
                            .kind = "git",
                            .location = "https://git.example/site",
                            .revision = "4f2a",
                            .last_success = at(0),
                            .files = 12,
                            .stale = {{.file = "a.yaml", .problem = "line 3: no such field", .since = at(-60)}}});
  status.clouds.push_back(sample_cloud());
  return status;
}

inline reconcile::ApplyReport sample_report() {
  reconcile::ApplyReport report;
  report.results.push_back({.entry = "ubuntu",
                            .image_id = "id-1",
                            .status = reconcile::Status::changed,
                            .fields = {sample_field("hw_firmware_type", core::Op::replace, core::Cause::drift),
                                       sample_field("os_version", core::Op::add, core::Cause::pending)}});
  report.results.push_back({.entry = "ubuntu-too",
                            .image_id = "id-1",
                            .status = reconcile::Status::changed,
                            .fields = {sample_field("hw_firmware_type", core::Op::replace, core::Cause::drift)}});
  report.results.push_back({.entry = "alma",
                            .image_id = "id-3",
                            .status = reconcile::Status::partial,
                            .fields = {sample_field("os_distro", core::Op::add, core::Cause::drift),
                                       sample_field("os_version", core::Op::remove, core::Cause::both)},
                            .undone = {"os_version"}});
  report.results.push_back({.entry = "debian",
                            .image_id = "id-2",
                            .status = reconcile::Status::failed,
                            .fields = {sample_field("os_version", core::Op::remove, core::Cause::both)}});
  return report;
}

inline std::optional<os::ProcessUsage> sample_usage() {
  return os::ProcessUsage{
      .cpu_seconds = 1.5, .resident_bytes = 1 << 20, .virtual_bytes = 1 << 21, .open_fds = 9, .max_fds = 1024};
}

// Every metric has a sample.
inline void fill(Metrics& metrics) {
  using namespace std::chrono_literals;
  const auto plan = sample_plan();
  const auto report = sample_report();
  metrics.update(sample_status());
  metrics.pass_ended({.cloud = "lab", .result = "partial", .took = 2s, .plan = &plan, .report = &report});
  metrics.token_refreshed("lab", true);
  http::Observer& observer = metrics.observer("lab");
  observer.attempted(http::RequestClass::write, 200, 40ms);
  observer.attempted(http::RequestClass::read, 0, 30s);
  observer.waited(http::RequestClass::write, 1500ms);
  observer.throttled(http::RequestClass::write);
  observer.retried(http::RequestClass::write, "throttled");
}

}  // namespace retouch::service::test
