// One connection, and the means to end whatever it waits for.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <optional>
#include <string>

#include "retouch/async/condition.hpp"
#include "tls.hpp"
#include "watchdog.hpp"

namespace retouch::http {

struct Connection {
  explicit Connection(asio::any_io_executor executor) : socket(std::move(executor)) {}

  asio::ip::tcp::socket socket;
  std::optional<TlsStream> tls{};
  boost::beast::flat_buffer in{};  // received and not yet parsed
  std::string out{};               // the request being sent; kept for its capacity
  bool reused = false;             // has answered before
  Mono idle_since{};
  std::optional<Duration> keep_alive{};  // the server's own `Keep-Alive: timeout=`
};

// Ends an operation by its deadline: closes the socket, and wakes who waits for something else.
struct Deadline final : Watchdog::Watched {
  asio::ip::tcp::socket* socket = nullptr;
  async::Condition* waiting = nullptr;
  bool passed = false;

  void expire() override {
    passed = true;
    boost::system::error_code ignored;
    if (socket) socket->close(ignored);
    if (waiting) waiting->notify_all();
  }
};

}  // namespace retouch::http
