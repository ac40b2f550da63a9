#include "manual_clock.hpp"

namespace retouch::test {

task<void> ManualClock::sleep_until(Mono when) {
  if (when <= now_) co_return;
  auto condition = std::make_shared<async::Condition>();
  const auto it = sleepers_.emplace(when, condition);
  // A cancelled sleep must not leave its wake-up behind.
  struct Forget {
    std::multimap<Mono, std::shared_ptr<async::Condition>>& sleepers;
    std::multimap<Mono, std::shared_ptr<async::Condition>>::iterator it;
    ~Forget() { sleepers.erase(it); }
  } forget{sleepers_, it};
  while (now_ < when) co_await condition->wait();
}

void ManualClock::advance(Duration by) {
  now_ += by;
  wall_ += by;
  wake_due();
}

std::optional<Mono> ManualClock::next() const {
  const auto it = sleepers_.upper_bound(now_);  // those before it are woken already, and have not yet run
  return it == sleepers_.end() ? std::nullopt : std::optional(it->first);
}

bool ManualClock::advance_to_next() {
  const auto when = next();
  if (when) advance(*when - now_);
  return when.has_value();
}

void ManualClock::wake_due() {
  for (const auto& [when, condition] : sleepers_) {
    if (when > now_) break;
    condition->notify_all();
  }
}

}  // namespace retouch::test
