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

bool ManualClock::advance_to_next() {
  for (const auto& [when, condition] : sleepers_) {
    if (when <= now_) continue;  // woken already, not yet run
    advance(when - now_);
    return true;
  }
  return false;
}

void ManualClock::wake_due() {
  for (const auto& [when, condition] : sleepers_) {
    if (when > now_) break;
    condition->notify_all();
  }
}

}  // namespace retouch::test
