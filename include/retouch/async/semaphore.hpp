// Bounded concurrency: at most N permits are out.
#pragma once

#include <cstddef>
#include <utility>

#include "retouch/async/condition.hpp"

namespace retouch::async {

class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) : free_(permits) {}

  // Gives the permit back when it goes. Must not outlive its semaphore.
  class [[nodiscard]] Permit {
   public:
    explicit Permit(Semaphore* owner) : owner_(owner) {}
    Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (owner_) owner_->give_back();
    }

   private:
    Semaphore* owner_;
  };

  task<Permit> acquire() {
    while (free_ == 0) co_await available_.wait();
    --free_;
    co_return Permit(this);
  }
  std::size_t available() const { return free_; }

 private:
  void give_back() {
    ++free_;
    available_.notify_one();
  }
  std::size_t free_;
  Condition available_;
};

}  // namespace retouch::async
