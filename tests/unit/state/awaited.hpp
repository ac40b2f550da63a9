// Calls of a store in a test: run to their end, one at a time.
#pragma once

#include <memory>

#include "retouch/base/result.hpp"
#include "run.hpp"

namespace retouch::test {

template <class T>
Result<T> attempt(task<Result<T>> call) {
  auto held = std::make_shared<task<Result<T>>>(std::move(call));
  return run_for<Result<T>>([held] { return std::move(*held); });
}

// What must work; anything else fails the test.
template <class T>
T done(task<Result<T>> call) {
  auto result = attempt(std::move(call));
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace retouch::test
