#include "watchdog.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

namespace retouch::http {

struct WatchdogState {
  asio::any_io_executor executor;
  async::Clock& clock;
  std::multimap<Mono, Watchdog::Guard*> deadlines{};
  std::shared_ptr<asio::cancellation_signal> sleeper{};  // null = nobody sleeps
  Mono wakes{};                                          // when the sleeper will
  unsigned generation = 0;                               // an outdated sleeper finds another one and ends
};

Watchdog::Watchdog(asio::any_io_executor executor, async::Clock& clock)
    : state_(std::make_shared<WatchdogState>(std::move(executor), clock)) {}

Watchdog::~Watchdog() { stop(*state_); }

Watchdog::Guard::Guard(Watchdog& watchdog, Mono deadline, Watched& watched)
    : state_(watchdog.state_), at_(state_->deadlines.emplace(deadline, this)), watched_(&watched) {
  if (state_->sleeper && state_->wakes <= deadline) return;
  stop(*state_);
  start(state_);
}

Watchdog::Guard::~Guard() {
  if (!expired_) state_->deadlines.erase(at_);
  if (state_->deadlines.empty()) stop(*state_);  // nothing may keep an idle event loop running
}

void Watchdog::stop(WatchdogState& state) {
  ++state.generation;
  if (auto sleeper = std::exchange(state.sleeper, nullptr)) sleeper->emit(asio::cancellation_type::terminal);
}

void Watchdog::start(const std::shared_ptr<WatchdogState>& state) {
  state->sleeper = std::make_shared<asio::cancellation_signal>();
  state->wakes = state->deadlines.begin()->first;
  auto signal = state->sleeper;
  auto ended = [signal](std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) throw;  // a bug: leaves the event loop
    }
  };
  asio::co_spawn(state->executor, sleep(state, state->generation),
                 asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

task<void> Watchdog::sleep(std::shared_ptr<WatchdogState> state, unsigned generation) {
  while (generation == state->generation && !state->deadlines.empty()) {
    state->wakes = state->deadlines.begin()->first;
    co_await state->clock.sleep_until(state->wakes);
    if (generation != state->generation) co_return;
    auto now = state->clock.now();
    while (!state->deadlines.empty() && state->deadlines.begin()->first <= now) {
      Guard* guard = state->deadlines.begin()->second;
      state->deadlines.erase(state->deadlines.begin());
      guard->expired_ = true;
      guard->watched_->expire();
    }
  }
  if (generation == state->generation) state->sleeper = nullptr;
}

}  // namespace retouch::http
