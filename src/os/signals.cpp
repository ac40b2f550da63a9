#include "retouch/os/signals.hpp"

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace retouch::os {

struct StopOnSignals::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor executor, async::Stop& to_request)
      : signals(executor, SIGINT, SIGTERM), stop(to_request) {}

  void listen() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code error, int number) {
      if (error) return;
      if (self->seen != 0) ::_exit(128 + number);
      self->seen = number;
      self->stop.request();
      self->listen();
    });
  }

  asio::signal_set signals;
  async::Stop& stop;
  int seen = 0;
};

StopOnSignals::StopOnSignals(asio::any_io_executor executor, async::Stop& stop)
    : state_(std::make_shared<State>(executor, stop)) {
  state_->listen();
}

StopOnSignals::~StopOnSignals() { state_->signals.cancel(); }

int StopOnSignals::seen() const { return state_->seen; }

}  // namespace retouch::os
