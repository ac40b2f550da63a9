// The seam: real connections, the scripted fake of unit tests and the simulated clouds all implement Transport, and so
// do the decorators (log -> retry -> follow -> limit -> authorize -> transport), composed in this order.
#pragma once

#include <memory>
#include <string_view>

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

// Takes the body of a 2xx answer while it arrives (lists of 100,000 images never stand in memory).
class BodySink {
 public:
  virtual ~BodySink() = default;
  // A new attempt begins: what came before is void.
  virtual void restart() = 0;
  // An error ends the request with that error.
  virtual Result<void> data(std::string_view chunk) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Any complete answer, whatever its status, is a Response; an Error means there was none: connect, tls, timeout,
  // closed, too_large (reaction transient if the request certainly did not take effect, uncertain if it may have).
  // `sink` takes the body of a 2xx answer instead of Response::body; null = collect it. Error bodies are always
  // collected.
  virtual task<Result<Response>> send(Request request, BodySink* sink = nullptr) = 0;
};
using TransportPtr = std::shared_ptr<Transport>;

}  // namespace retouch::http
