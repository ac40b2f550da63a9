// Blocking work that may hang and that nothing can interrupt: getaddrinfo above all.
#pragma once

#include <functional>
#include <memory>

#include "retouch/async/condition.hpp"
#include "retouch/base/result.hpp"

namespace retouch::async {

// Runs on a thread of its own for which nobody has to wait: neither the event loop, once all have turned away from it,
// nor the end of the process. (A pool's threads are joined: one name server that does not answer would hold back the
// exit for half a minute.)
class LoneThread {
 public:
  // `work` owns whatever it touches: it may outlive its caller, and everything that main() made.
  // Errc::io: the system gives us no thread.
  static Result<std::shared_ptr<LoneThread>> start(std::function<void()> work);

  bool finished() const;

  // While somebody attends, the end of the work keeps the loop running and is told to changed().
  class [[nodiscard]] Attention {
   public:
    Attention(LoneThread& thread, const asio::any_io_executor& executor);
    ~Attention();
    Attention(const Attention&) = delete;
    Attention& operator=(const Attention&) = delete;

   private:
    LoneThread& thread_;
  };
  // Of the event loop's thread, like every Condition.
  Condition& changed();

 private:
  struct State;
  explicit LoneThread(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace retouch::async
