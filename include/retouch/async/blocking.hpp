// Work that blocks (files, key derivation, git, parsing many manifests) off the event loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "retouch/async/task.hpp"

namespace retouch::async {

// Runs functions elsewhere and returns their value to the calling coroutine's executor. In production a small thread
// pool; in tests and simulation the same thread.
class Blocking {
 public:
  virtual ~Blocking() = default;

  // `work` must not touch anything of the event loop's thread. Its exceptions come out of the await.
  template <class F>
  task<std::invoke_result_t<F>> run(F work) {
    using T = std::invoke_result_t<F>;
    if constexpr (std::is_void_v<T>) {
      co_await execute(std::move(work));
    } else {
      auto result = std::make_shared<std::optional<T>>();
      auto shared = std::make_shared<F>(std::move(work));
      co_await execute([result, shared] { result->emplace((*shared)()); });
      co_return *std::move(*result);
    }
  }

 protected:
  virtual task<void> execute(std::function<void()> work) = 0;
};

// A pool of `threads` threads; joins them when it goes. One of them begins with `first`, whose exceptions
// nobody sees.
std::unique_ptr<Blocking> make_thread_pool(std::size_t threads, std::function<void()> first = {});
// Runs it at once, on the calling thread: for unit tests and one-shot tools.
std::unique_ptr<Blocking> make_inline_blocking();

}  // namespace retouch::async
