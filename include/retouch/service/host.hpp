// What the daemon needs of the machine beyond the world of a pass: the service manager, its sockets, users, SIGHUP.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "retouch/async/task.hpp"
#include "retouch/os/activation.hpp"
#include "retouch/os/notify.hpp"
#include "retouch/os/users.hpp"

namespace retouch::service {

struct Host {
  std::unique_ptr<os::Users> users;
  os::Notifier manager{};
  std::optional<Duration> watchdog{};                  // how often the manager wants to hear of us
  Result<std::vector<os::ActivatedSocket>> sockets{};  // of socket activation
  std::int64_t pid = 0;
  std::function<void()> give_up{};           // ends the process at once
  std::function<void()> give_back_memory{};  // that was freed, to the system
  // SIGHUP: calls its argument each time, while what it returns lives.
  std::function<std::shared_ptr<void>(std::function<void()>)> on_hangup{};
};

// The real one. To be made once, before any thread is started: it takes what the manager said out of the environment.
Host system_host(asio::any_io_executor executor, const os::Environment& environment);

}  // namespace retouch::service
