#include "retouch/async/blocking.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>

namespace retouch::async {

namespace {

class ThreadPool final : public Blocking {
 public:
  ThreadPool(std::size_t threads, std::function<void()> first) : pool_(threads) {
    if (!first) return;
    asio::post(pool_, [first = std::move(first)] {
      try {
        first();
      } catch (...) {  // out of a thread it would end the process; who needs what it prepares meets the error itself
      }
    });
  }
  ~ThreadPool() override { pool_.join(); }

 private:
  task<void> execute(std::function<void()> work) override {
    auto body = [work = std::move(work)]() -> task<void> {
      work();
      co_return;
    };
    // The caller resumes on its own executor. Work that has begun is not cancelled, it ends by itself; an empty slot
    // shields it. (Disabling cancellation here would disable it for the caller's whole coroutine thread, for good.)
    co_await asio::co_spawn(pool_, std::move(body),
                            asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
  }

  asio::thread_pool pool_;
};

class Inline final : public Blocking {
  task<void> execute(std::function<void()> work) override {
    work();
    co_return;
  }
};

}  // namespace

std::unique_ptr<Blocking> make_thread_pool(std::size_t threads, std::function<void()> first) {
  return std::make_unique<ThreadPool>(threads, std::move(first));
}
std::unique_ptr<Blocking> make_inline_blocking() { return std::make_unique<Inline>(); }

}  // namespace retouch::async
