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

std::vector<std::string> ids_of(const std::vector<core::RunRecord>& runs, std::size_t most) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < runs.size() && i < most; ++i) ids.push_back(runs[i].id);
  return ids;
}

// The run that is called so, or that alone begins so.
task<Result<core::RunRecord>> run_called(state::Store& store, const std::string& word) {
  constexpr std::size_t shown = 5;
  RETOUCH_CO_TRY(auto found, co_await store.runs({.id_prefix = word}));
  const auto exactly = std::ranges::find(found, word, &core::RunRecord::id);
  if (exactly != found.end()) co_return *std::move(exactly);
  if (found.size() == 1) co_return std::move(found.front());
  if (found.empty()) {
    RETOUCH_CO_TRY(const auto all, co_await store.runs({}));
    const std::string guess = did_you_mean(word, ids_of(all, all.size()));
    co_return fail(Errc::usage, "there is no run " + word + (guess.empty() ? "" : "; " + guess) +
                                    "; `retouch history --all` lists them");
  }
  std::string list = join(ids_of(found, shown), ", ");
  if (found.size() > shown) list += " and " + std::to_string(found.size() - shown) + " more";
  co_return fail(Errc::usage, std::to_string(found.size()) + " runs begin with " + word + ": " + list);
}

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
