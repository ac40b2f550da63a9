// One cloud's pass, from the schedule's word to what is known of it afterwards.
#include <algorithm>

#include "retouch/async/first_of.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/service/engine.hpp"
#include "retouch/service/outcome.hpp"

namespace retouch::service {

namespace {

// Another process (somebody's `apply`) is given this long to be done with the account.
constexpr Duration lock_patience = std::chrono::seconds(30);
// From the end of what needed memory until what it left is given back.
constexpr Duration quiet = std::chrono::seconds(3);

reconcile::DesiredState part_of(const reconcile::DesiredState& all, const std::string& cloud) {
  reconcile::DesiredState part{.sources = all.sources, .files = all.files};
  if (const auto it = all.tables.find(cloud); it != all.tables.end()) part.tables.insert(*it);
  if (const auto it = all.entries.find(cloud); it != all.entries.end()) part.entries.insert(*it);
  return part;
}

PassOutcome failed_before_it_began(const std::string& cloud, const Error& error) {
  PassOutcome outcome;
  outcome.exit_code = reconcile::exit_code_of(error);
  outcome.clouds.push_back({.cloud = cloud,
                            .exit_code = outcome.exit_code,
                            .result = result_word(outcome.exit_code, error),
                            .error = error});
  return outcome;
}

}  // namespace

task<Result<PassRequest>> Engine::request_for(std::string cloud, std::shared_ptr<const config::Settings> settings,
                                              std::optional<ReconcileAsk> ask) {
  const auto configured = std::ranges::find(settings->clouds, cloud, &config::Cloud::name);
  if (configured == settings->clouds.end()) co_return fail(Errc::usage, cloud + " is configured no more");
  if (kept_ == nullptr) {
    co_return fail(Errc::invalid_input, "no manifests are in force: " + no_manifests_, Reaction::transient);
  }
  PassRequest request{.clouds = {&*configured}, .entries_missing = kept_->incomplete};
  if (ask && !ask->revision.empty()) {
    RETOUCH_CO_TRY(const auto named, reconcile::git_revision(*settings, ask->revision));
    const auto permit = co_await keeper_turn_.acquire();
    auto reading = keeper_.at(*settings, named.first, named.second);
    RETOUCH_CO_TRY(const auto desired, co_await async::unless_stopped(world_.stop, std::move(reading)));
    request.desired = part_of(desired, cloud);
    request.run.all_entries = reconcile::entry_names(desired);
  } else {
    request.desired = part_of(*kept_->desired, cloud);
    request.run.all_entries = kept_->all_entries;
  }
  request.run.store = parts_.store;
  request.run.remembers = parts_.store != nullptr;
  request.run.verb = "run";
  request.run.accounts = &accounts_;
  request.write = configured->policy.mode == config::Mode::enforce && !parts_.dry_run;
  request.by_hand = ask.has_value();
  request.accept = ask ? ask->accept : "";
  if (const CloudState* state = find(cloud)) {
    for (const core::GuardRefusal& refusal : state->status.refusals) request.accepted.push_back(refusal.verdict);
  }
  request.lock_directory = parts_.lock_directory;
  request.lock_holder = parts_.lock_holder;
  request.lock_wait = lock_patience;
  co_return request;
}

// What is due at a start waits for the manifests, as long as a source may take to be read.
task<void> Engine::until_looked() {
  while (!looked_ && !world_.stop.requested()) {
    co_await async::woken_or_stopped(progress_, world_.stop);
  }
}

task<PassEnded> Engine::pass(std::string cloud, core::Trigger why) {
  std::optional<ReconcileAsk> ask;  // of who asked before it began
  if (CloudState* asked = find(cloud)) ask = std::exchange(asked->ask, std::nullopt);
  co_await until_looked();
  const auto settings = parts_.settings;  // of the whole pass, whatever is reloaded meanwhile
  const Mono began = world_.clock.now();
  const Wall began_at = world_.clock.wall();
  CloudState* state = find(cloud);
  if (state == nullptr) co_return PassEnded{};
  log_.debug("a pass is due", {{"cloud", cloud}, {"op", core::to_string(why)}});
  const std::string seen = revisions();
  state->status.phase = "opening";
  co_await note(cloud, began_at, std::nullopt);
  say();
  auto asking = request_for(cloud, settings, ask);
  auto request = co_await std::move(asking);
  PassOutcome outcome;
  if (request) {
    request->phase = [this, cloud](std::string_view phase) {
      CloudState* mine = find(cloud);
      if (mine == nullptr) return;
      mine->status.phase = phase;
      if (phase != "opening") mine->reached = true;
      progress_.notify_all();
    };
    outcome = co_await run_pass(std::move(*request), world_);
  } else {
    outcome = failed_before_it_began(cloud, request.error());
    if (request.error().code != Errc::cancelled)
      log_.error("the pass could not begin: " + describe(request.error()), {{"cloud", cloud}});
  }
  if (outcome.unrecorded)
    log_.error("what the pass came to could not be remembered: " + describe(*outcome.unrecorded), {{"cloud", cloud}});
  const CloudOutcome& mine = outcome.clouds.front();
  PassEnded ended{.failed = mine.failed()};
  if (mine.error) ended.not_before = mine.error->retry_after;
  state = find(cloud);
  if (state != nullptr) state->status.phase = "waiting";
  if (state == nullptr || mine.result.empty()) co_return ended;  // configured no more, or stopped
  if (request) state->desired = seen;
  take_outcome(state->status, mine, began_at, world_.clock.now() - began);
  count_outcome(metrics_, mine, world_.clock.now() - began);
  co_await note(cloud, began_at, world_.clock.wall());
  co_await refresh_stops();
  state = find(cloud);
  if (state == nullptr) co_return ended;
  if (parts_.told) parts_.told(outcome);
  state->last = outcome_document(outcome);
  rest_soon();
  state->reached = true;
  progress_.notify_all();
  say();
  co_return ended;
}

// Not at once: what has just been done has not let go of everything, and who waited for it asks what came of it.
void Engine::rest_soon() { rest_at_ = world_.clock.now() + quiet; }

void Engine::beat() {
  if (parts_.beat.alive) parts_.beat.alive();
  if (!rest_at_ || world_.clock.now() < *rest_at_ || scheduler_.passes_running() > 0) return;
  rest_at_.reset();
  if (parts_.rest) parts_.rest();
}

// For the schedule of the next process. That it cannot be written is no reason to stop.
task<void> Engine::note(std::string cloud, Wall began, std::optional<Wall> ended) {
  const CloudState* state = find(cloud);
  if (parts_.store == nullptr || state == nullptr) co_return;
  const CloudStatus& status = state->status;
  state::PassNote note{.cloud = cloud,
                       .began = began,
                       .ended = ended,
                       .result = ended ? status.result : "",
                       .error = ended ? status.error : "",
                       .succeeded = status.last_success,
                       .desired = state->desired,
                       .failures = status.failures};
  const auto noted = co_await parts_.store->note_pass(std::move(note));
  if (!noted) log_.error("the schedule cannot be remembered: " + describe(noted.error()), {{"cloud", cloud}});
}

task<void> Engine::refresh_stops() {
  if (parts_.store == nullptr) co_return;
  take(co_await parts_.store->suspended(), suspended_, "what is suspended");
}

}  // namespace retouch::service
