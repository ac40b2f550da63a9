// Deadlines over socket operations. One sleeping coroutine serves all connections of a transport or server, so a
// request costs no timer; whoever waits is ended by closing its socket, which no operation can ignore.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>

#include "retouch/async/clock.hpp"

namespace retouch::http {

class Watchdog {
 public:
  // Told once when its deadline has passed. Must not throw, nor destroy its guard before it returns.
  class Watched {
   public:
    virtual void expire() = 0;

   protected:
    ~Watched() = default;
  };

  // A deadline in force while it lives. Neither copied nor moved: the watchdog knows its address.
  class [[nodiscard]] Guard {
   public:
    Guard(Watchdog& watchdog, Mono deadline, Watched& watched);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    bool expired() const { return expired_; }

   private:
    friend class Watchdog;
    std::shared_ptr<struct WatchdogState> state_;
    std::multimap<Mono, Guard*>::iterator at_;
    Watched* watched_;
    bool expired_ = false;
  };

  Watchdog(asio::any_io_executor executor, async::Clock& clock);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  friend struct WatchdogState;
  static task<void> sleep(std::shared_ptr<WatchdogState> state, unsigned generation);
  static void start(const std::shared_ptr<WatchdogState>& state);
  static void stop(WatchdogState& state);
  std::shared_ptr<WatchdogState> state_;
};

}  // namespace retouch::http
