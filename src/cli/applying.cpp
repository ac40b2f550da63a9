#include "applying.hpp"

#include <unistd.h>

#include <ostream>

#include "progress.hpp"
#include "retouch/os/paths.hpp"
#include "retouch/os/terminal.hpp"
#include "state.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

// After that the plan is made again before it is applied.
constexpr Duration prompt_patience = std::chrono::seconds(60);

task<Result<bool>> confirmed(Context context) {
  context.console.err << Paint(context.console.err_style).bold("Apply these changes?")
                      << " Only `yes` is accepted: " << std::flush;
  auto asking = os::read_line();
  RETOUCH_CO_TRY(const std::string answer, co_await async::unless_stopped(context.world.stop, std::move(asking)));
  co_return answer == "yes";
}

// Asks, and plans again when the answer took so long that the plan may be old.
task<Result<void>> agree(Context context, reconcile::Passes& passes, const ApplyingOptions& options) {
  if (!options.ask) co_return Result<void>{};
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
                 "the plan has changed while the question waited; nothing was applied; run " + options.verb + " again");
}

void show_plan(Context context, const reconcile::Passes& passes, const ApplyingOptions& options) {
  if (options.output == Output::text) {
    context.console.out << plan_as_text(passes.document(), context.console.out_style) << std::flush;
  } else if (options.ask) {
    context.console.err << plan_as_text(passes.document(), context.console.err_style) << std::flush;
  }
}

void show_results(Context context, const reconcile::Passes& passes, const ApplyingOptions& options) {
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

// What the journal says is what the process ends with: a signal that comes later finds everything done.
int final_exit_code(Context context, const reconcile::Passes& passes, const ApplyingOptions& options) {
  const int code = passes.apply_exit_code();
  const int signal = context.world.signal ? context.world.signal() : 0;
  context.world.exit_code_settled = true;
  const int ends_with = options.ends_with ? options.ends_with(code) : code;
  return signal != 0 ? 128 + signal : ends_with;
}

}  // namespace

std::string lock_holder(Context context, const std::string& verb) {
  return "retouch " + verb + ", pid " + std::to_string(::getpid()) + ", since " +
         format_rfc3339(context.world.clock.wall());
}

Result<void> check_somebody_is_there(Context context, bool ask, const std::string& instead) {
  if (!ask || context.console.interactive) return {};
  return fail(Errc::usage, "nobody can be asked: standard input or error is no terminal; use --yes" + instead);
}

Result<std::string> lock_directory(Context context, const config::Settings& settings) {
  RETOUCH_TRY(const std::string directory, state_directory(context, settings));
  return os::join_path(directory, "locks");
}

task<int> carry_out(Context context, reconcile::Passes& passes, ApplyingOptions options) {
  if (options.limit) passes.limit(*options.limit);
  show_plan(context, passes, options);
  if (passes.anything_to_send()) {
    if (const auto agreed = co_await agree(context, passes, options); !agreed)
      co_return complain(context, agreed.error());
    ProgressBar bar(context.console, context.world.clock);
    co_await passes.apply([&bar](const reconcile::Progress& progress) { bar.show(progress); });
  }
  const int exit_code = final_exit_code(context, passes, options);
  const auto recorded = co_await passes.record(exit_code);
  show_results(context, passes, options);
  if (recorded) co_return exit_code;
  const int unrecorded = complain(context, recorded.error());
  co_return exit_code == reconcile::exit_ok ? unrecorded : exit_code;
}

}  // namespace retouch::cli
