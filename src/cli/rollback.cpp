#include <algorithm>
#include <ostream>

#include "applying.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/undo.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

// What is to be taken back: one run, or every run of a revision.
struct Target {
  std::vector<core::RunRecord> runs;
  std::vector<core::ChangeRecord> changes;  // oldest first
  std::string name;                         // "20261122T…", "revision 3f2a…"
};

Result<core::RunRecord> the_run(std::vector<core::RunRecord> found, const std::string& id) {
  std::vector<std::string> candidates;
  for (core::RunRecord& run : found) {
    if (run.id == id) return std::move(run);
    candidates.push_back(run.id);
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty())
    return fail(Errc::usage, "there is no run " + id + " in the journal; `retouch history` lists them");
  return fail(Errc::usage, "several runs begin with " + id + ": " + join(candidates, ", "));
}

// What begins several revisions is none of them.
Result<void> one_revision(const std::vector<core::RunRecord>& runs, const std::string& begin) {
  std::set<std::string> revisions;
  for (const core::RunRecord& run : runs) {
    for (const core::SourceRevision& source : run.sources) {
      if (source.revision.starts_with(begin)) revisions.insert(source.revision);
    }
  }
  if (revisions.size() <= 1 || revisions.contains(begin)) return {};
  const std::vector<std::string> names(revisions.begin(), revisions.end());
  return fail(Errc::usage, "several revisions begin with " + begin + ": " + join(names, ", "));
}

task<Result<Target>> find_target(state::Store& store, const RollbackOptions& options) {
  Target target;
  if (!options.run.empty()) {
    RETOUCH_CO_TRY(auto runs, co_await store.runs({.id_prefix = options.run}));
    RETOUCH_CO_TRY(core::RunRecord run, the_run(std::move(runs), options.run));
    target.name = "run " + run.id;
    RETOUCH_CO_TRY(target.changes, co_await store.changes({.run = run.id}));
    target.runs.push_back(std::move(run));
    co_return target;
  }
  target.name = "revision " + options.revision;
  RETOUCH_CO_TRY(target.runs, co_await store.runs({.revision = options.revision}));
  RETOUCH_CO_CHECK(one_revision(target.runs, options.revision));
  std::ranges::reverse(target.runs);  // oldest first, as the changes must be
  for (const core::RunRecord& run : target.runs) {
    RETOUCH_CO_TRY(std::vector<core::ChangeRecord> changes, co_await store.changes({.run = run.id}));
    std::erase_if(changes, [&](const auto& change) { return !change.revision.starts_with(options.revision); });
    std::ranges::move(changes, std::back_inserter(target.changes));
  }
  if (target.runs.empty()) co_return fail(Errc::usage, "no run in the journal is of revision " + options.revision);
  co_return target;
}

// While the lock was waited for, the run may have gone on: what it did since would be left out without a word.
task<Result<void>> check_unchanged(state::Store& store, const RollbackOptions& options, const Target& before) {
  RETOUCH_CO_TRY(const Target now, co_await find_target(store, options));
  const auto status = [](const core::ChangeRecord& change) { return change.status; };
  if (std::ranges::equal(now.changes, before.changes, {}, status, status)) co_return Result<void>{};
  co_return fail(Errc::stale_plan, before.name + " has gone on in the meantime; nothing was taken back; say it again");
}

// A rollback that a suspension stopped must not look like one that is done.
bool stopped_by_suspension(Context context, const reconcile::Passes& passes) {
  bool stopped = false;
  for (const reconcile::CloudPass& pass : passes.clouds()) {
    if (!pass.planned || pass.planned->plan.suspended.empty()) continue;
    stopped = true;
    context.console.err << "retouch: " << printable(pass.cloud->name)
                        << ": nothing was taken back where it is suspended; `retouch suspend` lists what is, `retouch "
                           "resume` ends it\n";
  }
  return stopped;
}

