// `run --once`: what a timer starts.
#include <algorithm>
#include <ostream>

#include "applying.hpp"
#include "retouch/async/join.hpp"
#include "retouch/service/outcome.hpp"
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

service::CloudStatus known_before(const config::Cloud& cloud, const std::vector<state::PassNote>& notes) {
  service::CloudStatus status{.cloud = cloud.name, .provider = cloud.provider, .interval = cloud.policy.interval};
  if (const auto note = std::ranges::find(notes, cloud.name, &state::PassNote::cloud); note != notes.end()) {
    status.last_success = note->succeeded;
    status.failures = note->failures;
  }
  return status;
}

// What is known of all clouds now, this run included: when one succeeded last survives runs that fail.
task<Result<service::Status>> note_passes(Context context, const Pieces& pieces,
                                          const std::vector<service::CloudOutcome>& outcomes, Duration took) {
  state::Store* store = pieces.state.store.get();
  std::vector<state::PassNote> notes;
  if (store != nullptr) {
    RETOUCH_CO_TRY(notes, co_await store->last_passes());
  }
  const Wall now = context.world.clock.wall();
  service::Status status{.version = program_version, .now = now, .started = now - took};
  for (const service::CloudOutcome& outcome : outcomes) {
    const auto cloud = std::ranges::find(pieces.settings.clouds, outcome.cloud, &config::Cloud::name);
    service::CloudStatus& mine = status.clouds.emplace_back(known_before(*cloud, notes));
    if (outcome.result.empty()) continue;  // stopped: nothing is known of it
    take_outcome(mine, outcome, now - took, took);
    if (store == nullptr) continue;
    state::PassNote note{.cloud = outcome.cloud, .began = now - took, .ended = now, .result = mine.result};
    note.error = mine.error;
    note.succeeded = mine.last_success;
    note.failures = mine.failures;
    RETOUCH_CO_CHECK(co_await store->note_pass(std::move(note)));
  }
  co_return status;
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
  const auto failed = [&](const Error& error) {
    const int code = complain(context, error);
    return exit_code == reconcile::exit_ok ? code : exit_code;
  };
  const auto status = co_await note_passes(context, pieces, clouds, took);
  if (!status) co_return failed(status.error());
  if (options.metrics_file.empty()) co_return exit_code;
  for (const service::CloudOutcome& cloud : clouds) count_outcome(metrics, cloud, took);
  metrics.update(*status);
  const auto written = service::write_textfile(metrics, options.metrics_file, context.world.files);
  co_return written ? exit_code : failed(written.error());
}

}  // namespace retouch::cli
