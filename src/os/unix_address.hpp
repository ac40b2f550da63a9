// The address of a unix socket, checked.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

namespace retouch::os {

struct UnixAddress {
  sockaddr_un address{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

// "/run/x" or "@abstract"; nullopt when it is neither, or too long for a socket.
std::optional<UnixAddress> unix_address(std::string_view name);

}  // namespace retouch::os
