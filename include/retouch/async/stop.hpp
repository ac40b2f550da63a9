// Asking for an orderly end. Unlike Asio's cancellation it does not tear coroutines apart at their next await: whoever
// starts new work looks at it, and whoever waits long waits for it too.
#pragma once

#include "retouch/async/condition.hpp"

namespace retouch::async {

class Stop {
 public:
  void request() {
    requested_ = true;
    changed_.notify_all();
  }
  bool requested() const { return requested_; }
  // Returns once requested.
  task<void> wait() const {
    while (!requested_) co_await changed_.wait();
  }

 private:
  bool requested_ = false;
  mutable Condition changed_;
};

}  // namespace retouch::async
