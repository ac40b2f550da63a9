// A small HTTP/1.1 server: the simulated clouds, and the daemon's metrics, webhook and control socket. It listens on an
// address, on a unix socket, or on a descriptor that systemd opened for us.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

// Who stands at the other end of a unix socket, as the kernel saw him when he connected.
struct Peer {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups{};  // supplementary ones of that process, whatever /etc/group says by now
};

struct ServerRequest {
  std::string method;
  std::string target;  // as sent
  std::string path;    // target without the query, not decoded
  std::string query;   // without "?"
  Headers headers;
  std::string body;
  Wall received{};             // of the last byte
  std::optional<Peer> peer{};  // null over TCP: nobody knows
};

struct ServerResponse {
  int status = 200;
  // Date, Content-Length and Connection are the server's unless given here. With a Transfer-Encoding of your own,
  // `body` is sent as it is.
  Headers headers{};
  std::string body{};
  // What happens to the connection: real clouds do each of these.
  enum class Then {
    keep_alive,
    close,           // announced by Connection: close
    close_silently,  // after the answer, without announcing it
    drop,            // no answer at all: closed at once (a lost answer)
    hang,            // no answer at all, the connection stays open until the peer or close() ends it
  } then = Then::keep_alive;
};

using Handler = std::function<task<ServerResponse>(ServerRequest)>;

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any free port

  // Instead of address and port: a unix socket of this mode. A file that a dead process left there is replaced; one
  // that somebody listens on, or that is no socket, is an error and stays.
  std::string unix_path{};
  unsigned unix_mode = 0660;
  // Instead of both: a TCP or unix socket that listens, inherited by socket activation. That it is such a one has been
  // seen to where it was received (os::activated_sockets(), which can say what of a unit is wrong). It is duplicated,
  // because close() closes what it listens on: the caller's stays valid, and its file, the manager's, is not removed.
  int inherited = -1;

  std::string certificate_file{};  // PEM; both empty = plain http
  std::string key_file{};
  std::uint32_t max_header = 64u << 10;  // more is a 431
  std::size_t max_body = 1u << 20;       // more is a 413
  // From the first byte of a request (of a new connection: from its begin) to the last: who dribbles is cut off.
  Duration request_timeout = std::chrono::seconds(10);
  Duration idle_timeout = std::chrono::seconds(60);  // between two requests; also for the peer to take an answer
  // So many at once. The next one takes the place of the longest idle connection; while all are busy it waits.
  std::size_t max_connections = 64;
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;  // 0 for a unix socket
  // Stops accepting, removes the file of its unix socket, ends all connections (handlers are cancelled), returns when
  // no handler runs any more. Must have returned before the server is destroyed.
  virtual task<void> close() = 0;
};

// Listens at once; connections are served on `executor` until close(). `handler` is called once a request, several at a
// time on different connections; its exceptions become a 500.
Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenOptions options, async::Clock& clock,
                                       Handler handler);

}  // namespace retouch::http
