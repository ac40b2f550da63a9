#include "retouch/core/token.hpp"

#include <algorithm>

namespace retouch::core {
namespace {

constexpr Duration max_backoff = std::chrono::seconds(60);
constexpr Duration max_suspension = std::chrono::minutes(15);

Duration part_of(Duration whole, double part) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * part));
}

Duration doubled(Duration first, int times, Duration cap) {
  const auto shift = std::min(times - 1, 16);
  return std::min<Duration>(first * (1LL << shift), cap);
}

}  // namespace

TokenFreshness::Next TokenFreshness::next(Mono now) const {
  if (suspended(now)) return Next::pause;
  if (usable(now)) {
    const bool due = now >= token_->ahead && now >= not_before_ && !renewing_;
    return due ? Next::use_ahead : Next::use;
  }
  if (renewing_) return Next::wait;
  return now < not_before_ ? Next::pause : Next::renew;
}

Mono TokenFreshness::pause_end() const { return std::max(suspended_until_, not_before_); }

void TokenFreshness::started() { renewing_ = true; }

void TokenFreshness::obtained(Mono issued, Duration life, double jitter) {
  renewing_ = false;
  failures_ = 0;
  not_before_ = Mono::min();
  // The server's Date has whole seconds, so a life may be counted up to one second too long.
  const auto rounding = std::min<Duration>(std::chrono::seconds(1), life / 2);
  const auto floor = std::min(token_floor, std::max(life / 10, rounding));
  const auto ahead = std::max(part_of(life, 0.8 - 0.1 * jitter), token_min_age);
  token_ = Token{.issued = issued, .ahead = issued + ahead, .last_use = issued + life - floor, .end = issued + life};
}

void TokenFreshness::failed(Mono now, std::optional<Duration> retry_after) {
  renewing_ = false;
  ++failures_;
  // While the old token lasts there is no hurry.
  const auto pause = usable(now) ? token_min_age : doubled(std::chrono::seconds(1), failures_, max_backoff);
  not_before_ = now + std::max(pause, retry_after.value_or(Duration{0}));
}

void TokenFreshness::abandoned() { renewing_ = false; }

TokenFreshness::Rejection TokenFreshness::rejected(Mono now, bool current) {
  if (suspended(now)) return Rejection::suspend;
  if (!current || !usable(now)) return Rejection::resend;
  if (now - token_->issued >= token_min_age) {
    token_->dead = true;
    return Rejection::resend;
  }
  // Half an hour without one is a new illness.
  const bool again = suspensions_ > 0 && now < suspended_until_ + std::chrono::minutes(30);
  suspensions_ = again ? suspensions_ + 1 : 1;
  suspended_until_ = now + std::min<Duration>(std::chrono::seconds(60) * suspensions_, max_suspension);
  return Rejection::suspend;
}

std::optional<Duration> TokenFreshness::left(Mono now) const {
  if (!token_) return std::nullopt;
  return token_->end - now;
}

}  // namespace retouch::core
