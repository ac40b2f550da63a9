// `suspend` and `resume`: what nothing is sent for, until somebody says so.
#include <algorithm>
#include <ostream>

#include "daemon_socket.hpp"
#include "names.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/cli/render_memory.hpp"
#include "state.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

using What = state::Suspended::What;

Result<void> check_usage(const SuspendOptions& options, Wall now) {
  const bool lists = options.cloud.empty() && options.entry.empty();
  if (lists && (options.until || !options.reason.empty())) {
    return slip("what is to be suspended? --until and --reason go with --cloud NAME or --entry NAME");
  }
  if (options.until && ahead(*options.until, now) <= now) {
    return slip("--until " + format_rfc3339(ahead(*options.until, now)) + " has passed; it is " + format_rfc3339(now));
  }
  return {};
}

task<Result<std::string>> list(Context context, const config::Settings& settings, Output output) {
  RETOUCH_CO_TRY(const State state, co_await open_state(context, settings, state::Open::read));
  if (!state.configured) co_return fail(without_state("nothing can be suspended or held"));
  Stopped stopped;
  if (state.store) {
    RETOUCH_CO_TRY(stopped.suspended, co_await state.store->suspended());
    RETOUCH_CO_TRY(stopped.held, co_await state.store->holds());
  }
  const Wall now = context.world.clock.wall();
  co_return output == Output::json ? to_stdout(stopped_as_json(stopped, now))
                                   : stopped_as_text(stopped, now, context.console.out_style);
}

// "cloud lab", "entry ubuntu-24.04"
std::string called(What what, const std::string& name) {
  return (what == What::cloud ? "cloud " : "entry ") + printable(name, 253);
}

// A running daemon is told, so that it acts at once; nullopt: none is there that listens to us, and the state is
// enough.
task<std::optional<Result<Json>>> tell_daemon(Context context, const config::Settings& settings, std::string verb,
                                              Json body) {
  const std::string path = where_a_daemon_may_listen(context, settings);
  if (!may_listen(context, path)) co_return std::nullopt;
  auto asking = ask_daemon(context, path, "POST", "/v1/" + verb, std::move(body), std::chrono::seconds(30));
  Asked asked = co_await std::move(asking);
  if (asked.document || asked.answered) co_return std::move(asked.document);
  co_return std::nullopt;
}

task<Result<void>> remember_stop(Context context, const config::Settings& settings, state::Suspended suspended) {
  RETOUCH_CO_TRY(const State state, co_await open_state(context, settings, state::Open::write));
  if (!state.configured) {
    co_return fail(without_state("a suspension cannot be remembered (`suspend: true` in an entry needs no memory)"));
  }
  co_return co_await state.store->suspend(std::move(suspended));
}

task<Result<std::string>> stop(Context context, const config::Settings& settings, const SuspendOptions& options) {
  const What what = options.cloud.empty() ? What::entry : What::cloud;
  const std::string name = options.cloud.empty() ? options.entry : options.cloud;
  const Wall now = context.world.clock.wall();
  state::Suspended suspended{
      .what = what, .name = name, .suspension = {.since = now, .by = context.world.user, .reason = options.reason}};
  if (options.until) suspended.suspension.until = ahead(*options.until, now);
  const std::string until =
      options.until ? "until " + format_rfc3339(*suspended.suspension.until) : "until it is resumed";
  Json body{{what == What::cloud ? "cloud" : "entry", name}, {"reason", options.reason}};
  if (options.until) body["until"] = format_rfc3339(*suspended.suspension.until);
  const auto told = co_await tell_daemon(context, settings, "suspend", std::move(body));
  if (told && !*told) co_return fail(told->error());
  if (!told) RETOUCH_CO_CHECK(co_await remember_stop(context, settings, std::move(suspended)));
  co_return "Suspended " + called(what, name) + " " + until +
      ": nothing of it is sent, and a pass that is under way stops before its next image. To end it: retouch resume "
      "--" +
      called(what, name) + "\n";
}

task<Result<std::string>> resume_stopped(state::Store& store, What what, std::string name) {
  RETOUCH_CO_TRY(const bool was, co_await store.resume(what, name));
  if (was) co_return "Resumed " + called(what, name) + ".\n";
  RETOUCH_CO_TRY(const auto suspended, co_await store.suspended());
  std::vector<std::string> names;
  for (const state::Suspended& each : suspended) {
    if (each.what == what) names.push_back(each.name);
  }
  const std::string_view elsewhere =
      what == What::entry ? " (one that says `suspend` in its manifest is resumed there)" : "";
  co_return slip(called(what, name) + " is not suspended" + std::string(elsewhere) + guess(name, names));
}

// The account in which a cloud's images are remembered: that of its last change, or of its last run that came to its
// end (one that was killed has changes only).
task<Result<std::string>> account_of(state::Store& store, std::string cloud) {
  RETOUCH_CO_TRY(const auto changes, co_await store.changes({.cloud = cloud, .newest = 1}));
  if (!changes.empty()) co_return changes.front().account;
  RETOUCH_CO_TRY(const auto runs, co_await store.runs({.cloud = cloud}));
  for (const core::RunRecord& run : runs) {
    for (const core::PassRecord& pass : run.passes) {
      if (pass.cloud == cloud && !pass.account.empty()) co_return pass.account;
    }
  }
  co_return slip("no run on a cloud `" + cloud + "` is known; leave out --cloud");
}

