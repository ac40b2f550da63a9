// Two waits, of which one is enough.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "retouch/async/condition.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/async/task.hpp"

namespace retouch::async {

// Returns when one of them has ended; the other is then cancelled (terminal) and awaited. An exception of the one that
// ended passes through.
inline task<void> first_of(task<void> a, task<void> b) {
  auto executor = co_await asio::this_coro::executor;
  auto group = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(a), asio::deferred),
                                                       asio::co_spawn(executor, std::move(b), asio::deferred));
  auto [order, failure_a, failure_b] =
      co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const std::exception_ptr failure = order[0] == 0 ? failure_a : failure_b;
  if (failure) std::rethrow_exception(failure);
}

// Until `condition` is notified or a stop is requested: re-check what you wait for in a loop.
inline task<void> woken_or_stopped(Condition& condition, const Stop& stop) {
  auto woken = condition.wait();
  auto stopped = stop.wait();
  co_await first_of(std::move(woken), std::move(stopped));
}

}  // namespace retouch::async
