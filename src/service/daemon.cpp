#include "retouch/service/daemon.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "listeners.hpp"
#include "news.hpp"
#include "retouch/async/first_of.hpp"
#include "retouch/async/join.hpp"
#include "retouch/auth/secrets.hpp"
#include "retouch/http/proxy.hpp"
#include "retouch/os/identity.hpp"
#include "retouch/service/notifier.hpp"

namespace retouch::service {

namespace {

// Without a watchdog somebody may still ask /healthz.
constexpr Duration beat = std::chrono::seconds(5);
constexpr Duration pulse_limit = std::chrono::seconds(60);

class Daemon {
 public:
  Daemon(DaemonParts parts, reconcile::World& world)
      : parts_(with_ears(std::move(parts))), world_(world), engine_(parts_.engine, parts_.metrics, world) {}

  task<Result<void>> run() {
    RETOUCH_CO_TRY(const std::vector<os::ActivatedSocket> sockets, parts_.host.sockets);
    co_await learn_access();
    RETOUCH_CO_TRY(notifier_, co_await make_notifier());
    auto opening = listeners_.open({.engine = engine_,
                                    .rules = rules_,
                                    .sockets = sockets,
                                    .socket_path = parts_.socket_path,
                                    .alive = [this] { return world_.clock.now() - last_beat_ < pulse_limit; }},
                                   world_);
    const auto opened = co_await std::move(opening);
    if (opened) {
      const auto executor = co_await asio::this_coro::executor;
      const auto hangup =
          parts_.host.on_hangup ? parts_.host.on_hangup([this, executor] { reload_on(executor); }) : nullptr;
      co_await async::join_all({[this]() -> task<void> { return work(); }, [this]() -> task<void> { return greet(); },
                                [this]() -> task<void> { return watch_the_end(); }});
    }
    co_await reloads_.close();
    co_await listeners_.close();
    if (notifier_) co_await notifier_->close();
    co_return opened;
  }

 private:
  DaemonParts with_ears(DaemonParts parts) {
    parts.engine.beat = {.every = std::min(beat, parts.host.watchdog.value_or(beat)), .alive = [this] { pulse(); }};
    parts.engine.doing = [this](const std::string& text) { parts_.host.manager.status(text); };
    parts.engine.rest = parts.host.give_back_memory;
    parts.engine.reloading = [this] { parts_.host.manager.reloading(world_.clock.now()); };
    parts.engine.reloaded = [this](bool well) { return reloaded(well); };
    parts.engine.told = [this](const PassOutcome& outcome) {
      if (notifier_) notifier_->offer(notice_of(outcome, world_.user, world_.clock.wall()));
    };
    return parts;
  }

  void pulse() {
    last_beat_ = world_.clock.now();
    if (parts_.host.watchdog) parts_.host.manager.watchdog();
  }

  task<void> work() {
    // Whatever comes out of it: who waits for the end must not wait for the deadline.
    struct Ended {
      Daemon& daemon;
      ~Ended() {
        daemon.ended_ = true;
        daemon.finished_.notify_all();
      }
    } ended{*this};
    co_await engine_.run();
  }

  task<void> greet() {
    co_await engine_.until_ready();
    if (world_.stop.requested()) co_return;
    parts_.host.manager.ready("running");
    world_.log.info("ready");
  }

  // What is in flight has until then; whoever sends us the signal waits no longer either.
  task<void> watch_the_end() {
    co_await world_.stop.wait();
    world_.log.info("stopping: what is in flight is brought to its end");
    parts_.host.manager.stopping("waiting for what is in flight");
    parts_.host.manager.extend_timeout(drain_limit + std::chrono::seconds(1));
    auto patience = world_.clock.sleep_for(drain_limit);
    auto finished = all_ended();
    co_await async::first_of(std::move(patience), std::move(finished));
    if (ended_ || !parts_.host.give_up) co_return;
    world_.log.error(
        "the passes under way did not end in time; what is open in the journal is settled by the next run");
    parts_.host.give_up();
  }

  task<void> all_ended() {
    while (!ended_) co_await finished_.wait();
  }

  void reload_on(asio::any_io_executor executor) {
    reloads_.spawn(executor, [this] { return reload(); });
  }

  // What comes of it stands in the status.
  task<void> reload() { co_await engine_.reload(); }

