// Owner of spawned coroutines: nothing runs detached. (The idea is Seastar's gate.)
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <functional>
#include <list>
#include <memory>

#include "retouch/async/condition.hpp"

namespace retouch::async {

// Coroutines spawned here are counted; close() returns when the last one has ended. An exception that leaves a
// coroutine is a bug: the first one is rethrown by close(). A Gate must be closed before it is destroyed.
class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  // `make` is kept alive until its coroutine ends, so a capturing lambda that is a coroutine is safe here. Ignored
  // after close() began.
  void spawn(asio::any_io_executor executor, std::function<task<void>()> make);
  // Emits terminal cancellation to all that run.
  void cancel();
  task<void> close();
  std::size_t running() const { return running_; }

 private:
  struct Child;
  void finished(std::exception_ptr error);
  std::size_t running_ = 0;
  bool closing_ = false;
  std::exception_ptr first_error_;
  std::list<std::shared_ptr<asio::cancellation_signal>> signals_;
  Condition empty_;
};

}  // namespace retouch::async
