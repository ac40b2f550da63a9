#include "retouch/async/gate.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <cassert>

namespace retouch::async {

Gate::~Gate() { assert(running_ == 0 && "a Gate must be closed before it is destroyed"); }

void Gate::spawn(asio::any_io_executor executor, std::function<task<void>()> make) {
  if (closing_) return;
  ++running_;
  auto signal = std::make_shared<asio::cancellation_signal>();
  signals_.push_back(signal);
  const auto it = std::prev(signals_.end());
  // co_spawn keeps the callable until its coroutine has ended.
  asio::co_spawn(executor, std::move(make),
                 asio::bind_cancellation_slot(signal->slot(), [this, it, signal](std::exception_ptr error) {
                   signals_.erase(it);
                   finished(error);
                 }));
}

void Gate::finished(std::exception_ptr error) {
  if (error && !first_error_) first_error_ = error;
  if (--running_ == 0) empty_.notify_all();
}

void Gate::cancel() {
  const auto signals = signals_;  // an emit may end a child and change the list
  for (const auto& signal : signals) signal->emit(asio::cancellation_type::terminal);
}

task<void> Gate::close() {
  closing_ = true;
  while (running_ > 0) co_await empty_.wait();
  if (auto error = std::exchange(first_error_, nullptr)) std::rethrow_exception(error);
}

}  // namespace retouch::async
