// How credentials get onto a request: a token header, or a signature over what is sent. Implemented in the auth layer.
#pragma once

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // Whatever takes its time: obtaining a token, waiting for the answer to somebody else's first request. Awaited before
  // a request queues for its permit: permits that waited here would all be used at once, above the rate. Success means
  // that prepared() holds at that instant.
  virtual task<Result<void>> ready() = 0;
  // Asked when the permit is due. False: authorize() would have to wait or would fail (a token died in the meantime),
  // so nothing leaves and ready() is awaited again.
  virtual bool prepared() const = 0;
  // Attaches token or signature, right before sending.
  virtual task<Result<void>> authorize(Request& request) = 0;
  // A 401 (or what the provider calls one) came back for `sent`. True: something changed, so one resend is worthwhile.
  // False: pass the answer on. An error is passed on instead of the answer (refused credentials, suspended account).
  virtual task<Result<bool>> rejected(const Request& sent, const Response& answer) = 0;
  // Exactly once after each authorize() that succeeded, and after rejected(): what came back, 0 = no answer.
  virtual void ended(const Request& /*sent*/, int /*status*/) {}
};

}  // namespace retouch::http
