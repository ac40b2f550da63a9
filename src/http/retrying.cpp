#include <fmt/format.h>

#include "answer_view.hpp"
#include "retouch/http/answer.hpp"
#include "retouch/http/decorators.hpp"

namespace retouch::http {

namespace {

// What one attempt means for the next.
struct Judgement {
  Reaction reaction = Reaction::permanent;
  std::optional<Duration> retry_after{};
  std::string_view reason{};    // for metrics
  bool renewed = false;         // credentials were: again at once
  std::optional<bool> alive{};  // the origin: proven, disproven, unknown
};

Judgement judge(const Error& error) {
  bool unreachable = error.code == Errc::connect || error.code == Errc::timeout || error.code == Errc::closed;
  if (error.settled) return {};
  Judgement judgement{.reaction = error.reaction, .retry_after = error.retry_after, .reason = "network"};
  judgement.renewed = error.code == Errc::credentials && error.reaction == Reaction::transient;
  if (unreachable) judgement.alive = false;
  return judgement;
}

Judgement judge(const Response& response, bool repeatable, Wall now) {
  auto view = view_of(response, now);
  if (auto hint = core::throttle_of(view)) {
    return {.reaction = Reaction::throttled, .retry_after = hint->retry_after, .reason = "throttled"};
  }
  auto status = response.status;
  Judgement judgement{.alive = status != 502 && status != 503 && status != 504};
  bool broken = status == 500 || !*judgement.alive || status == 408;
  if (broken && repeatable) {
    judgement.reaction = Reaction::transient;
    judgement.reason = "server";
  }
  return judgement;
}

std::unexpected<Error> left_alone(const Origin& origin, const std::string& last, Duration wait) {
  Error error{
      .code = Errc::connect,
      .reaction = Reaction::transient,
      .message = fmt::format("{} is left alone for {} after failing again and again; the last time: {}",
                             to_string(origin), format_duration(std::chrono::ceil<std::chrono::seconds>(wait)), last),
      .retry_after = wait,
      .settled = true};
  return fail(std::move(error));
}

}  // namespace

// One request's way through its attempts.
struct RetryingTransport::Call {
  RetryingTransport& self;
  Request request;
  BodySink* sink;
  core::RetryState state;
  Traffic::Guarded& guarded;

  Judgement judged(const Result<Response>& outcome) const {
    return outcome ? judge(*outcome, request.repeatable, self.clock_.wall()) : judge(outcome.error());
  }

  void tell_breaker(const Judgement& judgement, const Result<Response>& outcome) {
    if (!judgement.alive) return guarded.breaker.undecided();
    if (*judgement.alive) return guarded.breaker.succeeded();
    guarded.breaker.failed(self.clock_.now());
    guarded.last_failure = outcome ? fmt::format("status {}", outcome->status) : outcome.error().message;
  }

  // How long to wait before the next attempt; nullopt = there is none.
  std::optional<Duration> next(const Judgement& judgement, const Result<Response>& outcome) {
    if (judgement.renewed) {
      if (std::exchange(request.reauthorized, true)) return std::nullopt;
      self.traffic_->retried(request.cls, "auth");
      return Duration{};
    }
    auto verdict = state.failed(judgement.reaction, judgement.retry_after, self.traffic_->jitter());
    if (!verdict.again) {
      if (outcome && judgement.reaction == Reaction::permanent) state.succeeded();
      return std::nullopt;
    }
    self.traffic_->retried(request.cls, judgement.reason);
    return verdict.wait;
  }

  void log(const Judgement& judgement, const Result<Response>& outcome, Duration wait) const {
    if (!self.log_.enabled(LogLevel::debug)) return;
    auto reason = outcome ? std::string(judgement.reason) : outcome.error().message;
    self.log_.debug(
        "again, after: " + reason,
        {{"op", request.label.empty() ? request.method + " " + request.url.path : request.label},
         {"attempt", request.attempt},
         {"code", outcome ? outcome->status : outcome.error().status},
         {"request_id", outcome ? request_id_of(*outcome) : outcome.error().request_id},
         {"retry_after_ms",
          std::chrono::duration_cast<std::chrono::milliseconds>(judgement.retry_after.value_or(Duration{})).count()},
         {"wait_ms", std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()}});
  }

  task<Result<Response>> run() {
    for (;; ++request.attempt) {
      if (auto wait = guarded.breaker.blocked(self.clock_.now())) {
        co_return left_alone(request.url.origin, guarded.last_failure, *wait);
      }
      struct Probe {  // a cancelled attempt decides nothing
        core::Breaker* breaker;
        ~Probe() {
          if (breaker) breaker->undecided();
        }
      } probe{&guarded.breaker};
      auto outcome = co_await self.next_->send(request, sink);
      probe.breaker = nullptr;
      auto judgement = judged(outcome);
      tell_breaker(judgement, outcome);
      auto wait = next(judgement, outcome);
      if (outcome) outcome->attempts = request.attempt;
      if (!wait) co_return outcome;
      log(judgement, outcome, *wait);
      if (*wait > Duration{}) co_await self.clock_.sleep_for(*wait);
    }
  }
};

task<Result<Response>> RetryingTransport::send(Request request, BodySink* sink) {
  auto& guarded = traffic_->breakers[request.url.origin];
  Call call{*this, std::move(request), sink, core::RetryState(limits_, traffic_->budget), guarded};
  co_return co_await call.run();
}

}  // namespace retouch::http
