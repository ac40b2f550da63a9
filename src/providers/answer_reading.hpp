#pragma once

#include "retouch/base/error.hpp"
#include "retouch/http/message.hpp"

namespace retouch::providers {

// One readable line, cloud code, request id and HTTP's own reaction of an answer that is not 2xx.
Error read_failure(const http::Request& request, const http::Response& answer);

}  // namespace retouch::providers
