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

struct ReloadOnSignal::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor executor, std::function<void()> to_call)
      : signals(executor, SIGHUP), reload(std::move(to_call)) {}

  void listen() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
      if (error || !self->reload) return;
      self->listen();                  // first, so that a signal during the call is not lost
      const auto call = self->reload;  // a copy: it may end its own ReloadOnSignal
      call();
    });
  }

  asio::signal_set signals;
  std::function<void()> reload;
};

ReloadOnSignal::ReloadOnSignal(asio::any_io_executor executor, std::function<void()> reload)
    : state_(std::make_shared<State>(executor, std::move(reload))) {
  state_->listen();
}

ReloadOnSignal::~ReloadOnSignal() {
  state_->reload = nullptr;  // a signal that is already on its way finds nobody
  state_->signals.cancel();
}

}  // namespace retouch::os
