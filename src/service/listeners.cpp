#include "listeners.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/auth/secrets.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/service/control_handler.hpp"
#include "retouch/service/web.hpp"
#include "retouch/service/webhook.hpp"

namespace retouch::service {

namespace {

std::string who(const http::Peer& peer) { return fmt::format("uid {}", peer.uid); }

task<Result<Secret>> open_secret(auth::AuthValue where, std::string key, reconcile::World& world) {
  auto work = [where = std::move(where), key = std::move(key), &world] {
    std::vector<std::string> notices;
    return auth::open_secret(where, key, world.environment, world.files, notices);
  };
  co_return co_await world.blocking.run(std::move(work));
}

void listen_at(http::ListenOptions& options, const config::ListenAddress& where, const ListenerParts& parts) {
  options.address = where.address;
  options.port = where.port;
  if (const auto* given = os::find_tcp(parts.sockets, where.address, where.port)) options.inherited = given->descriptor;
}

std::string written(const config::ListenAddress& where) {
  return os::to_string({.name = "", .address = where.address, .port = where.port});
}

// A unit and a configuration that have grown apart.
void warn_of_sockets(const ListenerParts& parts, const config::Service& service, Log& log) {
  const auto* local = os::find_local(parts.sockets);
  if (local != nullptr && local->address != parts.socket_path) {
    log.warning(
        fmt::format("the control socket is {}, as the service manager opened it; verbs look for it at {}. Make "
                    "the socket unit and `service.socket` name the same place",
                    printable(local->address), printable(parts.socket_path)));
  }
  std::string ours = fmt::format("`service.listen` ({})", written(service.listen));
  if (service.webhook) ours += fmt::format(", `service.webhook.listen` ({})", written(service.webhook->listen));
  for (const os::ActivatedSocket& socket : unclaimed(parts.sockets, service)) {
    log.warning(fmt::format(
        "the service manager opened {} for us ({}), where nothing of the configuration listens: whoever connects to it "
        "waits in vain. {}",
        printable(os::to_string(socket)), socket.name.empty() ? "a socket without a name" : printable(socket.name, 64),
        socket.local ? "There is one control socket only: take this one out of the socket unit"
                     : "Make the socket unit and the configuration name the same places: " + ours));
  }
}

}  // namespace

std::vector<os::ActivatedSocket> unclaimed(std::span<const os::ActivatedSocket> sockets,
                                           const config::Service& service) {
  std::vector<const os::ActivatedSocket*> claimed{os::find_local(sockets),
                                                  os::find_tcp(sockets, service.listen.address, service.listen.port)};
  if (service.webhook) {
    claimed.push_back(os::find_tcp(sockets, service.webhook->listen.address, service.webhook->listen.port));
  }
  std::vector<os::ActivatedSocket> left;
  for (const os::ActivatedSocket& socket : sockets) {
    if (std::ranges::find(claimed, &socket) == claimed.end()) left.push_back(socket);
  }
  return left;
}

task<Result<void>> Listeners::open(ListenerParts parts, reconcile::World& world) {
  const auto executor = co_await asio::this_coro::executor;
  const config::Settings& settings = parts.engine.settings();
  warn_of_sockets(parts, settings.service, world.log);
  RETOUCH_CO_CHECK(open_control(parts, executor, world));
  RETOUCH_CO_CHECK(open_web(parts, executor, world));
  if (!settings.service.webhook) co_return Result<void>{};
  auto opening = open_secret(settings.service.webhook->secret, "service.webhook.secret", world);
  RETOUCH_CO_TRY(Secret secret, co_await std::move(opening));
  co_return open_webhook(parts, std::move(secret), executor, world);
}

Result<void> Listeners::open_control(const ListenerParts& parts, asio::any_io_executor executor,
                                     reconcile::World& world) {
  http::ListenOptions options{.unix_path = parts.socket_path};
  if (const auto* given = os::find_local(parts.sockets)) options.inherited = given->descriptor;
  http::Handler handler =
      make_control_handler({.controls = parts.engine,
                            .clock = world.clock,
                            .rules = [&rules = parts.rules]() -> const AccessRules& { return rules; },
                            .name_of = who,
                            .log = world.log});
  RETOUCH_TRY(auto server, http::listen(executor, std::move(options), world.clock, std::move(handler)));
  servers_.push_back(std::move(server));
  return {};
}

Result<void> Listeners::open_web(const ListenerParts& parts, asio::any_io_executor executor, reconcile::World& world) {
  http::ListenOptions options;
  listen_at(options, parts.engine.settings().service.listen, parts);
  http::Handler handler = make_web_handler({.status = [&engine = parts.engine] { return engine.status(); },
                                            .metrics = [&engine = parts.engine] { return engine.metrics_text(); },
                                            .alive = parts.alive,
                                            .ready = [&engine = parts.engine] { return engine.ready(); }});
  RETOUCH_TRY(auto server, http::listen(executor, std::move(options), world.clock, std::move(handler)));
  world.log.info(fmt::format("metrics and status page: http://{}:{}/", parts.engine.settings().service.listen.address,
                             server->port()));
  servers_.push_back(std::move(server));
  return {};
}

Result<void> Listeners::open_webhook(const ListenerParts& parts, Secret secret, asio::any_io_executor executor,
                                     reconcile::World& world) {
  const config::Webhook& webhook = *parts.engine.settings().service.webhook;
  RETOUCH_TRY(auto guard, WebhookGuard::make(webhook.type, std::move(secret)));
  http::ListenOptions options = webhook_listen_options(webhook.listen);
  listen_at(options, webhook.listen, parts);
  auto trigger = [&engine = parts.engine, source = webhook.source] { engine.look_at(source, core::Trigger::webhook); };
  http::Handler handler = make_webhook_handler(std::move(guard), std::move(trigger), world.clock, world.log);
  RETOUCH_TRY(auto server, http::listen(executor, std::move(options), world.clock, std::move(handler)));
  servers_.push_back(std::move(server));
  return {};
}

task<void> Listeners::close() {
  for (const auto& server : servers_) {
    auto closing = server->close();
    co_await std::move(closing);
  }
  servers_.clear();
}

}  // namespace retouch::service
