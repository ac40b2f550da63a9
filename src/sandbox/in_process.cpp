#include "retouch/sandbox/in_process.hpp"

#include "retouch/async/timeout.hpp"

namespace retouch::sandbox {
namespace {

using Then = ServerResponse::Then;

task<Result<ServerResponse>> call(const http::Handler& handler, ServerRequest request) {
  ServerResponse response = co_await handler(std::move(request));
  co_return response;
}

// Waits for ever; a deadline ends it.
task<Result<ServerResponse>> hang(async::Clock& clock) {
  for (;;) co_await clock.sleep_for(std::chrono::hours(1));
}

Error lost(const http::Request& request, Errc code, std::string message) {
  return {.code = code,
          .reaction = request.repeatable ? Reaction::transient : Reaction::uncertain,
          .message = std::move(message),
          .where = request.method + " " + request.url.target()};
}

}  // namespace

void InProcessTransport::add(Cloud& cloud) {
  if (const auto url = http::parse_url(cloud.identity_url())) {
    routes_[url->origin] = [&cloud](ServerRequest request) { return cloud.handle_identity(std::move(request)); };
  }
  if (const auto url = http::parse_url(cloud.image_url())) {
    routes_[url->origin] = [&cloud](ServerRequest request) { return cloud.handle_image(std::move(request)); };
  }
}

task<Result<http::Response>> InProcessTransport::send(http::Request request, http::BodySink* sink) {
  const auto route = routes_.find(request.url.origin);
  if (route == routes_.end()) {
    co_return fail(Errc::connect, "nothing listens at " + http::to_string(request.url.origin), Reaction::transient);
  }
  const Mono begin = clock_.now();
  const Mono deadline = begin + request.timeout;
  ServerRequest arriving{.method = request.method,
                         .target = request.url.target(),
                         .path = request.url.path,
                         .query = request.url.query,
                         .headers = request.headers,
                         .body = request.body,
                         .received = clock_.wall()};
  const http::Origin& origin = request.url.origin;
  arriving.headers.set("Host", origin.host + ":" + std::to_string(origin.port));
  if (sink != nullptr) sink->restart();
  Result<ServerResponse> answer =
      co_await async::with_deadline(clock_, deadline, call(route->second, std::move(arriving)), "answer");
  if (answer && answer->then == Then::hang) {
    answer = co_await async::with_deadline(clock_, deadline, hang(clock_), "answer");
  }
  if (!answer) co_return fail(lost(request, Errc::timeout, "no answer in time"));
  if (answer->then == Then::drop) {
    co_return fail(lost(request, Errc::closed, "the connection was closed without an answer"));
  }
  http::Response response{.status = answer->status, .headers = answer->headers, .elapsed = clock_.now() - begin};
  if (answer->body.size() > request.max_body) co_return fail(Errc::too_large, "the answer is too large");
  if (sink != nullptr && response.ok()) {
    RETOUCH_CO_CHECK(sink->data(answer->body));
  } else {
    response.body = std::move(answer->body);
  }
  co_return response;
}

}  // namespace retouch::sandbox
