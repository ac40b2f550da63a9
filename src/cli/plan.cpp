#include <algorithm>
#include <ostream>

#include "plan_file.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "state.hpp"
#include "verbs.hpp"

namespace retouch::cli {

namespace {

// What --since names: a directory, a commit of the one Git source, or NAME=COMMIT of one of several.
Result<reconcile::ManifestChoice> choice_of_since(Context context, const config::Settings& settings,
                                                  const std::string& since) {
  const auto info = context.world.files.info(since);
  if (info && *info && (*info)->directory) return reconcile::ManifestChoice{.paths = {since}, .keep_going = true};
  const auto named = reconcile::git_revision(settings, since);
  if (!named) return fail(Errc::usage, "--since " + since + " is no directory; " + named.error().message);
  return reconcile::ManifestChoice{.keep_going = true, .revision_of = named->first, .revision = named->second};
}

// The entries that --since leaves, by cloud; nullopt = all.
task<Result<std::optional<std::map<std::string, std::set<std::string>>>>> since(Context context,
                                                                                const config::Settings& settings,
                                                                                const PlanOptions& options,
                                                                                const reconcile::DesiredState& now) {
  if (options.since.empty()) co_return std::nullopt;
  RETOUCH_CO_TRY(const auto choice, choice_of_since(context, settings, options.since));
  RETOUCH_CO_TRY(const auto then, co_await reconcile::load_desired(settings, choice, context.world));
  co_return reconcile::changed_entries(now, then);
}

std::string rendered(const core::Plan& plan, const PlanOptions& options, const Style& style) {
  switch (options.output) {
    case Output::json:
      return to_stdout(plan_file_document(plan, options.scope, {}));
    case Output::markdown:
      return plan_as_markdown(plan);
    case Output::text:
      break;
  }
  return plan_as_text(plan, style);
}

}  // namespace

task<int> plan(Context context, PlanOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto clouds = select_clouds(*settings, options.scope.clouds);
  if (!clouds) co_return complain(context, clouds.error());
  int exit_code = 0;
  auto desired = co_await load_manifests(context, *settings, {context.global.manifests, options.keep_going}, exit_code);
  if (!desired) co_return exit_code;
  if (const auto known = check_scope(options.scope, *desired); !known) co_return complain(context, known.error());
  const auto only = co_await since(context, *settings, options, *desired);
  if (!only) co_return complain(context, only.error());
  const bool left_out = desired->diagnostics.has_errors();

  const auto state = co_await open_state(context, *settings, state::Open::read);
  if (!state) co_return complain(context, state.error());
  reconcile::RunRequest run{.store = state->store.get(), .remembers = state->configured, .verb = "plan"};
  reconcile::Passes passes(*clouds, std::move(*desired), context.world, std::move(run));
  passes.set_scope([&](const reconcile::CloudPass& pass) {
    reconcile::Scope scope = make_scope(options.scope, pass.table, {});
    scope.entries_missing = left_out;
    if (*only) {
      const auto it = (*only)->find(pass.cloud->name);
      scope.entry = [inner = scope.entry, names = it == (*only)->end() ? std::set<std::string>{}
                                                                       : it->second](const core::DesiredEntry& entry) {
        return names.contains(entry.name) && (!inner || inner(entry));
      };
    }
    return scope;
  });
  co_await passes.open();
  co_await passes.plan();
  if (const auto met = check_where(options.scope, passes.clouds()); !met) co_return complain(context, met.error());

  const core::Plan result = passes.document();
  context.console.out << rendered(result, options, context.console.out_style) << std::flush;
  if (!options.out.empty()) {
    const auto written =
        context.world.files.write(options.out, to_stdout(plan_file_document(result, options.scope, {})), 0600);
    if (!written) co_return complain(context, written.error());
    context.console.err << "The plan is in " << printable(options.out) << "; apply it with: retouch apply "
                        << printable(options.out) << '\n';
  }
  if (left_out) co_return reconcile::exit_invalid;
  co_return passes.plan_exit_code(options.detailed_exitcode);
}

}  // namespace retouch::cli
