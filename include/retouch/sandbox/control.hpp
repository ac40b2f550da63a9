// The control endpoints of a simulated cloud, on both of its ports under /_sandbox/: JSON in, JSON out, for tests and
// curl. They need no token, are never throttled, and do not appear in the arrival log.
//
//   GET    /_sandbox                      name, type, URLs, number of images, what is switched on
//   GET    /_sandbox/log?service=&method=&path=&image_id=&status=&limit=     {"requests":[…]}, oldest first; limit =
//   the last N DELETE /_sandbox/log GET    /_sandbox/stats?<same>&grace_ms=50                counts, span, busiest
//   second, requests before a Retry-After was over GET    /_sandbox/faults     POST (one fault)     DELETE (all) DELETE
//   /_sandbox/faults/{id} GET    /_sandbox/throttle   PUT (see throttle.hpp)      DELETE PUT    /_sandbox/latency
//   {"fixed":"20ms","jitter":"5ms"} PUT    /_sandbox/clock {"skew":"-400s"} PUT
//   /_sandbox/keystone   {"down":true,"delay":"3.5s"} PUT    /_sandbox/tokens
//   {"lifetime":"20s"}    DELETE = all tokens are expired from now on GET    /_sandbox/images     [{"id","name"}] GET
//   /_sandbox/images/{id}     PUT {attribute: value, …} sets members directly, null removes     DELETE POST
//   /_sandbox/reset      back to the seed
#pragma once

#include <string_view>

#include "retouch/sandbox/answer.hpp"

namespace retouch::sandbox {

class Cloud;

bool is_control_path(std::string_view path);
ServerResponse handle_control(Cloud& cloud, const ServerRequest& request);

}  // namespace retouch::sandbox
