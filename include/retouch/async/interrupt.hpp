// An operation that a requested stop may tear down: reading, waiting. What must drain looks at the Stop itself instead.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "retouch/async/stop.hpp"
#include "retouch/base/result.hpp"

namespace retouch::async {

// The operation's result, or Errc::cancelled once `stop` is requested: the operation is then cancelled (terminal) and
// awaited.
template <class T>
task<Result<T>> unless_stopped(const Stop& stop, task<Result<T>> operation) {
  auto executor = co_await asio::this_coro::executor;
  auto watch = [](const Stop& s) -> task<void> { co_await s.wait(); };
  auto group = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(operation), asio::deferred),
                                                       asio::co_spawn(executor, watch(stop), asio::deferred));
  auto [order, failure, result, watch_failure] =
      co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 0) {
    if (failure) std::rethrow_exception(failure);
    co_return std::move(result);
  }
  co_return fail(Errc::cancelled, "stopped");
}

}  // namespace retouch::async
