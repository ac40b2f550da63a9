#include "retouch/service/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/async/first_of.hpp"
#include "retouch/async/join.hpp"

namespace retouch::service {

namespace {

// What one document shows of the journal.
constexpr std::int64_t shown_runs = 20;
constexpr std::int64_t shown_changes = 50;

// The state keeps what has ended; nobody is stopped by it any more.
void drop_what_is_over(Status& status) {
  std::erase_if(status.suspended, [&](const state::Suspended& one) { return !one.suspension.in_force(status.now); });
  std::erase_if(status.held,
                [&](const state::HeldField& one) { return one.hold.until && *one.hold.until <= status.now; });
}

std::string location_of(const config::Source& source) { return source.git ? source.git->url : source.directory.path; }

}  // namespace

Engine::Engine(EngineParts parts, Metrics& metrics, reconcile::World& world)
    : parts_(std::move(parts)),
      metrics_(metrics),
      world_(world),
      log_(world.log),
      keeper_(world, parts_.state_directory),
      started_(world.clock.wall()),
      scheduler_(world.clock, world.random, world.stop, width,
                 [this](std::string cloud, core::Trigger why) { return pass(std::move(cloud), why); },
                 {.every = parts_.beat.every, .alive = [this] { beat(); }}) {
  reload_.at = started_;
  at_start_ = parts_.settings;
  adopt(*parts_.settings);
}

Engine::~Engine() = default;

// The clouds and sources of a configuration; what is known of those that stay stays.
void Engine::adopt(const config::Settings& settings) {
  std::map<std::string, CloudState> clouds;
  for (const config::Cloud& cloud : settings.clouds) {
    CloudState state;
    if (auto known = clouds_.extract(cloud.name)) state = std::move(known.mapped());
    state.status.cloud = cloud.name;
    state.status.provider = cloud.provider;
    state.status.mode = cloud.policy.mode == config::Mode::enforce && !parts_.dry_run ? "enforce" : "report";
    state.status.interval = cloud.policy.interval;
    clouds.emplace(cloud.name, std::move(state));
  }
  for (const auto& [gone, state] : clouds_) scheduler_.remove(gone);
  clouds_ = std::move(clouds);
  std::map<std::string, std::unique_ptr<SourceState>> sources;
  for (const config::Source& source : settings.sources) {
    auto known = sources_.extract(source.name);
    auto state = known ? std::move(known.mapped()) : std::make_unique<SourceState>();
    state->status.name = source.name;
    state->status.kind = source.git ? "git" : "directory";
    state->status.location = location_of(source);
    sources.emplace(source.name, std::move(state));
  }
  for (const auto& [name, state] : sources_) state->look.notify_all();
  sources_ = std::move(sources);
  for (const auto& [name, state] : sources_) state->look.notify_all();  // its interval may be another one now
  sources_changed_.notify_all();
}

Engine::CloudState* Engine::find(const std::string& cloud) {
  const auto it = clouds_.find(cloud);
  return it == clouds_.end() ? nullptr : &it->second;
}

// What an earlier process knew. A state that cannot be read now is no reason to forget the schedule quietly.
task<Result<void>> Engine::recall() {
  std::map<std::string, state::PassNote> notes;
  if (parts_.store != nullptr) {
    RETOUCH_CO_TRY(const auto last, co_await parts_.store->last_passes());
    for (const state::PassNote& note : last) notes.emplace(note.cloud, note);
    RETOUCH_CO_TRY(const auto refusals, co_await parts_.store->refusals());
    for (const core::GuardRefusal& refusal : refusals) {
      if (CloudState* state = find(refusal.cloud)) state->status.refusals.push_back(refusal);
    }
  }
  for (const config::Cloud& cloud : parts_.settings->clouds) {
    CloudState& state = clouds_.at(cloud.name);
    core::LastPass last;
    if (const auto it = notes.find(cloud.name); it != notes.end()) {
      const state::PassNote& note = it->second;
      // One that was interrupted is made up for soon, but not at once: it may be what ended the process.
      last = {.began = note.began, .failures = note.failures + (note.ended ? 0 : 1)};
      state.desired = note.desired;
      state.status.last_run = note.began;
      state.status.last_success = note.succeeded;
      state.status.result = note.result;
      state.status.error = note.error;
      state.status.failures = note.failures;
      if (note.ended) state.status.last_duration = *note.ended - note.began;
    }
    scheduler_.set(cloud.name, {.interval = cloud.policy.interval}, last);
  }
  co_await refresh_stops();
  recalled_ = true;
  co_return Result<void>{};
}

task<void> Engine::run() {
  while (!world_.stop.requested()) {
    const auto recalled = co_await recall();
    if (recalled) break;
    log_.error("the state cannot be read; nothing is done until it can: " + describe(recalled.error()));
    auto patience = world_.clock.sleep_for(std::chrono::seconds(30));
    auto stopped = world_.stop.wait();
    co_await async::first_of(std::move(patience), std::move(stopped));
  }
  co_await async::join_all(
      {[this]() -> task<void> { return watch_sources(); }, [this]() -> task<void> { return scheduler_.run(); }});
}

bool Engine::ready() const {
  if (!recalled_ || kept_ == nullptr) return false;
  return std::ranges::all_of(clouds_, [this](const auto& entry) {
    const auto due = scheduler_.due(entry.first);
    return entry.second.reached || (due && *due > world_.clock.now());
  });
}

task<void> Engine::until_ready() {
  while (!ready() && !world_.stop.requested()) {
    co_await async::woken_or_stopped(progress_, world_.stop);
  }
}

void Engine::say() const {
  if (!parts_.doing) return;
  std::int64_t running = 0, failing = 0, blocked = 0;
  for (const auto& [name, state] : clouds_) {
    running += state.status.phase == "waiting" ? 0 : 1;
    failing += state.status.failures > 0 ? 1 : 0;
    blocked += state.status.refusals.empty() ? 0 : 1;
  }
  std::string text = fmt::format("{} cloud{}", clouds_.size(), clouds_.size() == 1 ? "" : "s");
  text += running > 0 ? fmt::format(", {} being reconciled", running) : ", all waiting";
  if (failing > 0) text += fmt::format(", {} failing", failing);
  if (blocked > 0) text += fmt::format(", {} refused by a guard", blocked);
  if (kept_ == nullptr) text += ", no manifests yet";
  parts_.doing(text);
}

// All but what only the state knows.
Status Engine::snapshot() const {
  const Mono now = world_.clock.now();
  Status status{.version = parts_.version, .pid = parts_.pid, .now = world_.clock.wall(), .started = started_};
  status.phase = world_.stop.requested() ? "stopping" : ready() ? "running" : "starting";
  status.configuration = parts_.settings->file;
  status.reload = reload_;
  status.remembers = parts_.store != nullptr;
  status.suspended = suspended_;
  drop_what_is_over(status);
  for (const config::Source& source : parts_.settings->sources)
    status.sources.push_back(sources_.at(source.name)->status);
  for (const auto& [name, state] : clouds_) {
    CloudStatus cloud = state.status;
    const auto due = scheduler_.due(name);
    if (due) {
      cloud.next_run = status.now + std::max(Duration::zero(), *due - now);
      cloud.phase = *due <= now ? "queued" : "waiting";
    }
    for (const state::Suspended& suspended : status.suspended) {
      if (suspended.what == state::Suspended::What::cloud && suspended.name == name)
        cloud.suspension = suspended.suspension;
    }
    status.clouds.push_back(std::move(cloud));
  }
  return status;
}

std::string Engine::metrics_text() {
  metrics_.update(snapshot());
  return metrics_.text();
}

task<Json> Engine::status() {
  Status status = snapshot();
  if (!rest_at_) rest_soon();
  if (parts_.store == nullptr) co_return to_document(status);
  take(co_await parts_.store->holds(), status.held, "what is held");
  take(co_await parts_.store->suspended(), suspended_, "what is suspended");
  status.suspended = suspended_;
  drop_what_is_over(status);
  take(co_await parts_.store->runs({.newest = shown_runs}), status.runs, "the journal");
  for (const core::RunRecord& run : status.runs) {
    auto changes = co_await parts_.store->changes({.run = run.id, .newest = shown_changes});
    if (!take(std::move(changes), status.changes[run.id], "the journal")) break;
  }
  co_return to_document(status);
}

}  // namespace retouch::service
