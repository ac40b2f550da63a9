#include "retouch/async/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace retouch::async {

task<void> yield() { co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable); }

Mono SystemClock::now() const {
  return Mono{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

Wall SystemClock::wall() const { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

task<void> SystemClock::sleep_until(Mono when) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  // Far deadlines must not overflow steady_clock's range.
  const Duration wait = std::min<Duration>(when - now(), std::chrono::hours(24 * 365));
  timer.expires_after(std::max(wait, Duration{}));
  [[maybe_unused]] const auto [error] = co_await timer.async_wait(use_tuple);
}

}  // namespace retouch::async
