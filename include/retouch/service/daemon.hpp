// The daemon: an engine with its sockets, told to the service manager, ended within a deadline.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "retouch/os/activation.hpp"
#include "retouch/os/notify.hpp"
#include "retouch/os/users.hpp"
#include "retouch/service/engine.hpp"

namespace retouch::service {

struct DaemonParts {
  EngineParts engine;  // `beat`, `told` and `doing` are the daemon's
  Metrics& metrics;    // world.observer counts into it
  os::Users& users;
  const os::Notifier& manager;
  std::optional<Duration> watchdog{};          // how often the manager wants to hear of us
  std::vector<os::ActivatedSocket> sockets{};  // of socket activation
  std::string socket_path{};                   // of the control socket
  std::function<void()> give_up{};             // ends the process at once
  // SIGHUP: calls its argument each time while what it returns lives.
  std::function<std::shared_ptr<void>(std::function<void()>)> on_hangup{};
};

// How long an orderly end may take: what is in flight is brought to its end, then the process goes in any case.
inline constexpr Duration drain_limit = std::chrono::seconds(14);

// Until a stop is requested. An error: it could not begin (a listener, a secret).
task<Result<void>> run_daemon(DaemonParts parts, reconcile::World& world);

}  // namespace retouch::service
