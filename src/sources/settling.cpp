#include "retouch/sources/settling.hpp"

#include <algorithm>

#include "retouch/async/timeout.hpp"

namespace retouch::sources {

void Settling::changed(Mono now) {
  if (!first_) first_ = now;
  due_ = std::min(now + rules_.quiet, *first_ + rules_.longest);
}

task<Result<void>> wait_until_settled(os::Watch& watch, async::Clock& clock, SettlingRules rules) {
  Settling settling(rules, clock.now());
  while (clock.now() < settling.due()) {
    auto change = watch.changed();
    const auto seen = co_await async::with_deadline(clock, settling.due(), std::move(change), "change");
    if (seen) {
      settling.changed(clock.now());
    } else if (seen.error().code != Errc::timeout) {
      co_return fail(seen.error());
    }
  }
  co_return Result<void>{};
}

}  // namespace retouch::sources
