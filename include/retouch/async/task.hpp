// The coroutine type of the whole program, and the token that awaits Asio operations without exceptions.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace retouch {

namespace asio = boost::asio;

template <class T = void>
using task = asio::awaitable<T>;

namespace async {

// co_await stream.async_read_some(buffer, use_tuple) -> [error_code, bytes]. Cancellation is an error_code, too.
inline constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

// Lets everything else that is ready run: between images of a long pure loop.
task<void> yield();

}  // namespace async
}  // namespace retouch
