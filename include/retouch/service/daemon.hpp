// The daemon: an engine with its sockets, told to the service manager, ended within a deadline.
#pragma once

#include <string>

#include "retouch/service/engine.hpp"
#include "retouch/service/host.hpp"

namespace retouch::service {

struct DaemonParts {
  EngineParts engine;  // `beat`, `told`, `doing` and those around a reload are the daemon's
  Metrics& metrics;    // world.observer counts into it
  Host& host;
  std::string socket_path{};  // of the control socket
};

// How long an orderly end may take: what is in flight is brought to its end, then the process goes in any case.
inline constexpr Duration drain_limit = std::chrono::seconds(14);

// Until a stop is requested. An error: it could not begin (a listener, a secret).
task<Result<void>> run_daemon(DaemonParts parts, reconcile::World& world);

}  // namespace retouch::service
