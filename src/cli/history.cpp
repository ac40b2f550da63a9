#include <algorithm>
#include <ostream>

#include "names.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/cli/render_memory.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

constexpr std::int64_t shown_runs = 20;

// Nothing was found: is it that there is no such cloud or entry? What the journal knows need not be configured any
// more.
task<Result<void>> check_names(Context context, const config::Settings& settings, state::Store& store,
                               const HistoryOptions& options) {
  if (!options.cloud.empty()) {
    RETOUCH_CO_TRY(const auto runs, co_await store.runs({.cloud = options.cloud, .newest = 1}));
    if (runs.empty()) RETOUCH_CO_CHECK(check_cloud(settings, options.cloud));
  }
  if (!options.entry.empty()) {
    RETOUCH_CO_TRY(const auto runs, co_await store.runs({.entry = options.entry, .newest = 1}));
    if (runs.empty()) RETOUCH_CO_CHECK(co_await check_entry(context, settings, options.entry));
  }
  co_return Result<void>{};
}

task<Result<std::string>> one_run(Context context, const config::Settings& settings, state::Store& store,
                                  const HistoryOptions& options) {
  RETOUCH_CO_TRY(const core::RunRecord run, co_await run_called(store, options.run));
  state::ChangeFilter filter{.run = run.id, .cloud = options.cloud, .entry = options.entry, .cause = options.cause};
  RETOUCH_CO_TRY(const auto changes, co_await store.changes(std::move(filter)));
  if (changes.empty()) RETOUCH_CO_CHECK(co_await check_names(context, settings, store, options));
  co_return options.output == Output::json ? to_stdout(run_as_json(run, changes))
                                           : run_as_text(run, changes, context.console.out_style);
}

task<Result<std::string>> all_runs(Context context, const config::Settings& settings, state::Store& store,
                                   const HistoryOptions& options) {
  state::RunFilter filter{.cloud = options.cloud, .entry = options.entry, .cause = options.cause};
  if (options.since) filter.since = back(*options.since, context.world.clock.wall());
  if (!options.all) filter.newest = shown_runs + 1;
  RETOUCH_CO_TRY(auto runs, co_await store.runs(std::move(filter)));
  if (runs.empty()) RETOUCH_CO_CHECK(co_await check_names(context, settings, store, options));
  const bool more = !options.all && std::ssize(runs) > shown_runs;
  if (more) runs.resize(shown_runs);
  co_return options.output == Output::json ? to_stdout(runs_as_json(runs, more))
                                           : runs_as_text(runs, more, context.console.out_style);
}

}  // namespace

task<int> history(Context context, HistoryOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto state = co_await open_state(context, *settings, state::Open::read);
  if (!state) co_return complain(context, state.error());
  if (!state->configured) co_return complain(context, without_state("no run is remembered"));
  if (!state->store) {
    if (!options.run.empty()) {
      co_return complain(context, {.code = Errc::usage, .message = "there is no run yet: nothing was applied"});
    }
    context.console.out << (options.output == Output::json ? to_stdout(runs_as_json({}, false))
                                                           : "Nothing was applied yet.\n");
    co_return reconcile::exit_ok;
  }
  const auto shown = options.run.empty() ? co_await all_runs(context, *settings, *state->store, options)
                                         : co_await one_run(context, *settings, *state->store, options);
  if (!shown) co_return complain(context, shown.error());
  context.console.out << *shown << std::flush;
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
