// What is asked of the engine over the control socket.
#include <algorithm>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/service/engine.hpp"

namespace retouch::service {

namespace {

Json done(Json document = Json::object(), int exit_code = reconcile::exit_ok) {
  document["format_version"] = "1.0";
  document["exit_code"] = exit_code;
  return document;
}

std::unexpected<Error> no_memory() {
  return fail(Errc::usage,
              "the configuration says `state: none`, so nothing can be suspended (`suspend: true` in an entry needs no "
              "memory)");
}

// What a reload does not renew, because only a restart can.
std::vector<std::string> not_refreshed(const config::Settings& now, const config::Settings& before) {
  std::vector<std::string> list;
  const auto differs = [&](bool different, const char* what) {
    if (different) list.emplace_back(what);
  };
  differs(now.service.listen != before.service.listen, "service.listen");
  differs(now.service.socket != before.service.socket, "service.socket");
  const auto webhook = [](const config::Settings& settings) {
    return settings.service.webhook ? settings.service.webhook->listen : config::ListenAddress{};
  };
  differs(webhook(now) != webhook(before), "service.webhook.listen");
  const auto hook = [](const config::Settings& settings) {
    const auto& one = settings.service.webhook;
    return one ? std::pair(one->type, one->source) : std::pair(config::Webhook::Type::github, std::string());
  };
  differs(hook(now) != hook(before), "service.webhook.type and source");
  differs(now.service.webhook.has_value(), "service.webhook.secret");
  differs(now.state_path != before.state_path, "state");
  for (const config::Cloud& cloud : now.clouds) {
    for (const auto& [key, value] : cloud.auth.values) {
      if (value.from == auth::AuthValue::From::credential)
        list.push_back("credential " + value.text + " of " + cloud.name + " (systemd reads it at a start)");
      if (value.from == auth::AuthValue::From::env)
        list.push_back("environment variable " + value.text + " of " + cloud.name);
    }
  }
  return list;
}

// The cloud is gone, or the daemon ends.
Json did_not_end(const std::string& cloud) {
  return {{"cloud", cloud}, {"result", nullptr}, {"exit_code", int{reconcile::exit_later}}, {"changed", 0}};
}

}  // namespace

Result<std::string> Engine::cloud_of_fingerprint(const std::string& fingerprint) const {
  for (const auto& [name, state] : clouds_) {
    if (state.status.fingerprint == fingerprint) return name;
    for (const core::GuardRefusal& refusal : state.status.refusals) {
      if (refusal.fingerprint == fingerprint) return name;
    }
  }
  return fail(Errc::stale_plan, "no cloud has a plan " + printable(fingerprint, 80) +
                                    " any more; look at the ones that wait: retouch status");
}

Result<std::vector<std::string>> Engine::clouds_of(const ReconcileAsk& ask) {
  std::vector<std::string> names;
  for (const auto& [name, state] : clouds_) names.push_back(name);
  if (!ask.cloud.empty()) {
    if (!clouds_.contains(ask.cloud)) {
      const std::string hint = did_you_mean(ask.cloud, names);
      return fail(Errc::usage, "no cloud `" + printable(ask.cloud, 80) + "` is configured" +
                                   (hint.empty() ? "" : "; " + hint) + "; there are: " + join(names, ", "));
    }
    names = {ask.cloud};
  }
  if (ask.accept.empty()) return names;
  RETOUCH_TRY(const std::string cloud, cloud_of_fingerprint(ask.accept));
  if (!ask.cloud.empty() && cloud != ask.cloud)
    return fail(Errc::usage, "that plan is of " + cloud + ", not of " + printable(ask.cloud, 80));
  if (clouds_.at(cloud).status.mode == "report")
    return fail(Errc::usage, cloud + " is in `mode: report`: nothing is ever sent there, whatever is accepted");
  return std::vector<std::string>{cloud};
}

task<Result<Json>> Engine::reconcile(ReconcileAsk ask) {
  RETOUCH_CO_TRY(const std::vector<std::string> names, clouds_of(ask));
  for (const std::string& name : names) {
    const auto& waiting = clouds_.at(name).ask;
    if (waiting && (waiting->revision != ask.revision || waiting->accept != ask.accept))
      co_return fail(Errc::usage, "another request for " + name + " waits for its turn; try again in a moment");
  }
  std::map<std::string, Scheduler::Ticket> tickets;  // before any of them is waited for
  for (const std::string& name : names) {
    CloudState& state = clouds_.at(name);
    state.ask = ask;
    state.last.reset();
    tickets.emplace(name, scheduler_.next_ticket(name));
    scheduler_.trigger(name, core::Trigger::command);
  }
  Json clouds = Json::array();
  std::vector<reconcile::CloudCode> codes;
  for (const std::string& name : names) {
    if (!ask.wait) {
      clouds.push_back({{"cloud", name}, {"triggered", true}});
      continue;
    }
    auto waiting = scheduler_.pass_ended(name, tickets.at(name));
    co_await std::move(waiting);
    const auto it = clouds_.find(name);
    clouds.push_back(it != clouds_.end() && it->second.last ? *it->second.last : did_not_end(name));
    codes.push_back({clouds.back().at("exit_code").get<reconcile::ExitCode>(), clouds.back().at("changed") != 0});
  }
  co_return done({{"clouds", std::move(clouds)}}, reconcile::combine(codes));
}

task<Result<Json>> Engine::suspend(state::Suspended what) {
  if (parts_.store == nullptr) co_return no_memory();
  const bool is_cloud = what.what == state::Suspended::What::cloud;
  if (is_cloud && !clouds_.contains(what.name)) {
    RETOUCH_CO_CHECK(clouds_of({.cloud = what.name}));
  }
  const std::string called = (is_cloud ? "cloud " : "entry ") + what.name;
  log_.warning("suspended by " + what.suspension.by + ": " + called);
  RETOUCH_CO_CHECK(co_await parts_.store->suspend(std::move(what)));
  co_await refresh_stops();
  co_return done({{"suspended", called}});
}

task<Result<Json>> Engine::resume(ReleaseAsk what) {
  if (parts_.store == nullptr) co_return no_memory();
  const std::string called = (what.what == state::Suspended::What::cloud ? "cloud " : "entry ") + what.name;
  RETOUCH_CO_TRY(const bool was, co_await parts_.store->resume(what.what, what.name));
  if (!was) co_return fail(Errc::usage, called + " is not suspended");
  log_.warning("resumed: " + called);
  co_await refresh_stops();
  for (const auto& [name, state] : clouds_) {
    if (what.what == state::Suspended::What::entry || name == what.name)
      scheduler_.trigger(name, core::Trigger::command);
  }
  co_return done({{"resumed", called}});
}

task<Result<Json>> Engine::reload() {
  const auto permit = co_await reload_turn_.acquire();
  if (parts_.reloading) parts_.reloading();
  auto reading = read_again();
  const auto read = co_await std::move(reading);
  if (parts_.reloaded) {
    auto after = parts_.reloaded(read.has_value());
    co_await std::move(after);
  }
  if (!read) co_return fail(read.error());
  co_return done({{"successful", true}, {"not_refreshed", reload_.not_refreshed}});
}

task<Result<void>> Engine::read_again() {
  auto loading = parts_.load_settings();
  auto loaded = co_await std::move(loading);
  reload_.at = world_.clock.wall();
  if (!loaded) {
    reload_.successful = false;
    reload_.error = describe(loaded.error());
    log_.error("the configuration cannot be used; the old one stays in force: " + reload_.error);
    co_return fail(loaded.error());
  }
  parts_.settings = std::make_shared<const config::Settings>(std::move(*loaded));
  reload_ = {.at = reload_.at, .not_refreshed = not_refreshed(*parts_.settings, *at_start_)};
  accounts_.renew();
  looked_ = false;  // no pass mixes the new clouds with manifests that were resolved for the old ones
  adopt(*parts_.settings);
  for (const config::Cloud& cloud : parts_.settings->clouds)
    scheduler_.set(cloud.name, {.interval = cloud.policy.interval}, {});
  log_.info("the configuration was read again");
  co_await look({}, core::Trigger::reload);
  looked_ = true;
  progress_.notify_all();
  for (const auto& [name, state] : clouds_) scheduler_.trigger(name, core::Trigger::reload);
  co_return Result<void>{};
}

}  // namespace retouch::service
