// How credentials get onto a request: a token header, or a signature over what is sent. Implemented in the auth layer.
#pragma once

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // Attaches token or signature, obtaining a token first if needed. Called after the limiter's wait, right before
  // sending.
  virtual task<Result<void>> authorize(Request& request) = 0;
  // A 401 (or what the provider calls one) came back for `sent`. True: something changed, so one resend is worthwhile.
  // False: pass the answer on. An error is passed on instead of the answer (refused credentials, suspended account).
  virtual task<Result<bool>> rejected(const Request& sent, const Response& answer) = 0;
};

}  // namespace retouch::http
