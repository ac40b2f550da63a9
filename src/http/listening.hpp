// From ListenOptions to a descriptor that listens.
#pragma once

#include <sys/types.h>

#include "retouch/http/server.hpp"

namespace retouch::http {

// Of a unix socket that we made; only this very file is ever removed.
struct SocketFile {
  std::string path{};
  dev_t device = 0;
  ino_t inode = 0;
};

struct Listening {
  int descriptor = -1;  // close-on-exec; belongs to whoever called
  int family = 0;
  std::uint16_t port = 0;
  SocketFile file{};
};

// Errc::io, or Errc::locked when another process listens on that unix socket.
Result<Listening> open_listening(const ListenOptions& options);
void remove_file(const SocketFile& file);

// Null when this is no unix socket.
std::optional<Peer> peer_of(int descriptor);

}  // namespace retouch::http
