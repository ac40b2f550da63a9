#include "retouch/http/traffic.hpp"

#include <fmt/format.h>

#include "answer_view.hpp"
#include "retouch/async/interrupt.hpp"

namespace retouch::http {

namespace {

core::RateClass rate_class(RequestClass cls) {
  switch (cls) {
    case RequestClass::auth:
      return core::RateClass::auth;
    case RequestClass::read:
      return core::RateClass::read;
    case RequestClass::write:
      return core::RateClass::write;
  }
  return core::RateClass::write;
}

}  // namespace

// A place in the queue of a class, given up also when its coroutine is cancelled.
struct Traffic::Place {
  explicit Place(std::list<Place*>& l) : lane(l), at(lane.insert(lane.end(), this)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    bool first = at == lane.begin();
    lane.erase(at);
    if (first && !lane.empty()) lane.front()->turn.notify_all();
  }
  bool first() const { return at == lane.begin(); }

  std::list<Place*>& lane;
  std::list<Place*>::iterator at;
  async::Condition turn;
};

Result<void> Traffic::bearable(Mono now, bool must_finish) const {
  if (stop_ && stop_->requested() && !must_finish) {
    return fail(Error{.code = Errc::cancelled, .message = "stopped before it was sent", .settled = true});
  }
  auto left = limiter->paused_until() - now;
  if (left <= longest_wait_) return {};
  Error error{.code = Errc::throttled,
              .reaction = Reaction::throttled,
              .message = fmt::format("the cloud asked to send nothing for another {}",
                                     format_duration(std::chrono::ceil<std::chrono::seconds>(left))),
              .retry_after = left,
              .settled = true};
  return fail(std::move(error));
}

task<void> Traffic::sleep_until(Mono when, bool must_finish) {
  if (!stop_ || must_finish) co_return co_await clock_.sleep_until(when);
  auto sleep = [](async::Clock& clock, Mono until) -> task<Result<bool>> {
    co_await clock.sleep_until(until);
    co_return true;
  };
  auto sleeping = sleep(clock_, when);
  [[maybe_unused]] const auto woken = co_await async::unless_stopped(*stop_, std::move(sleeping));
}

task<Result<std::optional<Mono>>> Traffic::enter(RequestClass cls, std::function<bool()> prepared, bool must_finish) {
  auto since = clock_.now();
  Place place(lanes_[static_cast<std::size_t>(cls)]);
  while (!place.first()) co_await place.turn.wait();
  for (;;) {
    auto now = clock_.now();
    RETOUCH_CO_CHECK(bearable(now, must_finish));
    if (prepared && !prepared()) co_return std::nullopt;
    if (under_way_ >= width) {
      co_await landed_.wait();
      continue;
    }
    auto when = limiter->earliest(rate_class(cls), now);
    if (when > now) {
      co_await sleep_until(when, must_finish);  // then asked again: a pause may have begun
      continue;
    }
    limiter->depart(rate_class(cls), now, since);
    ++under_way_;
    ++counters_.requests;
    if (now > since) {
      ++counters_.waits;
      counters_.waited += now - since;
      if (observer_) observer_->waited(cls, now - since);
    }
    co_return now;
  }
}

void Traffic::landed() {
  --under_way_;
  landed_.notify_all();
}

void Traffic::answered(RequestClass cls, Mono left, const Response* response) {
  auto now = clock_.now();
  if (observer_) observer_->attempted(cls, response ? response->status : 0, now - left);
  if (!response) return;
  auto hint = core::throttle_of(view_of(*response, clock_.wall()));
  if (!hint) return limiter->accepted(left, now);
  ++counters_.throttled;
  if (observer_) observer_->throttled(cls);
  limiter->throttled(rate_class(cls), left, now, *hint, random_.unit());
}

void Traffic::retried(RequestClass cls, std::string_view reason) {
  ++counters_.retried;
  if (observer_) observer_->retried(cls, reason);
}

}  // namespace retouch::http
