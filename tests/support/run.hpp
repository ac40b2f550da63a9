// Running a coroutine in a unit test: with a deadline in real seconds (a hang is a failure, not a stuck CI), and a
// check that it leaves no work behind.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>

#include "manual_clock.hpp"
#include "retouch/async/task.hpp"

namespace retouch::test {

// Runs `body` on a fresh io_context. With a ManualClock, time jumps whenever nothing else is ready. Fails the test when
// `body` has not ended after 10 real seconds, or when work is left over. Exceptions of `body` fail the test.
void run(const std::function<task<void>()>& body, ManualClock* clock = nullptr);

// The same for a value.
template <class T>
T run_for(const std::function<task<T>()>& body, ManualClock* clock = nullptr) {
  std::optional<T> result;
  run([&]() -> task<void> { result.emplace(co_await body()); }, clock);
  if (!result) throw std::runtime_error("the coroutine did not finish");
  return std::move(*result);
}

}  // namespace retouch::test
