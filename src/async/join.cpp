#include "retouch/async/join.hpp"

namespace retouch::async {

task<void> join_all(std::vector<std::function<task<void>()>> work) {
  if (work.empty()) co_return;
  const auto executor = co_await asio::this_coro::executor;
  // The children refer to the gate, so it must outlive them even when the caller is cancelled.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  Gate gate;
  for (auto& item : work) gate.spawn(executor, std::move(item));
  co_await gate.close();
}

}  // namespace retouch::async
