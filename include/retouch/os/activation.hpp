// Listening sockets that the service manager opened for us: sd_listen_fds(3), spoken directly. With them a restart
// loses no connection, and the service needs no right to make them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/os/environment.hpp"

namespace retouch::os {

struct ActivatedSocket {
  int descriptor = -1;  // the caller's from now on; it blocks, and children do not inherit it
  std::string name;     // FileDescriptorName= of its unit, for messages: all sockets of a unit have the same one
  bool local = false;   // a unix socket; otherwise TCP
  std::string address;  // its path ("@name" when abstract), or its IP address
  std::uint16_t port = 0;
};

// "/run/retouch/retouch.sock", "127.0.0.1:9469", "[::1]:9469"
std::string to_string(const ActivatedSocket& socket);

// Descriptors `first`…, as $LISTEN_FDS says; none when $LISTEN_PID is another process than `process` (getpid()).
// Errc::invalid_input when the variables are garbage or one of them is no listening stream socket (ListenDatagram=,
// Accept=yes): a unit file is wrong then, and the message says what to change. To be called once.
Result<std::vector<ActivatedSocket>> activated_sockets(const Environment& environment, int process, int first = 3);

// An IP address (no zone, no brackets) as the sockets above spell theirs: "0::1" is "::1". nullopt: it is none.
std::optional<std::string> canonical_address(const std::string& text);

// One unit gives one name to all of its sockets, so they are told apart by what they are.
const ActivatedSocket* find_local(std::span<const ActivatedSocket> sockets);
// `address` as canonical_address() writes it.
const ActivatedSocket* find_tcp(std::span<const ActivatedSocket> sockets, std::string_view address, std::uint16_t port);

// Takes what the manager said to this process out of its environment ($LISTEN_*, $NOTIFY_SOCKET, $WATCHDOG_*), so that
// no child believes it was meant. Before any thread is started, and after Environment::of_process().
void forget_service_manager();

}  // namespace retouch::os
