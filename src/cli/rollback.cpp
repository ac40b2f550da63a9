#include <algorithm>
#include <ostream>

#include "applying.hpp"
#include "names.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/undo.hpp"
#include "rollback_target.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

// While the lock was waited for, the run may have gone on: what it did since would be left out without a word.
task<Result<void>> check_unchanged(state::Store& store, const RollbackOptions& options, const RollbackTarget& before) {
  RETOUCH_CO_TRY(const RollbackTarget now, co_await find_target(store, options));
  const auto status = [](const core::ChangeRecord& change) { return change.status; };
  if (std::ranges::equal(now.changes, before.changes, {}, status, status)) co_return Result<void>{};
  co_return fail(Errc::stale_plan, before.name + " has gone on in the meantime; nothing was taken back; say it again");
}

task<Result<void>> check_whole(state::Store& store, const RollbackOptions& options, const RollbackTarget& before) {
  RETOUCH_CO_TRY(const RollbackTarget now, co_await find_target(store, options));
  if (now.changes.size() == before.changes.size()) co_return Result<void>{};
  co_return fail(Errc::stale_plan, before.name +
                                       " had left some of its changes half-done, which was found out only now "
                                       "by looking at the images; nothing was taken back; say it again");
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

// The clouds that the run was about and that are meant, of which some may be configured no more.
struct CloudsOfRun {
  std::vector<const config::Cloud*> clouds;
  std::vector<std::string> missing;
};

Result<CloudsOfRun> clouds_of(const std::map<std::string, core::UndoOfCloud>& undo, const config::Settings& settings,
                              const std::vector<std::string>& globs) {
  CloudsOfRun found;
  std::vector<std::string> names;
  const auto meant = [&](const std::string& name) {
    return globs.empty() || std::ranges::any_of(globs, [&](const auto& glob) { return glob_match(glob, name); });
  };
  for (const auto& [name, of_cloud] : undo) {
    names.push_back(name);
    if (!meant(name)) continue;
    const auto it = std::ranges::find(settings.clouds, name, &config::Cloud::name);
    if (it == settings.clouds.end()) {
      found.missing.push_back(name);
    } else {
      found.clouds.push_back(&*it);
    }
  }
  if (!found.clouds.empty()) return found;
  if (!found.missing.empty()) {
    return fail(Errc::invalid_input, "the run changed images of clouds that are not configured (any more): " +
                                         join(found.missing, ", ") + "; nothing was taken back");
  }
  return fail(Errc::usage, "the run changed nothing on " + join(globs, ", ") + guess(globs.front(), names) +
                               "; it changed images of: " + join(names, ", "));
}

void say_left_out(Context context, const std::vector<std::string>& missing) {
  if (missing.empty()) return;
  context.console.err << "retouch: left out: " << printable(join(missing, ", "))
                      << ": not configured (any more); what the run changed there stays\n";
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

task<Result<void>> plan_under_lock(reconcile::Passes& passes, state::Store& store, const RollbackOptions& options,
                                   const RollbackTarget& target) {
  RETOUCH_CO_CHECK(co_await check_unchanged(store, options, target));
  co_await passes.plan();
  // What had been left half-done was looked at with the plan, and is in the journal only now.
  co_return co_await check_whole(store, options, target);
}

int show_only(Context context, reconcile::Passes& passes, const RollbackOptions& options) {
  if (options.limit) passes.limit(*options.limit);
  const core::Plan plan = passes.document();
  context.console.out << (options.output == Output::json ? to_stdout(core::to_document(plan))
                                                         : plan_as_text(plan, context.console.out_style))
                      << std::flush;
  return passes.plan_exit_code(false);
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
  auto undo = core::undo(target->changes, target->rollbacks, "", context.world.clock.wall());
  if (undo.empty()) {
    context.console.err << "Nothing to take back: " << printable(target->name) << " changed nothing.\n";
    co_return reconcile::exit_ok;
  }
  const auto found = clouds_of(undo, *settings, options.clouds);
  if (!found) co_return complain(context, found.error());
  const auto& clouds = found->clouds;
  say_left_out(context, found->missing);

  reconcile::RunRequest run{.store = state->store.get(), .verb = "rollback", .undoes = target->name};
  run.undo_of_cloud = undo;
  reconcile::Passes passes(clouds, desired_of(undo, clouds), context.world, std::move(run));
  const std::set<std::string> forced(options.force.begin(), options.force.end());
  passes.set_scope([&](const reconcile::CloudPass&) { return reconcile::Scope{.forced = forced}; });
  co_await passes.open();
  if (options.dry_run) {
    co_await passes.plan();
    co_return show_only(context, passes, options);
  }
  co_await passes.lock(*locks, lock_holder(context, "rollback"), options.wait_lock);
  const auto planned = co_await plan_under_lock(passes, *state->store, options, *target);
  if (!planned) co_return complain(context, planned.error());
  const auto ends_with = [&](int code) {
    const bool stopped = stopped_by_suspension(context, passes);
    return (stopped || !found->missing.empty()) && code == reconcile::exit_ok ? int{reconcile::exit_partial} : code;
  };
  ApplyingOptions applying{
      .verb = "rollback", .ask = ask, .limit = options.limit, .output = options.output, .ends_with = ends_with};
  co_return co_await carry_out(context, passes, std::move(applying));
}

}  // namespace retouch::cli
