// A Response as the decisions of core see it.
#pragma once

#include "retouch/core/throttle.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

inline core::AnswerView view_of(const Response& response, Wall received) {
  return {.status = response.status,
          .retry_after = response.headers.get("Retry-After"),
          .date = response.headers.get("Date"),
          .body = response.body,
          .received = received};
}

}  // namespace retouch::http
