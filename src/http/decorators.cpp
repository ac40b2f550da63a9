#include "retouch/http/decorators.hpp"

#include <fmt/format.h>

#include "retouch/http/answer.hpp"

namespace retouch::http {

namespace {

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::string operation(const Request& request) {
  return request.label.empty() ? request.method + " " + request.url.path : request.label;
}

// The authorizer has its own way of trying again.
std::unexpected<Error> settled(Error error) {
  error.settled = true;
  return fail(std::move(error));
}

}  // namespace

task<Result<Response>> LoggingTransport::send(Request request, BodySink* sink) {
  if (!log_.enabled(LogLevel::debug)) co_return co_await next_->send(std::move(request), sink);
  auto began = clock_.now();
  auto op = operation(request);
  auto cls = request.cls;
  const std::string ours(request.headers.get("X-Request-Id").value_or(""));
  const auto id = [&](std::string theirs) { return theirs.empty() ? ours : theirs; };
  auto result = co_await next_->send(std::move(request), sink);
  auto took = milliseconds(clock_.now() - began);
  if (result) {
    log_.debug("answered", {{"op", op},
                            {"class", to_string(cls)},
                            {"code", result->status},
                            {"attempt", result->attempts},
                            {"duration_ms", took},
                            {"request_id", id(request_id_of(*result))}});
  } else {
    log_.debug(
        "no answer: " + result.error().message,
        {{"op", op}, {"class", to_string(cls)}, {"duration_ms", took}, {"request_id", id(result.error().request_id)}});
  }
  co_return result;
}

task<Result<Mono>> LimitingTransport::departure(const Request& request) {
  const auto wanted = [&request] { return !request.wanted || request.wanted(); };
  const auto prepared = [&] { return wanted() && (!authorizer_ || authorizer_->prepared()); };
  for (;;) {
    if (!wanted()) {
      co_return fail(Error{.code = Errc::cancelled, .message = "not wanted any more before it left", .settled = true});
    }
    if (authorizer_) {
      auto ready = co_await authorizer_->ready();
      if (!ready) co_return settled(std::move(ready).error());
    }
    RETOUCH_CO_TRY(auto left, co_await traffic_->enter(request.cls, prepared, request.must_finish));
    if (left) co_return *left;
  }
}

task<Result<Response>> LimitingTransport::send(Request request, BodySink* sink) {
  auto cls = request.cls;
  RETOUCH_CO_TRY(auto left, co_await departure(request));
  const struct Flight {  // also when this is cancelled
    Traffic& traffic;
    ~Flight() { traffic.landed(); }
  } flight{*traffic_};
  auto result = co_await next_->send(std::move(request), sink);
  traffic_->answered(cls, left, result ? &*result : nullptr);
  co_return result;
}

namespace {

// Gateways quote the request in their errors, and errors reach logs and plans.
void hide_credentials(const Request& sent, Response& answer) {
  for (const auto name : {"X-Auth-Token", "Authorization", "X-Security-Token"}) {
    const auto value = sent.headers.get(name);
    if (!value || value->empty()) continue;
    for (auto at = answer.body.find(*value); at != std::string::npos; at = answer.body.find(*value, at)) {
      answer.body.replace(at, value->size(), "***");
    }
  }
}

}  // namespace

task<Result<Response>> AuthorizingTransport::send(Request request, BodySink* sink) {
  auto authorized = co_await authorizer_->authorize(request);
  if (!authorized) co_return settled(std::move(authorized).error());
  struct Ending {  // also when this is cancelled
    Authorizer& authorizer;
    const Request& sent;
    int status = 0;
    ~Ending() { authorizer.ended(sent, status); }
  } ending{*authorizer_, request};
  auto result = co_await next_->send(request, sink);
  if (result) ending.status = result->status;
  keep_request_id(request, result);
  if (result && !result->ok()) hide_credentials(request, *result);
  if (!result || !(refused_ ? refused_(*result) : result->status == 401)) co_return result;
  auto renewed = co_await authorizer_->rejected(request, *result);
  if (!renewed) co_return settled(std::move(renewed).error());
  if (!*renewed || request.reauthorized) co_return result;
  Error error{.code = Errc::credentials,
              .reaction = Reaction::transient,
              .message = "the credentials were refused and have been renewed",
              .status = result->status,
              .request_id = request_id_of(*result)};
  co_return fail(std::move(error));
}

task<Result<Response>> ReadingTransport::send(Request request, BodySink* sink) {
  if (request.cls != RequestClass::write) co_return co_await next_->send(std::move(request), sink);
  co_return fail(Errc::internal,
                 fmt::format("{} would have written to a cloud that is only read (policy.mode: report); "
                             "nothing was sent. This is a bug of retouch: please report it",
                             operation(request)));
}

}  // namespace retouch::http
