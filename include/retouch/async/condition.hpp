// Waiting for a change that another coroutine of the same thread makes.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <memory>

#include "retouch/async/task.hpp"

namespace retouch::async {

// A list of waiting coroutines. No value, no memory: re-check what you wait for in a loop. Not thread-safe. Waiters
// resume through their executor, never inside notify. A waiter reacts to (terminal) cancellation like any Asio
// operation: its wait() throws operation_aborted.
class Condition {
 public:
  Condition();
  ~Condition();  // wakes everyone
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  task<void> wait();
  void notify_one();  // in order of arrival
  void notify_all();
  std::size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace retouch::async
