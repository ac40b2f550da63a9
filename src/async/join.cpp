#include "retouch/async/join.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace retouch::async {

task<void> join_all(std::vector<std::function<task<void>()>> work) {
  if (work.empty()) co_return;
  const auto executor = co_await asio::this_coro::executor;
  Gate gate;
  for (auto& item : work) gate.spawn(executor, std::move(item));
  bool cancelled = false;
  try {
    co_await gate.close();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    cancelled = true;
  }
  if (!cancelled) co_return;
  // The children refer to the caller's frame: they are cancelled too, and awaited whatever happens.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  gate.cancel();
  try {
    co_await gate.close();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
  throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace retouch::async
