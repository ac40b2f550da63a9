#include "refusal_memory.hpp"

namespace retouch::auth {

task<std::optional<Error>> RefusalMemory::standing() {
  if (!looked_ && context_.store && !context_.options.by_hand) {
    auto look = [store = context_.store, account = account_, wall = context_.clock.wall()] {
      return store->remembered_refusal(account, wall);
    };
    auto found = co_await context_.blocking.run(std::move(look));
    const auto now = context_.clock.now();
    if (found && !context_.credential->refusal(now, asked_at_)) context_.credential->refused(*std::move(found), now);
  }
  looked_ = true;
  co_return context_.credential->refusal(context_.clock.now(), asked_at_);
}

task<Result<void>> RefusalMemory::ready() {
  for (;;) {
    if (auto refusal = co_await standing()) co_return fail(*std::move(refusal));
    if (!context_.credential->busy(context_.clock.now())) co_return Result<void>{};
    co_await context_.credential->changed();
  }
}

bool RefusalMemory::prepared() const {
  const auto now = context_.clock.now();
  return looked_ && !context_.credential->busy(now) && !context_.credential->refusal(now, asked_at_);
}

task<void> RefusalMemory::remember(Error refusal) {
  context_.credential->refused(refusal, context_.clock.now());
  if (!context_.store) co_return;
  auto save = [store = context_.store, account = account_, refusal, wall = context_.clock.wall()] {
    return store->remember_refusal(account, refusal, wall);
  };
  const auto stored = co_await context_.blocking.run(std::move(save));
  if (!stored) context_.log.warning("the refusal is forgotten with this process: " + stored.error().message);
}

}  // namespace retouch::auth