// The configured clouds that the run was about; one that is configured no more cannot be taken back.
Result<std::vector<const config::Cloud*>> clouds_of(const std::map<std::string, core::UndoOfCloud>& undo,
                                                    const config::Settings& settings) {
  std::vector<const config::Cloud*> clouds;
  std::vector<std::string> missing;
  for (const auto& [name, of_cloud] : undo) {
    const auto it = std::ranges::find(settings.clouds, name, &config::Cloud::name);
    if (it == settings.clouds.end()) {
      missing.push_back(name);
    } else {
      clouds.push_back(&*it);
    }
  }
  if (missing.empty()) return clouds;
  return fail(Errc::invalid_input, "the run changed images of clouds that are not configured (any more): " +
                                       join(missing, ", ") + "; nothing was taken back");
}

reconcile::DesiredState desired_of(const std::map<std::string, core::UndoOfCloud>& undo,
                                   const std::vector<const config::Cloud*>& clouds) {
  reconcile::DesiredState desired;
  for (const config::Cloud* cloud : clouds) {
    desired.tables.emplace(cloud->name, reconcile::table_for(*cloud));
    desired.entries.emplace(cloud->name, undo.at(cloud->name).entries);
  }
  return desired;
}

std::set<std::string> rollbacks_among(const std::vector<core::RunRecord>& runs) {
  std::set<std::string> ids;
  for (const core::RunRecord& run : runs) {
    if (!run.undoes.empty()) ids.insert(run.id);
  }
  return ids;
}

}  // namespace

task<int> rollback(Context context, RollbackOptions options) {
  const bool ask = !options.yes && !options.dry_run;
  if (const auto usage = check_somebody_is_there(context, ask, " (or --dry-run)"); !usage)
    co_return complain(context, usage.error());
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto locks = lock_directory(context, *settings);
  if (!locks) co_return complain(context, locks.error());
  const auto how = options.dry_run ? state::Open::read : state::Open::write;
  const auto state = co_await open_state(context, *settings, how);
  if (!state) co_return complain(context, state.error());
  if (!state->store) {
    co_return complain(context, Error{.code = Errc::usage,
                                      .message = state->configured ? "nothing was applied yet, so there is nothing to "
                                                                     "take back"
                                                                   : "`state: none`: nothing is remembered, so "
                                                                     "nothing can be taken back"});
  }
  const auto target = co_await find_target(*state->store, options);
  if (!target) co_return complain(context, target.error());
  auto undo = core::undo(target->changes, rollbacks_among(target->runs), "", context.world.clock.wall());
  if (undo.empty()) {
    context.console.err << "Nothing to take back: " << printable(target->name) << " changed nothing.\n";
    co_return reconcile::exit_ok;
  }
  const auto clouds = clouds_of(undo, *settings);
  if (!clouds) co_return complain(context, clouds.error());

  reconcile::RunRequest run{.store = state->store.get(), .verb = "rollback", .undoes = target->name};
  run.undo_of_cloud = undo;
  reconcile::Passes passes(*clouds, desired_of(undo, *clouds), context.world, std::move(run));
  const std::set<std::string> forced(options.force.begin(), options.force.end());
  passes.set_scope([&](const reconcile::CloudPass&) { return reconcile::Scope{.forced = forced}; });
  co_await passes.open();
  if (!options.dry_run) {
    co_await passes.lock(*locks, lock_holder(context, "rollback"), options.wait_lock);
    const auto unchanged = co_await check_unchanged(*state->store, options, *target);
    if (!unchanged) co_return complain(context, unchanged.error());
  }
  co_await passes.plan();
  if (options.dry_run) {
    if (options.limit) passes.limit(*options.limit);
    context.console.out << (options.output == Output::json ? to_stdout(core::to_document(passes.document()))
                                                           : plan_as_text(passes.document(), context.console.out_style))
                        << std::flush;
    co_return passes.plan_exit_code(false);
  }
  const int exit_code = co_await carry_out(
      context, passes, {.verb = "rollback", .ask = ask, .limit = options.limit, .output = options.output});
  const bool stopped = stopped_by_suspension(context, passes);
  co_return stopped&& exit_code == reconcile::exit_ok ? int{reconcile::exit_partial} : exit_code;
}

}  // namespace retouch::cli
