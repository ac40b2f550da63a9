#include "retouch/core/retry.hpp"

#include <algorithm>
#include <utility>

namespace retouch::core {

namespace {

constexpr int retry_cost = 5, throttle_cost = 10;
constexpr int failures_to_open = 5;
constexpr Duration open_for = std::chrono::seconds(30), open_at_most = std::chrono::minutes(5);

}  // namespace

Duration backoff(Duration base, Duration cap, int n, double unit) {
  auto longest = base;
  for (int i = 1; i < n && longest < cap; ++i) longest *= 2;
  return std::chrono::duration_cast<Duration>(std::min(longest, cap) * unit);
}

bool RetryBudget::spend(int units) {
  if (units_ < units) return false;
  units_ -= units;
  return true;
}

void RetryBudget::refund(int units) { units_ = std::min(capacity_, units_ + units); }

RetryState::Verdict RetryState::failed(Reaction reaction, std::optional<Duration> retry_after, double unit) {
  bool throttled = reaction == Reaction::throttled;
  if (!throttled && reaction != Reaction::transient) return {};
  if (retry_after && *retry_after > limits_.longest_wait) return {};
  if (throttled ? ++throttles_ > limits_.throttles : ++failures_ >= limits_.attempts) return {};
  int cost = throttled ? throttle_cost : retry_cost;
  if (!budget_->spend(cost)) return {};
  spent_ = cost;
  if (throttled) return {.again = true};
  auto wait = backoff(limits_.base, limits_.cap, failures_, unit);
  return {.again = true, .wait = std::max(wait, retry_after.value_or(Duration{}))};
}

void RetryState::succeeded() { budget_->refund(spent_ > 0 ? spent_ : 1); }

std::optional<Duration> Breaker::blocked(Mono now) {
  if (!open_until_) return std::nullopt;
  if (now < *open_until_) return *open_until_ - now;
  if (probing_) return open_for;  // its outcome decides
  probing_ = true;
  return std::nullopt;
}

void Breaker::failed(Mono now) {
  bool probe = std::exchange(probing_, false);
  if (!probe && ++failures_ < failures_to_open) return;
  if (!probe && open_until_ && now < *open_until_) return;  // of a request that was under way when it opened
  ++trips_;
  open_until_ = now + std::min<Duration>(open_at_most, open_for * trips_);
}

void Breaker::succeeded() { *this = Breaker{}; }

void Breaker::undecided() { probing_ = false; }

}  // namespace retouch::core
