// `run --once`: what a timer starts.
#include <algorithm>
#include <ostream>

#include "applying.hpp"
#include "retouch/async/join.hpp"
#include "retouch/service/pass.hpp"
#include "run.hpp"
#include "version.hpp"

namespace retouch::cli {

namespace {

service::PassRequest request_for(Context context, const Pieces& pieces, const reconcile::DesiredState& desired,
                                 bool write) {
  service::PassRequest request{.desired = desired, .write = write};
  request.run.store = pieces.state.store.get();
  request.run.remembers = pieces.state.configured;
  request.run.verb = "run";
  request.lock_directory = pieces.lock_directory;
  request.lock_holder = lock_holder(context, "run --once");
  return request;
}

void show(Context context, const service::PassOutcome& outcome, bool wrote) {
  context.console.out << plan_as_text(outcome.plan, context.console.out_style);
  if (!wrote) return;
  std::vector<CloudResult> results;
  for (std::size_t i = 0; i < outcome.plan.clouds.size(); ++i) {
    const auto& report = outcome.clouds[i].report;
    results.push_back({&outcome.plan.clouds[i], report ? &*report : nullptr});
  }
  context.console.out << results_as_text(results, context.console.out_style) << std::flush;
}

service::CloudStatus status_of(const config::Cloud& cloud, const service::CloudOutcome& outcome, Wall now) {
  service::CloudStatus status{
      .cloud = outcome.cloud, .provider = cloud.provider, .interval = cloud.policy.interval, .last_run = now};
  status.result = outcome.result;
  status.images = outcome.images;
  status.limits = outcome.limits;
  if (outcome.token_left) status.token_expires = now + *outcome.token_left;
  if (outcome.plan) {
    for (const core::GuardVerdict& verdict : outcome.plan->guards) {
      if (verdict.refused) status.refusals.push_back({.cloud = outcome.cloud, .verdict = verdict, .at = now});
    }
  }
  return status;
}

// What is known of each cloud's passes, this one included: when one succeeded last survives runs that fail.
task<Result<std::map<std::string, state::PassNote>>> note_passes(Context context, state::Store* store,
                                                                 const std::vector<service::CloudOutcome>& outcomes,
                                                                 Duration took) {
  std::map<std::string, state::PassNote> notes;
  if (store != nullptr) {
    RETOUCH_CO_TRY(const auto last, co_await store->last_passes());
    for (const state::PassNote& note : last) notes.emplace(note.cloud, note);
  }
  const Wall now = context.world.clock.wall();
  for (const service::CloudOutcome& outcome : outcomes) {
    state::PassNote& note = notes[outcome.cloud];
    note.cloud = outcome.cloud;
    note.began = now - took;
    note.ended = now;
    note.result = outcome.result;
    note.error = outcome.error ? describe(*outcome.error) : "";
    note.failures = outcome.failed() ? note.failures + 1 : 0;
    if (!outcome.failed() && !outcome.result.empty()) note.succeeded = now;
    if (store != nullptr) RETOUCH_CO_CHECK(co_await store->note_pass(note));
  }
  co_return notes;
}

Result<void> write_metrics(Context context, const config::Settings& settings, service::Metrics& metrics,
                           const std::vector<service::CloudOutcome>& outcomes,
                           const std::map<std::string, state::PassNote>& notes, Duration took,
                           const std::string& path) {
  const Wall now = context.world.clock.wall();
  service::Status status{.version = program_version, .now = now, .started = now};
  for (const service::CloudOutcome& outcome : outcomes) {
    const auto cloud = std::ranges::find(settings.clouds, outcome.cloud, &config::Cloud::name);
    status.clouds.push_back(status_of(*cloud, outcome, now));
    if (const auto note = notes.find(outcome.cloud); note != notes.end())
      status.clouds.back().last_success = note->second.succeeded;
    metrics.pass_ended({.cloud = outcome.cloud,
                        .result = outcome.result,
                        .took = took,
                        .at = now,
                        .plan = outcome.plan.get(),
                        .report = outcome.report ? &*outcome.report : nullptr});
  }
  metrics.update(status);
  return service::write_textfile(metrics, path, context.world.files);
}

}  // namespace

task<int> run_once(Context context, Pieces pieces, RunOptions options, service::Metrics& metrics) {
  int exit_code = 0;
  auto desired = co_await load_manifests(context, pieces.settings, {context.global.manifests}, exit_code);
  if (!desired) co_return exit_code;
  reconcile::Accounts accounts;
  std::vector<service::PassRequest> requests{request_for(context, pieces, *desired, true),
                                             request_for(context, pieces, *desired, false)};
  for (const config::Cloud& cloud : pieces.settings.clouds) {
    const bool writes = cloud.policy.mode == config::Mode::enforce && !options.dry_run;
    requests[writes ? 0 : 1].clouds.push_back(&cloud);
  }
  const Mono began = context.world.clock.now();
  std::vector<service::PassOutcome> outcomes(requests.size());
  std::vector<std::function<task<void>()>> work;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].clouds.empty()) continue;
    requests[i].run.accounts = &accounts;
    work.emplace_back([&, i]() -> task<void> {
      auto passing = service::run_pass(std::move(requests[i]), context.world);
      outcomes[i] = co_await std::move(passing);
    });
  }
  co_await async::join_all(std::move(work));
  std::vector<service::CloudOutcome> clouds;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].clouds.empty()) continue;
    show(context, outcomes[i], i == 0);
    if (outcomes[i].unrecorded) exit_code = complain(context, *outcomes[i].unrecorded);
    for (service::CloudOutcome& cloud : outcomes[i].clouds) clouds.push_back(std::move(cloud));
  }
  const int of_clouds = service::exit_code_of(clouds);
  if (of_clouds != reconcile::exit_ok) exit_code = of_clouds;
  const Duration took = context.world.clock.now() - began;
  const auto notes = co_await note_passes(context, pieces.state.store.get(), clouds, took);
  if (!notes) exit_code = complain(context, notes.error());
  if (!notes || options.metrics_file.empty()) co_return exit_code;
  const auto written = write_metrics(context, pieces.settings, metrics, clouds, *notes, took, options.metrics_file);
  if (written) co_return exit_code;
  const int unwritten = complain(context, written.error());
  co_return exit_code == reconcile::exit_ok ? unwritten : exit_code;
}

}  // namespace retouch::cli
