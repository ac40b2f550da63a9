// What the TCP listener serves: metrics, health, and the status page over one JSON document. Nothing is written from
// here. docs/monitoring.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/async/task.hpp"
#include "retouch/base/json.hpp"
#include "retouch/http/server.hpp"

namespace retouch::service {

// None of these may be null; they must outlive the handler.
struct WebSources {
  std::function<task<Json>()> status;    // to_document(Status)
  std::function<std::string()> metrics;  // Metrics::text()
  std::function<bool()> alive;           // the scheduler moves
  std::function<bool()> ready;           // the sources were read, and the clouds reached or reported
};

// GET and HEAD on /, its parts, /status.json, /metrics, /healthz and /readyz; 405 and 404 else. A Host header that
// names neither loopback nor an IP address is 421: a page of somebody else whose name was pointed here (DNS rebinding)
// must not read it. Behind a proxy: let it send `Host: localhost`.
http::Handler make_web_handler(WebSources sources);

// "localhost:9469", "[::1]", "192.0.2.1:80" → true; a name only when it is localhost or below
// .localhost. An IP address cannot be rebound: who asks for it has connected to it.
bool host_is_ours(std::string_view host);

}  // namespace retouch::service
