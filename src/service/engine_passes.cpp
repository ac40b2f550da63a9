// One cloud's pass, from the schedule's word to what is known of it afterwards.
#include <algorithm>

#include "retouch/async/first_of.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/service/engine.hpp"

namespace retouch::service {

namespace {

// Another process (somebody's `apply`) is given this long to be done with the account.
constexpr Duration lock_patience = std::chrono::seconds(30);

reconcile::DesiredState part_of(const reconcile::DesiredState& all, const std::string& cloud) {
  reconcile::DesiredState part{.sources = all.sources, .files = all.files};
  if (const auto it = all.tables.find(cloud); it != all.tables.end()) part.tables.insert(*it);
  if (const auto it = all.entries.find(cloud); it != all.entries.end()) part.entries.insert(*it);
  return part;
}

std::shared_ptr<const std::set<std::string, std::less<>>> names_in(const reconcile::DesiredState& desired) {
  auto names = std::make_shared<std::set<std::string, std::less<>>>();
  for (const auto& [cloud, entries] : desired.entries) {
    for (const core::DesiredEntry& entry : entries) names->insert(entry.name);
  }
  return names;
}

// "images=0123…", or the one Git source.
Result<std::pair<std::string, std::string>> source_and_revision(const config::Settings& settings,
                                                                const std::string& text) {
  std::vector<std::string> git;
  for (const config::Source& source : settings.sources) {
    if (source.git) git.push_back(source.name);
  }
  const auto equals = text.find('=');
  if (equals != std::string::npos) return std::pair(text.substr(0, equals), text.substr(equals + 1));
  if (git.size() == 1) return std::pair(git.front(), text);
  return fail(Errc::usage, git.empty() ? "no source is a Git repository, so there are no revisions"
                                       : "several sources are Git repositories; say --revision NAME=REVISION");
}

// One that is still the same is as old as it was.
std::vector<core::GuardRefusal> refusals_of(const CloudOutcome& outcome, const std::vector<core::GuardRefusal>& before,
                                            Wall now) {
  std::vector<core::GuardRefusal> refusals;
  for (const core::GuardVerdict& verdict : outcome.plan->guards) {
    if (!verdict.refused) continue;
    core::GuardRefusal refusal{
        .cloud = outcome.cloud, .verdict = verdict, .fingerprint = outcome.fingerprint, .at = now};
    for (const core::GuardRefusal& old : before) {
      if (old.verdict.guard == verdict.guard && old.fingerprint == outcome.fingerprint) refusal.at = old.at;
    }
    refusals.push_back(std::move(refusal));
  }
  return refusals;
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
    RETOUCH_CO_TRY(const auto named, source_and_revision(*settings, ask->revision));
    const auto permit = co_await keeper_turn_.acquire();
    auto reading = keeper_.at(*settings, named.first, named.second);
    RETOUCH_CO_TRY(const auto desired, co_await async::unless_stopped(world_.stop, std::move(reading)));
    request.desired = part_of(desired, cloud);
    request.run.all_entries = names_in(desired);
  } else {
    request.desired = part_of(kept_->desired, cloud);
    request.run.all_entries = names_in(kept_->desired);
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
  keep(*state, mine, began_at, world_.clock.now() - began);
  const auto refusals =
      parts_.store != nullptr ? co_await parts_.store->refusals() : Result<std::vector<core::GuardRefusal>>{};
  co_await note(cloud, began_at, world_.clock.wall());
  co_await refresh_stops();
  state = find(cloud);
  if (state == nullptr) co_return ended;
  if (parts_.told) parts_.told(outcome);
  if (parts_.rest && scheduler_.passes_running() <= 1) parts_.rest();
  state->last = std::move(outcome);
  state->reached = true;
  progress_.notify_all();
  say();
  co_return ended;
}

void Engine::keep(CloudState& state, const CloudOutcome& outcome, Wall began, Duration took) {
  CloudStatus& status = state.status;
  status.phase = "waiting";
  status.last_run = began;
  status.last_duration = took;
  status.result = outcome.result;
  status.error = outcome.error ? describe(*outcome.error) : "";
  status.failures = outcome.failed() ? status.failures + 1 : 0;
  if (!outcome.failed()) status.last_success = world_.clock.wall();
  if (!outcome.account.empty()) status.account = outcome.account;
  if (!outcome.limits.empty()) status.limits = outcome.limits;
  if (outcome.token_left) status.token_expires = world_.clock.wall() + *outcome.token_left;
  if (outcome.plan) {
    status.plan = outcome.plan;
    status.fingerprint = outcome.fingerprint;
    status.images = outcome.images;
    status.refusals = refusals_of(outcome, status.refusals, world_.clock.wall());
  }
  for (std::int64_t i = 0; i < outcome.logins; ++i) metrics_.token_refreshed(status.cloud, true);
  for (std::int64_t i = 0; i < outcome.failed_logins; ++i) metrics_.token_refreshed(status.cloud, false);
  metrics_.pass_ended({.cloud = status.cloud,
                       .result = outcome.result,
                       .took = took,
                       .at = world_.clock.wall(),
                       .plan = outcome.plan.get(),
                       .report = outcome.report ? &*outcome.report : nullptr});
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
  auto suspended = co_await parts_.store->suspended();
  if (suspended) suspended_ = std::move(*suspended);
}

}  // namespace retouch::service
