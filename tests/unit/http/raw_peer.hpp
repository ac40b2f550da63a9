// A peer that does what no decent server does: answers with given bytes, late, in pieces, or not at all.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/async/gate.hpp"

namespace retouch::http::test {

using asio::ip::tcp;

// Reads until the end of a request's head (and no body), or what came before the peer closed.
inline task<std::string> read_head(tcp::socket& socket) {
  std::string text;
  char byte = 0;
  while (text.find("\r\n\r\n") == std::string::npos) {
    auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(&byte, 1), async::use_tuple);
    if (ec) break;
    text += byte;
  }
  co_return text;
}

inline task<void> say(tcp::socket& socket, std::string text) {
  [[maybe_unused]] auto [ec, bytes] = co_await asio::async_write(socket, asio::buffer(text), async::use_tuple);
}

// Waits until the peer closes.
inline task<void> until_closed(tcp::socket& socket) {
  char piece[4096];
  for (;;) {
    auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(piece), async::use_tuple);
    if (ec) co_return;
  }
}

class RawPeer {
 public:
  // `serve(connection, number)`: number counts connections from 1. The connection ends with the coroutine.
  using Serve = std::function<task<void>(tcp::socket&, int)>;

  RawPeer(asio::any_io_executor executor, Serve serve)
      : executor_(executor), acceptor_(executor, {asio::ip::address_v4::loopback(), 0}), serve_(std::move(serve)) {
    gate_.spawn(executor_, [this] { return accept(); });
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }

  task<void> close() {
    acceptor_.close();
    gate_.cancel();
    co_await gate_.close();
  }

 private:
  task<void> accept() {
    for (;;) {
      auto socket = std::make_shared<tcp::socket>(executor_);
      auto [ec] = co_await acceptor_.async_accept(*socket, async::use_tuple);
      if (ec) co_return;
      int number = ++connections_;
      gate_.spawn(executor_, [this, socket, number] { return guarded(socket, number); });
    }
  }

  task<void> guarded(std::shared_ptr<tcp::socket> socket, int number) {
    try {
      co_await serve_(*socket, number);
    } catch (const boost::system::system_error&) {  // cancelled by close()
    }
    boost::system::error_code ignored;
    socket->close(ignored);
  }

  asio::any_io_executor executor_;
  tcp::acceptor acceptor_;
  Serve serve_;
  async::Gate gate_;
  int connections_ = 0;
};

}  // namespace retouch::http::test
