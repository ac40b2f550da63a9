// What a pass came to, as others are told of it. Private to this layer; pure.
#pragma once

#include "retouch/service/notification.hpp"
#include "retouch/service/pass.hpp"

namespace retouch::service {

RunNotice notice_of(const PassOutcome& outcome, const std::string& by, Wall now);

}  // namespace retouch::service
