// SIGINT and SIGTERM as a request to stop, SIGHUP as one to read the configuration again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "retouch/async/stop.hpp"

namespace retouch::os {

// While it lives, the first signal requests `stop`; the second ends the process at once with 128 + signal.
class StopOnSignals {
 public:
  StopOnSignals(asio::any_io_executor executor, async::Stop& stop);
  ~StopOnSignals();
  // The signal that was seen, 0 = none.
  int seen() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// While it lives, each SIGHUP calls `reload` on the executor; several that come at once may call it once. For `run`
// alone: of the other verbs a SIGHUP means that their terminal is gone, and ends them. Keep it to the very end: after
// it a SIGHUP ends the process.
class ReloadOnSignal {
 public:
  ReloadOnSignal(asio::any_io_executor executor, std::function<void()> reload);
  ~ReloadOnSignal();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace retouch::os
