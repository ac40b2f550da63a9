// A deadline over one awaited operation.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "retouch/async/clock.hpp"
#include "retouch/base/result.hpp"

namespace retouch::async {

// The operation's result, or Errc::timeout (reaction transient) once `deadline` has passed: the operation is then
// cancelled (terminal) and awaited. Exceptions of the operation pass through. `what` names it in the error: "the answer
// of …". Not `op || timer`: that waits for the timer when op throws.
template <class T>
task<Result<T>> with_deadline(Clock& clock, Mono deadline, task<Result<T>> operation, std::string what) {
  auto executor = co_await asio::this_coro::executor;
  auto timer = [](Clock& c, Mono when) -> task<void> { co_await c.sleep_until(when); };
  auto group =
      asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(operation), asio::deferred),
                                              asio::co_spawn(executor, timer(clock, deadline), asio::deferred));
  auto [order, failure, result, timer_failure] =
      co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 0) {
    if (failure) std::rethrow_exception(failure);
    co_return std::move(result);
  }
  co_return fail(Errc::timeout, "no " + std::move(what) + " in time", Reaction::transient);
}

}  // namespace retouch::async
