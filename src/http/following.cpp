#include <optional>

#include "retouch/http/decorators.hpp"

namespace retouch::http {

namespace {

constexpr int most_redirects = 3;

std::optional<Url> redirection(const Request& request, const Response& response) {
  auto status = response.status;
  if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) return std::nullopt;
  auto location = response.headers.get("Location");
  if (!location) return std::nullopt;
  auto url = resolve_same_origin(request.url, *location);
  if (!url) return std::nullopt;
  return *std::move(url);
}

}  // namespace

task<Result<Response>> FollowingTransport::send(Request request, BodySink* sink) {
  // A signature that was made above us covers the old target, and nobody below would make a new one.
  if (request.method != "GET" || request.headers.get("Authorization")) {
    co_return co_await next_->send(std::move(request), sink);
  }
  for (int followed = 0;; ++followed) {
    auto response = co_await next_->send(request, sink);
    auto next = response && followed < most_redirects ? redirection(request, *response) : std::nullopt;
    if (!next || response->elapsed >= request.timeout) co_return response;
    request.url = *std::move(next);
    request.timeout -= response->elapsed;
  }
}

}  // namespace retouch::http
