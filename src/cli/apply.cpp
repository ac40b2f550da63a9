#include "applying.hpp"
#include "plan_file.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

Result<std::optional<core::PlanFile>> read_plan(Context context, const ApplyOptions& options) {
  if (options.plan_file.empty()) return std::nullopt;
  RETOUCH_TRY(const std::string text, context.world.files.read(options.plan_file, 256u << 20));
  return core::read_plan_file(text, options.plan_file);
}

bool asks(const ApplyOptions& options) { return !options.yes && options.plan_file.empty(); }

Result<void> check_usage(Context context, const ApplyOptions& options) {
  if (options.skip_stale && options.plan_file.empty()) {
    return fail(Errc::usage, "--skip-stale goes with a plan file: retouch apply --skip-stale PLANFILE");
  }
  const ScopeOptions& scope = options.scope;
  const bool narrowed =
      !scope.clouds.empty() || !scope.entries.empty() || !scope.labels.empty() || !scope.where.empty();
  if (narrowed && !options.plan_file.empty()) {
    return fail(Errc::usage,
                "a plan file says itself which clouds, entries and images it is about; leave out --cloud, --entry, "
                "-l and --where");
  }
  return check_somebody_is_there(context, asks(options),
                                 ", or a reviewed plan file (retouch plan --out FILE; retouch apply FILE)");
}

// What was reviewed is what is done: values are never taken from the file, only compared.
Result<void> compare(reconcile::Passes& passes, const core::PlanFile& reviewed, const ApplyOptions& options) {
  const core::Plan plan = passes.document();
  if (core::fingerprint(plan) == reviewed.fingerprint) return {};
  if (options.skip_stale) {
    passes.keep_only(reviewed);
    return {};
  }
  const std::string moved = core::what_moved(reviewed, plan);
  return fail(Errc::stale_plan,
              options.plan_file + " is stale: since it was made " +
                  (moved.empty() ? "the clouds have become others" : "manifests or images have moved: " + moved) +
                  "; review a new one (retouch plan --out FILE), or leave out what moved with --skip-stale");
}

}  // namespace

task<int> apply(Context context, ApplyOptions options) {
  if (const auto usage = check_usage(context, options); !usage) co_return complain(context, usage.error());
  const auto reviewed = read_plan(context, options);
  if (!reviewed) co_return complain(context, reviewed.error());
  if (*reviewed) options.scope = scope_of(**reviewed);
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto clouds = select_clouds(*settings, options.scope.clouds);
  if (!clouds) co_return complain(context, clouds.error());
  const auto locks = lock_directory(context, *settings);
  if (!locks) co_return complain(context, locks.error());
  int exit_code = 0;
  auto desired = co_await load_manifests(context, *settings, {context.global.manifests, options.keep_going}, exit_code);
  if (!desired) co_return exit_code;
  const bool left_out = desired->diagnostics.has_errors();
  // What a reviewed plan was about and what is no more, is for compare() to say: the plan is stale.
  if (!*reviewed) {
    if (const auto known = check_scope(options.scope, *desired); !known) co_return complain(context, known.error());
  }

  const auto state = co_await open_state(context, *settings, state::Open::write);
  if (!state) co_return complain(context, state.error());
  reconcile::RunRequest run{.store = state->store.get(), .remembers = state->configured};
  reconcile::Passes passes(*clouds, std::move(*desired), context.world, std::move(run));
  const std::set<std::string> forced(options.force.begin(), options.force.end());
  passes.set_scope([&](const reconcile::CloudPass& pass) {
    reconcile::Scope scope = make_scope(options.scope, pass.table, forced);
    scope.entries_missing = left_out;
    return scope;
  });
  co_await passes.open();
  co_await passes.lock(*locks, lock_holder(context, "apply"), options.wait_lock);
  co_await passes.plan();
  if (*reviewed && !options.skip_stale && passes.any_failed()) {
    // Without every cloud nothing can be compared; this is no stale plan.
    for (const reconcile::CloudPass& pass : passes.clouds()) {
      if (pass.error) complain(context, *pass.error);
    }
    co_return passes.plan_exit_code(false);
  }
  if (*reviewed) {
    if (const auto same = compare(passes, **reviewed, options); !same) co_return complain(context, same.error());
  }
  if (!*reviewed) {
    if (const auto met = check_where(options.scope, passes.clouds()); !met) co_return complain(context, met.error());
  }
  const auto ends_with = [left_out](int code) { return left_out ? int{reconcile::exit_invalid} : code; };
  ApplyingOptions applying{
      .ask = asks(options), .limit = options.limit, .output = options.output, .ends_with = ends_with};
  exit_code = co_await carry_out(context, passes, std::move(applying));
  co_return context.world.exit_code_settled ? exit_code : ends_with(exit_code);
}

}  // namespace retouch::cli
