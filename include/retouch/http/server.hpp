// A small HTTP/1.1 server for loopback: the simulated clouds now, metrics, webhook and control socket later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

struct ServerRequest {
  std::string method;
  std::string target;  // as sent
  std::string path;    // target without the query, not decoded
  std::string query;   // without "?"
  Headers headers;
  std::string body;
  Wall received{};  // of the last byte
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
  std::uint16_t port = 0;          // 0 = any free port
  std::string certificate_file{};  // PEM; both empty = plain http
  std::string key_file{};
  std::size_t max_body = 1u << 20;
  Duration idle_timeout = std::chrono::seconds(60);
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // Stops accepting, ends all connections (handlers are cancelled), returns when no handler runs any more. Must have
  // returned before the server is destroyed.
  virtual task<void> close() = 0;
};

// Listens at once; connections are served on `executor` until close(). `handler` is called once a request, several at a
// time on different connections; its exceptions become a 500.
Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenOptions options, async::Clock& clock,
                                       Handler handler);

}  // namespace retouch::http
