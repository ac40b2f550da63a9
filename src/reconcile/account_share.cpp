#include "account_share.hpp"

#include <algorithm>

namespace retouch::reconcile {

namespace {

constexpr Duration longest_wait = std::chrono::seconds(120);  // for a Retry-After, before a one-shot ends with 75

http::Observer* observer_of(const config::Cloud& cloud, const World& world) {
  return world.observer ? world.observer(cloud.name) : nullptr;
}

}  // namespace

core::RateLimits rate_limits(const config::Limits& limits) {
  return {.requests = limits.requests, .reads = limits.reads, .writes = limits.writes, .burst = limits.burst};
}

AccountShare::AccountShare(const config::Limits& first, std::shared_ptr<core::Limiter> limiter, const World& world,
                           http::Observer* observer)
    : limits(first),
      traffic(std::make_shared<http::Traffic>(std::move(limiter), world.clock, world.random, observer, longest_wait,
                                              &world.stop)) {
  traffic->width = limits.concurrency;
}

void AccountShare::joined_by(const config::Limits& other) {
  limits = {.requests = std::min(limits.requests, other.requests),
            .reads = std::min(limits.reads, other.reads),
            .writes = std::min(limits.writes, other.writes),
            .burst = std::min(limits.burst, other.burst),
            .concurrency = std::min(limits.concurrency, other.concurrency)};
  traffic->limiter->narrow(rate_limits(limits));
  traffic->width = limits.concurrency;
}

RunningHere::RunningHere(std::shared_ptr<AccountShare> share, std::string run)
    : share_(std::move(share)), run_(std::move(run)) {
  share_->runs.insert(run_);
}

RunningHere::~RunningHere() { share_->runs.erase(share_->runs.find(run_)); }

Accounts::Accounts() = default;
Accounts::~Accounts() = default;

std::shared_ptr<AccountShare> Accounts::of(const std::string& key, const config::Cloud& cloud, World& world) {
  Known& known = shares_[key];
  const bool outdated = known.share && known.generation != generation_;
  if (known.share && !(outdated && known.share.use_count() == 1)) {
    known.share->joined_by(cloud.limits);
    return known.share;
  }
  std::shared_ptr<core::Limiter> limiter;
  if (known.share) {  // what has left counts whatever the limits are now, and so does what the cloud asked for
    limiter = known.share->traffic->limiter;
    limiter->replace(rate_limits(cloud.limits));
  } else {
    limiter = std::make_shared<core::Limiter>(rate_limits(cloud.limits));
  }
  known = {.share = std::make_shared<AccountShare>(cloud.limits, std::move(limiter), world, observer_of(cloud, world)),
           .generation = generation_};
  return known.share;
}

std::shared_ptr<core::Limiter> Accounts::logins_of(const auth::Credential& credential) {
  std::shared_ptr<core::Limiter>& limiter = logins_[&credential];
  if (!limiter) limiter = std::make_shared<core::Limiter>(core::RateLimits{});
  return limiter;
}

}  // namespace retouch::reconcile
