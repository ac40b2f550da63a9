#include "unix_address.hpp"

#include <cstddef>
#include <cstring>

namespace retouch::os {

std::optional<UnixAddress> unix_address(std::string_view name) {
  UnixAddress result;
  result.address.sun_family = AF_UNIX;
  if (name.size() < 2 || (name.front() != '/' && name.front() != '@')) return std::nullopt;
  if (name.size() >= sizeof result.address.sun_path) return std::nullopt;
  std::memcpy(result.address.sun_path, name.data(), name.size());
  if (name.front() == '@') result.address.sun_path[0] = '\0';
  // Of an abstract name every byte counts, so a closing NUL would make it another one.
  const std::size_t closing = name.front() == '/' ? 1 : 0;
  result.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + closing);
  return result;
}

}  // namespace retouch::os
