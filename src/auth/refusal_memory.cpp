#include "refusal_memory.hpp"

namespace retouch::auth {

task<std::optional<Error>> RefusalMemory::standing() {
  if (!looked_ && context_.store && !context_.options.by_hand) {
    auto look = [store = context_.store, account = account_, wall = context_.clock.wall()] {
      return store->remembered_refusal(account, wall);
    };
    auto found = co_await context_.blocking.run(std::move(look));
    if (found && !refusal_) {
      refusal_ = std::move(found);
      refused_at_ = context_.clock.now();
    }
  }
  looked_ = true;
  if (!refusal_ || context_.clock.now() - refused_at_ >= refusal_memory) co_return std::nullopt;
  co_return refusal_;
}

task<void> RefusalMemory::remember(Error refusal) {
  refusal_ = refusal;
  refused_at_ = context_.clock.now();
  if (!context_.store) co_return;
  auto save = [store = context_.store, account = account_, refusal, wall = context_.clock.wall()] {
    return store->remember_refusal(account, refusal, wall);
  };
  const auto stored = co_await context_.blocking.run(std::move(save));
  if (!stored) context_.log.warning("the refusal is forgotten with this process: " + stored.error().message);
}

}  // namespace retouch::auth
