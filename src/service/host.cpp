#include "retouch/service/host.hpp"

#include <unistd.h>

#include "retouch/os/process.hpp"
#include "retouch/os/signals.hpp"

namespace retouch::service {

Host system_host(asio::any_io_executor executor, const os::Environment& environment) {
  const int pid = ::getpid();
  os::share_one_heap();
  Host host{.users = os::make_system_users(),
            .manager = os::Notifier(environment),
            .watchdog = os::watchdog_interval(environment, pid),
            .sockets = os::activated_sockets(environment, pid),
            .pid = pid,
            .give_up = [] { ::_exit(1); },
            .give_back_memory = os::give_back_memory};
  host.on_hangup = [executor](std::function<void()> reload) -> std::shared_ptr<void> {
    return std::make_shared<os::ReloadOnSignal>(executor, std::move(reload));
  };
  os::forget_service_manager();
  return host;
}

}  // namespace retouch::service