bool meant(const state::HeldField& held, const ResumeOptions& options, const std::string& account) {
  return held.key.image_id == options.image && (options.field.empty() || held.key.field == options.field) &&
         (account.empty() || held.account == account);
}

// All accounts that anything is known of.
task<Result<std::set<std::string>>> accounts(state::Store& store) {
  std::set<std::string> accounts;
  RETOUCH_CO_TRY(const auto runs, co_await store.runs({}));
  for (const core::RunRecord& run : runs) {
    for (const core::PassRecord& pass : run.passes) {
      if (!pass.account.empty()) accounts.insert(pass.account);
    }
  }
  RETOUCH_CO_TRY(const auto held, co_await store.holds());
  for (const state::HeldField& each : held) accounts.insert(each.account);
  co_return accounts;
}

// What the cloud accepted and did not keep is not sent again by itself; forgotten, it is.
task<Result<std::string>> release_not_kept(state::Store& store, const ResumeOptions& options,
                                           const std::string& account, Wall now) {
  std::set<std::string> all{account};
  if (account.empty()) {
    RETOUCH_CO_TRY(all, co_await accounts(store));
  }
  std::string out;
  for (const std::string& each : all) {
    RETOUCH_CO_TRY(const core::Memory memory, co_await store.recall({.account = each, .now = now}));
    const auto image = memory.images.find(options.image);
    if (image == memory.images.end()) continue;
    for (const auto& [field, remembered] : image->second.fields) {
      if (!remembered.kept_instead || (!options.field.empty() && field != options.field)) continue;
      RETOUCH_CO_CHECK(co_await store.release(each, {options.image, field}));
      out += "Released " + printable(field, 255) + " of image " + printable(options.image, 64) +
             ": it will be sent once more, although the cloud did not keep it.\n";
    }
  }
  co_return out;
}

task<Result<std::string>> release(state::Store& store, const ResumeOptions& options, Wall now) {
  std::string account;
  if (!options.cloud.empty()) {
    RETOUCH_CO_TRY(account, co_await account_of(store, options.cloud));
  }
  RETOUCH_CO_TRY(std::string out, co_await release_not_kept(store, options, account, now));
  RETOUCH_CO_TRY(const auto held, co_await store.holds());
  std::vector<std::string> images, fields;
  for (const state::HeldField& each : held) {
    if (!meant(each, options, account)) {
      images.push_back(each.key.image_id);
      if (each.key.image_id == options.image) fields.push_back(each.key.field);
      continue;
    }
    RETOUCH_CO_CHECK(co_await store.release(each.account, each.key));
    out += "Released " + printable(each.key.field, 255) + " of image " + printable(each.key.image_id, 64) +
           ": it was held by " + std::string(core::to_string(each.hold.why)) + ".\n";
  }
  if (!out.empty()) co_return out;
  if (!fields.empty()) {
    co_return slip("field " + options.field + " of image " + options.image + " is not held" +
                   guess(options.field, fields) + "; there are: " + join(fields, ", "));
  }
  co_return slip("nothing of image " + options.image + " is held" + guess(options.image, images) +
                 "; `retouch suspend` lists what is");
}

}  // namespace

task<int> suspend(Context context, SuspendOptions options) {
  if (const auto usage = check_usage(options, context.world.clock.wall()); !usage)
    co_return complain(context, usage.error());
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  Result<void> known;
  if (!options.cloud.empty()) known = check_cloud(*settings, options.cloud);
  if (!options.entry.empty()) known = co_await check_entry(context, *settings, options.entry);
  if (!known) co_return complain(context, known.error());
  const bool lists = options.cloud.empty() && options.entry.empty();
  const auto said =
      lists ? co_await list(context, *settings, options.output) : co_await stop(context, *settings, options);
  if (!said) co_return complain(context, said.error());
  context.console.out << *said << std::flush;
  co_return reconcile::exit_ok;
}

task<int> resume(Context context, ResumeOptions options) {
  if (options.cloud.empty() && options.entry.empty() && options.image.empty()) {
    co_return complain(context, {.code = Errc::usage,
                                 .message = "what is to be resumed? --cloud NAME, --entry NAME or --image ID; `retouch "
                                            "suspend` lists what is suspended and held"});
  }
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const What what = options.cloud.empty() ? What::entry : What::cloud;
  if (options.image.empty()) {
    const std::string name = options.cloud.empty() ? options.entry : options.cloud;
    Json body{{what == What::cloud ? "cloud" : "entry", name}};
    const auto told = co_await tell_daemon(context, *settings, "resume", std::move(body));
    if (told && !*told) co_return complain(context, told->error());
    if (told) {
      context.console.out << "Resumed " + called(what, name) + ".\n" << std::flush;
      co_return reconcile::exit_ok;
    }
  }
  const auto state = co_await open_state(context, *settings, state::Open::write);
  if (!state) co_return complain(context, state.error());
  if (!state->configured) co_return complain(context, without_state("nothing is suspended or held"));
  const auto said =
      options.image.empty()
          ? co_await resume_stopped(*state->store, what, options.cloud.empty() ? options.entry : options.cloud)
          : co_await release(*state->store, options, context.world.clock.wall());
  if (!said) co_return complain(context, said.error());
  context.console.out << *said << std::flush;
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
