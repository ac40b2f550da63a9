#include "machine.hpp"

namespace retouch::sim {

task<void> SimClock::sleep_until(Mono when) {
  if (when <= now()) co_return;
  auto condition = std::make_shared<async::Condition>();
  const auto it = sleepers_.emplace(when, condition);
  // A cancelled sleep must not leave its wake-up behind.
  struct Forget {
    std::multimap<Mono, std::shared_ptr<async::Condition>>& sleepers;
    std::multimap<Mono, std::shared_ptr<async::Condition>>::iterator it;
    ~Forget() { sleepers.erase(it); }
  } forget{sleepers_, it};
  while (now() < when) co_await condition->wait();
}

std::optional<Mono> SimClock::next() const {
  const auto it = sleepers_.upper_bound(now());
  return it == sleepers_.end() ? std::nullopt : std::optional(it->first);
}

void SimClock::wake() {
  for (const auto& [when, condition] : sleepers_) {
    if (when > now()) break;
    condition->notify_all();
  }
}

}  // namespace retouch::sim
