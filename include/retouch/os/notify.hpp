// What this process tells the service manager that started it: sd_notify(3), spoken directly, because all of its
// protocol is one datagram with lines of NAME=VALUE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retouch/base/time.hpp"
#include "retouch/os/environment.hpp"

namespace retouch::os {

// Each call sends one message and says whether it went out. False is never fatal: nobody may be listening (no
// $NOTIFY_SOCKET), or the manager is busy. What it must not miss (ready, reloading, stopping, the drain) is waited for
// up to a second, what is repeated anyway (status, watchdog) not at all, so that a stuck manager cannot stop the event
// loop.
class Notifier {
 public:
  Notifier() = default;  // tells nobody
  // $NOTIFY_SOCKET: an absolute path, or "@name" for an abstract socket. Anything else tells nobody.
  explicit Notifier(const Environment& environment);
  Notifier(Notifier&& other) noexcept;
  Notifier& operator=(Notifier&& other) noexcept;
  ~Notifier();

  bool ready(std::string_view status) const;  // also what ends a reload
  // `now`: CLOCK_MONOTONIC (async::Clock::now()), as notify-reload of systemd 253 wants it; older ones ignore it.
  bool reloading(Mono now) const;
  bool status(std::string_view text) const;  // for `systemctl status`: made printable, one line
  bool watchdog() const;
  bool stopping(std::string_view status) const;
  // The stop (or start) that goes on may take this long from now on.
  bool extend_timeout(Duration time) const;

 private:
  int socket_ = -1;
};

// How often watchdog() has to be called: half of what the manager waits for. nullopt: it does not watch, or watches
// another process ($WATCHDOG_PID) than `process` (getpid()).
std::optional<Duration> watchdog_interval(const Environment& environment, int process);

}  // namespace retouch::os