  // The manager is told when it begins and, whatever came of it, when it is over.
  task<void> reloaded(bool well) {
    co_await learn_access();
    if (well) co_await remake_notifier();
    parts_.host.manager.ready(well ? "running" : "running with the old configuration: the new one is wrong");
  }

  task<void> learn_access() {
    const config::Service& service = engine_.settings().service;
    auto notices = std::make_shared<std::vector<std::string>>();
    auto work = [readers = service.readers, operators = service.operators, &users = *parts_.host.users, notices] {
      return resolve_access(readers, operators, os::own_user(), users, *notices);
    };
    rules_ = co_await world_.blocking.run(std::move(work));
    for (const std::string& notice : *notices) world_.log.warning(notice);
    tell_of_strangers();
  }

  // PrivateUsers= of systemd makes all other users one: whoever is named would be refused without a reason.
  void tell_of_strangers() const {
    const auto unseen = [](const std::set<std::uint32_t>& users, const std::set<std::uint32_t>& groups) {
      return std::ranges::any_of(users, [](std::uint32_t id) { return !os::sees_user(id); }) ||
             std::ranges::any_of(groups, [](std::uint32_t id) { return !os::sees_group(id); });
    };
    if (!unseen(rules_.reader_users, rules_.reader_groups) && !unseen(rules_.operator_users, rules_.operator_groups))
      return;
    world_.log.error(
        "service.readers and service.operators name users that this process cannot tell apart (PrivateUsers= of its "
        "unit): they are refused on the control socket until the drop-in peers.conf is used (docs/installing.md)");
  }

  task<Result<NotificationTarget>> target_of(const config::Notification& configured) {
    NotificationTarget target;
    RETOUCH_CO_TRY(target.url, http::parse_url(configured.url));
    if (!configured.secret) co_return target;
    auto notices = std::make_shared<std::vector<std::string>>();
    auto work = [secret = *configured.secret, this, notices] {
      return auth::open_secret(secret, "notifications.webhook.secret", world_.environment, world_.files, *notices);
    };
    RETOUCH_CO_TRY(target.secret, co_await world_.blocking.run(std::move(work)));
    for (const std::string& notice : *notices) world_.log.warning(notice);
    co_return target;
  }

  // Null: nobody is to be told.
  task<Result<std::unique_ptr<Notifier>>> make_notifier() {
    const auto settings = engine_.shared_settings();
    std::vector<NotificationTarget> targets;
    for (const config::Notification& configured : settings->notifications) {
      RETOUCH_CO_TRY(NotificationTarget target, co_await target_of(configured));
      targets.push_back(std::move(target));
    }
    if (targets.empty()) co_return nullptr;
    const auto variable = [&](const char* upper, const char* lower) {
      return world_.environment.get(upper).value_or(world_.environment.get(lower).value_or(""));
    };
    http::ClientOptions options{.user_agent = world_.user_agent};
    options.tls.system_ca_file = variable("SSL_CERT_FILE", "SSL_CERT_FILE");
    RETOUCH_CO_TRY(options.proxy, http::parse_proxy_settings(variable("HTTPS_PROXY", "https_proxy"),
                                                             variable("NO_PROXY", "no_proxy")));
    const auto executor = co_await asio::this_coro::executor;
    RETOUCH_CO_TRY(auto transport, world_.make_transport(std::move(options)));
    co_return std::make_unique<Notifier>(executor, std::move(targets), std::move(transport), filter_, world_.clock,
                                         world_.random, world_.log);
  }

  // The old one goes on until the new one is there; what it still has to tell is told.
  task<void> remake_notifier() {
    auto made = co_await make_notifier();
    if (!made) {
      world_.log.error("others are told as before the reload: " + describe(made.error()));
      co_return;
    }
    if (const auto old = std::exchange(notifier_, std::move(*made))) co_await old->close();
  }

  DaemonParts parts_;
  reconcile::World& world_;
  AccessRules rules_{};
  std::shared_ptr<NewsFilter> filter_ = std::make_shared<NewsFilter>();
  std::unique_ptr<Notifier> notifier_;
  Mono last_beat_{};
  bool ended_ = false;
  async::Condition finished_;
  async::Gate reloads_;
  Engine engine_;
  Listeners listeners_;
};

}  // namespace

task<Result<void>> run_daemon(DaemonParts parts, reconcile::World& world) {
  Daemon daemon(std::move(parts), world);
  co_return co_await daemon.run();
}

}  // namespace retouch::service
