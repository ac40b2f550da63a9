// Asking a daemon of this machine over its unix socket.
#pragma once

#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

// A URL for such a request: only its target is sent, `Host: localhost` stands for the rest. `target` begins with "/".
Url socket_url(std::string_view target);

// One request on a connection of its own. `request.timeout` is for all of it, from connecting to the last byte of the
// answer. Any complete answer is a Response, whatever its status. Errors name the path and what to do:
// - not_found: no such file;  untrusted: it is no socket;  permission: who asks may not connect
// - connect: the file is there, and the process that listened is not (or takes nobody any more)
// - timeout, closed, protocol, too_large: of the exchange; their reaction says whether it may have taken effect.
task<Result<Response>> request_over_socket(std::string path, Request request, async::Clock& clock);

}  // namespace retouch::http
