// Error answers of Keystone, IAM and the API gateway in front of it: one reading for all of their shapes.
#pragma once

#include <optional>
#include <string>

#include "retouch/http/message.hpp"

namespace retouch::auth {

struct Problem {
  std::string message, code, request_id;  // foreign text, not yet printable
};
// {"error":{"code":401,"message":…}}, {"error_code":"APIGW.0301","error_msg":…,"request_id":…}, both at once, HTML,
// plain.
Problem read_problem(const http::Response& answer);

// 429, 420, and 413 or 503 that say when to come back.
bool is_throttle(const http::Response& answer);
// Seconds, or a date measured against the answer's own Date.
std::optional<Duration> retry_after(const http::Response& answer);

}  // namespace retouch::auth
