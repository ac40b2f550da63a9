// What Passes has to do with the state: recalling before a plan, recording after a pass.
#include <algorithm>

#include "account_share.hpp"
#include "doubts.hpp"
#include "pass_journal.hpp"
#include "retouch/core/remembering.hpp"
#include "retouch/reconcile/passes.hpp"

namespace retouch::reconcile {

state::MemoryOf Passes::memory_of(const CloudPass& pass) const {
  return {.account = pass.session->account_key(), .cloud = pass.cloud->name, .now = world_.clock.wall()};
}

task<Result<Recollection>> Passes::recall(const CloudPass& pass) {
  Recollection result{.now = world_.clock.wall()};
  if (!run_request_.remembers) co_return result;
  core::Memory memory;
  if (run_request_.store != nullptr) {
    RETOUCH_CO_TRY(memory, co_await run_request_.store->recall(memory_of(pass)));
    if (!pass.lock) {
      RETOUCH_CO_TRY(result.open,
                     co_await run_request_.store->changes({.account = pass.session->account_key(), .open = true}));
    }
  }
  if (undoing()) {
    // Its entries are the journal's: they say nothing about how much the sources hold, or how much is managed.
    result.undoing = true;
    memory.most_entries.clear();
    memory.selected.clear();
  } else {
    for (const core::SourceRevision& source : sources_) result.sources.push_back(source.name);
    result.all_entries = all_entries_;
  }
  result.memory = std::make_shared<const core::Memory>(std::move(memory));
  co_return result;
}

task<Result<bool>> Passes::settle_doubts_of(CloudPass& pass) {
  state::Store& store = *run_request_.store;
  state::ChangeFilter filter{.account = pass.session->account_key(), .open = true};
  RETOUCH_CO_TRY(std::vector<core::ChangeRecord> open, co_await store.changes(std::move(filter)));
  // What another pass of this process has intended is under way.
  std::erase_if(open, [&](const auto& change) { return pass.session->share()->runs.contains(change.run); });
  if (open.empty()) co_return false;
  SettledDoubts settled =
      settle_doubts(open, *pass.planned, pass.session->target().provider->table(), world_.clock.wall());
  if (settled.update.rows() == 0) co_return false;
  if (!settled.halves.empty()) RETOUCH_CO_CHECK(co_await store.intend(std::move(settled.halves)));
  RETOUCH_CO_CHECK(co_await store.commit(memory_of(pass), std::move(settled.update)));
  co_return true;
}

std::map<std::string, std::string> Passes::revisions_of(const Planned& planned) const {
  std::map<std::string, std::string> revisions;
  for (const core::DesiredEntry& entry : planned.entries) {
    const auto it = std::ranges::find(sources_, entry.source, &core::SourceRevision::name);
    if (it != sources_.end()) revisions.emplace(entry.name, it->revision);
  }
  return revisions;
}

task<Result<void>> Passes::record(std::optional<int> exit_code) {
  for (const CloudPass& pass : clouds_) log_end(pass);
  if (!run_) co_return Result<void>{};
  Result<void> remembered;
  std::vector<core::PassRecord> records;
  for (const CloudPass& pass : clouds_) {
    if (pass.session && pass.planned) {
      auto one = co_await remember(pass);
      if (!one && remembered) remembered = std::move(one);
    }
    core::CloudPlan room;
    const core::CloudPlan& plan = plan_in(pass, room);
    records.push_back({.cloud = pass.cloud->name,
                       .account = pass.session ? pass.session->account_key() : "",
                       .outcome = std::string(core::to_string(plan.outcome)),
                       .error = plan.error});
  }
  int code = exit_code.value_or(apply_exit_code());
  if (!remembered && code == exit_ok) code = exit_code_of(remembered.error());
  RETOUCH_CO_CHECK(co_await run_->finish(world_.clock.wall(), code, std::move(records)));
  co_return remembered;
}

// A plan that was refused is not what is in force, so nothing of it is learned; that it was refused is.
task<Result<void>> Passes::remember(const CloudPass& pass) {
  state::Store& store = *run_request_.store;
  const core::CloudPlan& plan = pass.planned->plan;
  const Wall now = world_.clock.wall();
  std::vector<core::GuardRefusal> refusals = core::refusals_in(plan, core::fingerprint(std::span(&plan, 1)), now);
  const bool refused = !refusals.empty();
  RETOUCH_CO_CHECK(co_await store.refused(plan.cloud, std::move(refusals)));
  if (refused || undoing()) co_return Result<void>{};
  for (const std::string& entry : plan.notes.forgotten)
    world_.log.info("left the manifests: forgotten, and nothing is written", {{"cloud", plan.cloud}, {"entry", entry}});
  const core::NoteContext context{.run = run_->run().id,
                                  .now = now,
                                  .revisions = revisions_of(*pass.planned),
                                  .contention = pass.cloud->policy.contention,
                                  .shrinking_accepted = pass.scope.forced.contains("shrink_percent")};
  core::MemoryUpdate update = core::noted(plan, *pass.planned->recollection.memory, context);
  if (update.rows() == 0) co_return Result<void>{};
  co_return co_await store.commit(memory_of(pass), std::move(update));
}

}  // namespace retouch::reconcile
