// The daemon's three listeners: control socket, status page, webhook. Private to this layer.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "retouch/http/server.hpp"
#include "retouch/os/activation.hpp"
#include "retouch/service/access.hpp"
#include "retouch/service/engine.hpp"

namespace retouch::service {

struct ListenerParts {
  Engine& engine;
  const AccessRules& rules;
  std::span<const os::ActivatedSocket> sockets;
  std::string socket_path;
  std::function<bool()> alive;
};

// Of what the service manager opened for us, what `service` does not listen on: whoever connects to it would wait for
// ever, and a unit and a configuration have grown apart.
std::vector<os::ActivatedSocket> unclaimed(std::span<const os::ActivatedSocket> sockets,
                                           const config::Service& service);

class Listeners {
 public:
  // All of them or an error that names the one. `parts` refers to what outlives this.
  task<Result<void>> open(ListenerParts parts, reconcile::World& world);
  task<void> close();

 private:
  Result<void> open_control(const ListenerParts& parts, asio::any_io_executor executor, reconcile::World& world);
  Result<void> open_web(const ListenerParts& parts, asio::any_io_executor executor, reconcile::World& world);
  Result<void> open_webhook(const ListenerParts& parts, Secret secret, asio::any_io_executor executor,
                            reconcile::World& world);
  std::vector<std::unique_ptr<http::Server>> servers_;
};

}  // namespace retouch::service
