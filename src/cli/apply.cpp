#include <unistd.h>

#include <ostream>

#include "plan_file.hpp"
#include "progress.hpp"
#include "retouch/os/paths.hpp"
#include "retouch/os/terminal.hpp"
#include "state.hpp"
#include "style.hpp"
#include "verbs.hpp"

namespace retouch::cli {

namespace {

constexpr Duration prompt_patience =
    std::chrono::seconds(60);  // after that the plan is made again before it is applied

Result<std::string> lock_directory(Context context, const config::Settings& settings) {
  RETOUCH_TRY(const std::string directory, state_directory(context, settings));
  return os::join_path(directory, "locks");
}

Result<std::optional<core::PlanFile>> read_plan(Context context, const ApplyOptions& options) {
  if (options.plan_file.empty()) return std::nullopt;
  RETOUCH_TRY(const std::string text, context.world.files.read(options.plan_file, 256u << 20));
  return core::read_plan_file(text, options.plan_file);
}

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
  if (!options.yes && options.plan_file.empty() && !context.console.interactive) {
    return fail(Errc::usage,
                "nobody can be asked: standard input or error is no terminal; use --yes, or a reviewed plan file "
                "(retouch plan --out FILE; retouch apply FILE)");
  }
  return {};
}

std::string holder(Context context) {
  return "retouch apply, pid " + std::to_string(::getpid()) + ", since " + format_rfc3339(context.world.clock.wall());
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

task<Result<bool>> confirmed(Context context) {
  context.console.err << Paint(context.console.err_style).bold("Apply these changes?")
                      << " Only `yes` is accepted: " << std::flush;
  auto asking = os::read_line();
  RETOUCH_CO_TRY(const std::string answer, co_await async::unless_stopped(context.world.stop, std::move(asking)));
  co_return answer == "yes";
}

// Asks, and plans again when the answer took so long that the plan may be old.
task<Result<void>> agree(Context context, reconcile::Passes& passes, const ApplyOptions& options) {
  if (options.yes || !options.plan_file.empty()) co_return Result<void>{};
  const std::string shown = core::fingerprint(passes.document());
  const Mono asked = context.world.clock.now();
  RETOUCH_CO_TRY(const bool yes, co_await confirmed(context));
  if (!yes) co_return fail(Errc::usage, "nothing was applied: the answer was not `yes`");
  if (context.world.clock.now() - asked <= prompt_patience) co_return Result<void>{};
  context.console.err << "The question waited for more than a minute; planning again.\n";
  co_await passes.plan();
  if (options.limit) passes.limit(*options.limit);
  if (core::fingerprint(passes.document()) == shown) co_return Result<void>{};
  co_return fail(Errc::stale_plan,
                 "the plan has changed while the question waited; nothing was applied; run apply again");
}

void show_results(Context context, const reconcile::Passes& passes, const ApplyOptions& options) {
  const core::Plan plan = passes.document();
  std::vector<CloudResult> results;
  for (std::size_t i = 0; i < plan.clouds.size(); ++i) {
    const auto& report = passes.clouds()[i].report;
    results.push_back({&plan.clouds[i], report ? &*report : nullptr});
  }
  if (options.output == Output::json) {
    context.console.out << to_stdout(results_as_json(plan, results)) << std::flush;
  } else {
    context.console.out << results_as_text(results, context.console.out_style) << std::flush;
  }
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

  reconcile::Passes passes(*clouds, std::move(*desired), context.world);
  const std::set<std::string> forced(options.force.begin(), options.force.end());
  passes.set_scope([&](const reconcile::CloudPass& pass) {
    reconcile::Scope scope = make_scope(options.scope, pass.table, forced);
    scope.entries_missing = left_out;
    return scope;
  });
  co_await passes.open();
  co_await passes.lock(*locks, holder(context), options.wait_lock);
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
  if (options.limit) passes.limit(*options.limit);
  const bool will_ask = !options.yes && options.plan_file.empty();
  if (options.output == Output::text) {
    context.console.out << plan_as_text(passes.document(), context.console.out_style) << std::flush;
  } else if (will_ask) {
    context.console.err << plan_as_text(passes.document(), context.console.err_style) << std::flush;
  }
  if (passes.anything_to_send()) {
    if (const auto agreed = co_await agree(context, passes, options); !agreed)
      co_return complain(context, agreed.error());
    ProgressBar bar(context.console, context.world.clock);
    co_await passes.apply([&bar](const reconcile::Progress& progress) { bar.show(progress); });
  }
  show_results(context, passes, options);
  co_return left_out ? int{reconcile::exit_invalid} : int{passes.apply_exit_code()};
}

}  // namespace retouch::cli
