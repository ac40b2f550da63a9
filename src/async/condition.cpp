#include "retouch/async/condition.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <list>
#include <optional>

namespace retouch::async {

namespace {

using Signature = void(boost::system::error_code);
using Handler = asio::any_completion_handler<Signature>;

}  // namespace

struct Condition::State {
  struct Waiter {
    std::optional<Handler> handler;
    std::optional<asio::executor_work_guard<asio::any_io_executor>> work;
  };
  std::list<std::shared_ptr<Waiter>> waiters;

  // Completes one waiter through its executor, never inside the caller.
  static void complete(const std::shared_ptr<Waiter>& waiter) {
    if (!waiter->handler) return;
    asio::get_associated_cancellation_slot(*waiter->handler).clear();
    finish(*waiter, {});
  }
  // From inside the slot's own handler, so the slot must not be cleared here: that would destroy what is running.
  static void abort(const std::shared_ptr<Waiter>& waiter) {
    if (waiter->handler) finish(*waiter, asio::error::operation_aborted);
  }

 private:
  static void finish(Waiter& waiter, boost::system::error_code result) {
    Handler handler = std::move(*waiter.handler);
    auto work = std::move(*waiter.work);
    waiter.handler.reset();
    waiter.work.reset();
    const auto executor = work.get_executor();
    asio::post(executor, [handler = std::move(handler), held = std::move(work), result]() mutable {
      std::move(handler)(result);
    });
  }
};

Condition::Condition() : state_(std::make_shared<State>()) {}
Condition::~Condition() { notify_all(); }

task<void> Condition::wait() {
  auto executor = co_await asio::this_coro::executor;
  auto initiate = [state = state_, executor](auto completion) {
    auto waiter = std::make_shared<State::Waiter>();
    // First into the erased handler: it relays cancellation by taking over the original handler's slot.
    waiter->handler.emplace(std::move(completion));
    waiter->work.emplace(executor);
    auto slot = asio::get_associated_cancellation_slot(*waiter->handler);
    if (slot.is_connected()) {
      const std::weak_ptr<State> weak_state = state;
      const std::weak_ptr<State::Waiter> weak_waiter = waiter;
      slot.assign([weak_state, weak_waiter](asio::cancellation_type) {
        const auto waiting = weak_waiter.lock();
        if (!waiting) return;
        if (const auto owner = weak_state.lock()) owner->waiters.remove(waiting);
        State::abort(waiting);
      });
    }
    state->waiters.push_back(std::move(waiter));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, Signature>(initiate, asio::use_awaitable);
}

void Condition::notify_one() {
  if (state_->waiters.empty()) return;
  const auto waiter = state_->waiters.front();
  state_->waiters.pop_front();
  State::complete(waiter);
}

void Condition::notify_all() {
  auto all = std::move(state_->waiters);
  state_->waiters.clear();
  for (const auto& waiter : all) State::complete(waiter);
}

std::size_t Condition::waiting() const { return state_->waiters.size(); }

}  // namespace retouch::async
