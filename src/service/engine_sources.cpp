// The sources' side of the engine: waiting for changes, reading, and telling which clouds have something new to do.
#include <algorithm>
#include <ranges>

#include "retouch/async/first_of.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"
#include "retouch/service/engine.hpp"

namespace retouch::service {

namespace {

// Entries that are there in one only, or that wish something else.
bool differs(const reconcile::DesiredState& now, const reconcile::DesiredState& before, const std::string& cloud,
             const std::map<std::string, std::set<std::string>>& changed) {
  if (const auto it = changed.find(cloud); it != changed.end() && !it->second.empty()) return true;
  const auto count = [&cloud](const reconcile::DesiredState& state) {
    const auto it = state.entries.find(cloud);
    return it == state.entries.end() ? std::size_t{0} : it->second.size();
  };
  return count(now) != count(before);
}

bool same_sources(const config::Settings& a, const config::Settings& b) {
  const auto where = [](const config::Source& source) { return std::pair(source.name, reconcile::origin_of(source)); };
  return std::ranges::equal(a.sources, b.sources, {}, where, where);
}

std::string text_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& item : diagnostics.sorted()) text += to_string(item) + "\n";
  return text;
}

}  // namespace

// One loop for each source of the configuration; new ones after a reload.
task<void> Engine::watch_sources() {
  co_await look({}, core::Trigger::source);
  looked_ = true;
  progress_.notify_all();
  async::Gate gate;
  const auto executor = co_await asio::this_coro::executor;
  std::set<std::string> watched;
  while (!world_.stop.requested()) {
    std::set<std::string> configured;
    for (const auto& [name, state] : sources_) configured.insert(name);
    for (const std::string& name : configured) {
      if (watched.insert(name).second) gate.spawn(executor, [this, name] { return watch(name); });
    }
    std::erase_if(watched, [&](const std::string& name) { return !configured.contains(name); });
    co_await async::woken_or_stopped(sources_changed_, world_.stop);
  }
  // No cancellation: it would come out of the turn for the keeper as an exception. Whoever waits or reads sees the
  // stop.
  for (const auto& [name, state] : sources_) state->look.notify_all();
  co_await gate.close();
  keeper_.stop_watching();
}

// Until the source is configured no more. Whatever wakes it, the source is read afterwards.
task<void> Engine::watch(std::string name) {
  while (!world_.stop.requested()) {
    const auto it = sources_.find(name);
    if (it == sources_.end()) co_return;
    SourceState* state = it->second.get();
    const auto configured = std::ranges::find(parts_.settings->sources, name, &config::Source::name);
    if (configured == parts_.settings->sources.end()) co_return;
    if (!state->wanted) {
      auto changed = keeper_.wait_for_change(*configured);
      auto asked = state->look.wait();
      co_await async::first_of(std::move(changed), std::move(asked));
    }
    const auto again = sources_.find(name);
    if (world_.stop.requested() || again == sources_.end()) co_return;
    const core::Trigger why = std::exchange(again->second->wanted, std::nullopt).value_or(core::Trigger::source);
    co_await look({name}, why);
  }
}

void Engine::look_at(const std::string& source, core::Trigger why) {
  const auto it = sources_.find(source);
  if (it == sources_.end()) return;
  it->second->wanted = it->second->wanted ? std::max(*it->second->wanted, why) : why;
  it->second->look.notify_all();
}

task<void> Engine::look(std::set<std::string> which, core::Trigger why) {
  const auto permit = co_await keeper_turn_.acquire();
  if (world_.stop.requested()) co_return;
  const auto settings = parts_.settings;
  auto updating = keeper_.update(*settings, std::move(which));
  auto update = co_await async::unless_stopped(world_.stop, std::move(updating));
  if (!update) {
    if (update.error().code == Errc::cancelled) co_return;
    const std::string problem = describe(update.error());
    if (problem != no_manifests_) log_.error("no manifests are in force: " + problem);
    no_manifests_ = problem;
    // What other sources gave is not what is configured now.
    if (kept_settings_ != nullptr && !same_sources(*kept_settings_, *settings)) kept_.reset();
    for (auto& [name, state] : sources_) {
      if (state->status.revision.empty()) state->status.error = problem;
    }
    say();
    co_return;
  }
  no_manifests_.clear();
  kept_settings_ = settings;
  const auto before = std::exchange(kept_, std::make_shared<const reconcile::Kept>(std::move(*update)));
  note_sources(*kept_);
  if (kept_->changed) rest_soon();
  if (settings == parts_.settings) trigger_what_changed(before ? before->desired.get() : nullptr, why);
  progress_.notify_all();
  say();
}

void Engine::note_sources(const reconcile::Kept& kept) {
  for (const reconcile::SourceStanding& standing : kept.sources) {
    const auto it = sources_.find(standing.name);
    if (it == sources_.end()) continue;
    SourceStatus& status = it->second->status;
    const std::string error = standing.error ? describe(*standing.error) : "";
    if (error != status.error) {
      if (!error.empty())
        log_.warning("the source cannot be read; what it had stays in force: " + error, {{"manifest", standing.name}});
      else
        log_.info("the source can be read again", {{"manifest", standing.name}});
    }
    if (standing.revision != status.revision)
      log_.info("revision in force: " + standing.revision, {{"manifest", standing.name}});
    status.revision = standing.revision;
    status.error = error;
    status.files = standing.files;
    status.last_success = standing.last_success;
    status.stale.clear();
    for (const sources::StaleFile& stale : standing.stale)
      status.stale.push_back(
          {.file = stale.file, .problem = stale.complaint, .since = stale.since, .left_out = stale.left_out});
  }
  const std::string complaints = text_of(kept.complaints);
  if (complaints == last_complaints_) return;
  last_complaints_ = complaints;
  for (const Diagnostic& item : kept.complaints.sorted()) {
    if (item.severity == Severity::error) log_.error(to_string(item), {{"manifest", item.place.file.text()}});
  }
}

std::string Engine::revisions() const {
  if (kept_ == nullptr) return "";
  std::string text;
  for (const core::SourceRevision& source : kept_->desired->sources) {
    if (!text.empty()) text += ' ';
    text += source.name + "@" + source.revision;
  }
  return text;
}

// Of this process only what differs; against what an earlier process saw whole revisions are compared.
void Engine::trigger_what_changed(const reconcile::DesiredState* before, core::Trigger why) {
  const std::string now = revisions();
  const auto changed = before == nullptr ? std::map<std::string, std::set<std::string>>{}
                                         : reconcile::changed_entries(*kept_->desired, *before);
  for (const auto& [cloud, state] : clouds_) {
    const bool moved = before != nullptr ? differs(*kept_->desired, *before, cloud, changed)
                                         : !state.desired.empty() && state.desired != now;
    if (moved) scheduler_.trigger(cloud, why);
  }
}

}  // namespace retouch::service
