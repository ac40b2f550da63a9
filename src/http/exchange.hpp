// One request and its answer on an open connection.
#pragma once

#include <span>

#include "connection.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::http {

// How far an exchange came: decides what may be sent again.
struct Progress {
  bool wrote = false;     // at least one byte of the request left us
  bool answered = false;  // at least one byte of the answer arrived
  bool complete = false;  // nothing of either is left on the connection
  bool keep = false;      // and it may carry another request
  Mono first_byte{};      // when writing began
};

struct ExchangeOptions {
  std::string_view user_agent;
  bool announce_close = false;  // the connection will not be reused: say so
  std::span<char> chunk;        // where body pieces are decoded to; shared, used between two awaits only
};

// What may go into a request: header names and values, method and target cannot smuggle in a line of their own.
Result<void> check_sendable(const Request& request);

// Errors carry code and message; the reaction is the caller's, who knows the Progress. A sink's error is passed as it
// is.
task<Result<Response>> exchange(Connection& connection, const Request& request, BodySink* sink, ExchangeOptions options,
                                async::Clock& clock, Progress& progress);

}  // namespace retouch::http
