// `run`: the daemon, or with --once one pass over every cloud.
#include <algorithm>
#include <ostream>
#include <set>
#include <sstream>

#include "applying.hpp"
#include "daemon_socket.hpp"
#include "retouch/service/daemon.hpp"
#include "run.hpp"
#include "state.hpp"
#include "verbs.hpp"
#include "version.hpp"

namespace retouch::cli {

namespace {

// A configuration for `run`: complete, and with a mode for each cloud. What is wrong with it is printed.
task<std::optional<config::Settings>> settings_for_run(Context context) {
  auto settings = co_await load_settings(context);
  if (!settings) co_return std::nullopt;
  const Diagnostics lacking = config::check_for_run(*settings);
  print(context, lacking);
  if (lacking.has_errors()) co_return std::nullopt;
  co_return settings;
}

// The same for a reload: what is wrong is the error, because nobody looks at stderr then.
task<Result<config::Settings>> settings_again(Context context) {
  std::ostringstream complaints;
  Console quiet{.out = context.console.out, .err = complaints};
  const Context aside{context.global, context.world, quiet};
  auto settings = co_await settings_for_run(aside);
  if (settings) co_return std::move(*settings);
  std::string text = complaints.str();
  std::ranges::replace(text, '\n', ';');
  while (!text.empty() && (text.back() == ';' || text.back() == ' ')) text.pop_back();
  co_return fail(Errc::invalid_input, text);
}

task<Result<Pieces>> gather(Context context, config::Settings settings) {
  Pieces pieces{.settings = std::move(settings)};
  RETOUCH_CO_TRY(pieces.lock_directory, lock_directory(context, pieces.settings));
  RETOUCH_CO_TRY(pieces.state, co_await open_state(context, pieces.settings, state::Open::write));
  co_return pieces;
}

// Notices of sessions come with every pass; one of each is enough.
void log_notices_once(Context context) {
  auto seen = std::make_shared<std::set<std::string>>();
  context.world.notice = [seen, log = context.world.log](const std::string& line) {
    if (seen->insert(line).second) log.warning(line);
  };
}

task<int> serve(Context context, Pieces pieces, bool dry_run, service::Metrics& metrics) {
  if (context.host == nullptr) co_return complain(context, {.message = "this program was put together without a host"});
  const auto path = control_socket(context, pieces.settings);
  if (!path) co_return complain(context, path.error());
  std::string directory;
  if (pieces.state.configured) {
    const auto known = state_directory(context, pieces.settings);
    if (!known) co_return complain(context, known.error());
    directory = *known;
  }
  service::EngineParts engine{.settings = std::make_shared<const config::Settings>(std::move(pieces.settings)),
                              .load_settings = [context] { return settings_again(context); },
                              .store = pieces.state.store.get(),
                              .state_directory = directory,
                              .lock_directory = pieces.lock_directory,
                              .lock_holder = lock_holder(context, "run"),
                              .version = program_version,
                              .pid = context.host->pid,
                              .dry_run = dry_run};
  auto running = service::run_daemon(
      {.engine = std::move(engine), .metrics = metrics, .host = *context.host, .socket_path = *path}, context.world);
  const auto ended = co_await std::move(running);
  co_return ended ? int{reconcile::exit_ok} : complain(context, ended.error());
}

}  // namespace

task<int> run(Context context, RunOptions options) {
  context.world.working_directory.clear();  // what lies around where it was started is not for it
  auto settings = co_await settings_for_run(context);
  if (!settings) co_return reconcile::exit_invalid;
  auto gathering = gather(context, std::move(*settings));
  auto pieces = co_await std::move(gathering);
  if (!pieces) co_return complain(context, pieces.error());
  log_notices_once(context);
  service::Metrics metrics(program_version);
  context.world.observer = [&metrics](const std::string& cloud) { return &metrics.observer(cloud); };
  if (options.once) co_return co_await run_once(context, std::move(*pieces), std::move(options), metrics);
  co_return co_await serve(context, std::move(*pieces), options.dry_run, metrics);
}

}  // namespace retouch::cli
