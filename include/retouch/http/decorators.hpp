// What surrounds the connection, composed in this order:
//
//   log -> retry -> follow -> limit -> authorize -> transport
//
// so that each attempt, and each hop of a redirect, waits for the limiter and carries a token or signature made after
// that wait.
#pragma once

#include <functional>
#include <memory>

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"
#include "retouch/http/authorizer.hpp"
#include "retouch/http/traffic.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::http {

// One debug line a request: op, class, code, attempt (how many it took), duration_ms, request_id. Never headers or
// bodies.
class LoggingTransport final : public Transport {
 public:
  LoggingTransport(TransportPtr next, async::Clock& clock, Log log)
      : next_(std::move(next)), clock_(clock), log_(std::move(log)) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  TransportPtr next_;
  async::Clock& clock_;
  Log log_;
};

// Repeats what can have had no effect, or no second one: repeatable requests after a transient failure or a 5xx, every
// request after an answer of throttling, or when its credentials were renewed. One debug line an attempt that is
// repeated. What is given up comes out as it came in: the last answer, or the last error. An origin that does not
// answer is left alone for a while (Errc::connect, with retry_after).
class RetryingTransport final : public Transport {
 public:
  RetryingTransport(TransportPtr next, std::shared_ptr<Traffic> traffic, async::Clock& clock, Log log,
                    core::RetryLimits limits = {})
      : next_(std::move(next)), traffic_(std::move(traffic)), clock_(clock), log_(std::move(log)), limits_(limits) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  struct Call;
  TransportPtr next_;
  std::shared_ptr<Traffic> traffic_;
  async::Clock& clock_;
  Log log_;
  core::RetryLimits limits_;
};

// Follows a redirect of a GET within its origin, three times at most, within the request's time. All others are answers
// like any other: what leads away could carry credentials to somebody else.
class FollowingTransport final : public Transport {
 public:
  explicit FollowingTransport(TransportPtr next) : next_(std::move(next)) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  TransportPtr next_;
};

// Waits until `authorizer` (may be null) is ready and then for the account's limiter, and tells it what came back. Who
// waits for a token holds no permit, and what nobody wants any more when its turn comes takes none.
class LimitingTransport final : public Transport {
 public:
  LimitingTransport(TransportPtr next, std::shared_ptr<Traffic> traffic,
                    std::shared_ptr<Authorizer> authorizer = nullptr)
      : next_(std::move(next)), traffic_(std::move(traffic)), authorizer_(std::move(authorizer)) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  task<Result<Mono>> departure(const Request& request);
  TransportPtr next_;
  std::shared_ptr<Traffic> traffic_;
  std::shared_ptr<Authorizer> authorizer_;
};

// Attaches credentials. A refusal of them (401, or what `refused` says) goes to the authorizer; if it has renewed
// something, the retry decorator sends once more.
class AuthorizingTransport final : public Transport {
 public:
  using Refused = std::function<bool(const Response&)>;
  AuthorizingTransport(TransportPtr next, std::shared_ptr<Authorizer> authorizer, Refused refused = {})
      : next_(std::move(next)), authorizer_(std::move(authorizer)), refused_(std::move(refused)) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  TransportPtr next_;
  std::shared_ptr<Authorizer> authorizer_;
  Refused refused_;
};

// For who must not change anything: a request that would write is refused (Errc::internal, permanent) and goes nowhere.
class ReadingTransport final : public Transport {
 public:
  explicit ReadingTransport(TransportPtr next) : next_(std::move(next)) {}
  task<Result<Response>> send(Request request, BodySink* sink = nullptr) override;

 private:
  TransportPtr next_;
};

}  // namespace retouch::http
