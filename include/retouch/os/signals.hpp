// SIGINT and SIGTERM as a request to stop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
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

}  // namespace retouch::os
