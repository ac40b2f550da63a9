// The control socket's HTTP: GET /v1/status, POST /v1/{reconcile,suspend,resume,reload} with JSON bodies. Its documents
// and who may ask what: docs/service.md.
#pragma once

#include <functional>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"
#include "retouch/http/server.hpp"
#include "retouch/service/access.hpp"
#include "retouch/service/controls.hpp"

namespace retouch::service {

// `rules` is asked at each request (a reload may change them); `name_of` says who a peer is, for suspensions and logs.
// All of them, and `controls`, outlive the handler.
struct ControlDesk {
  Controls& controls;
  async::Clock& clock;
  std::function<const AccessRules&()> rules;
  std::function<std::string(const http::Peer&)> name_of;
  Log log{};
};
http::Handler make_control_handler(ControlDesk desk);

// {"error": {"code", "message"}, "exit_code"}: what the other side shows and ends with.
Json error_document(const Error& error);

}  // namespace retouch::service
