// What keeps a server alive among those who mean it no good: deadlines and the cap of connections.
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "retouch/async/condition.hpp"
#include "retouch/http/server.hpp"
#include "run.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

task<ServerResponse> hello(ServerRequest) {
  ServerResponse response{.body = "hello"};
  co_return response;
}

task<std::shared_ptr<tcp::socket>> connect(std::uint16_t port) {
  auto socket = std::make_shared<tcp::socket>(co_await asio::this_coro::executor);
  tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  co_await socket->async_connect(endpoint, asio::use_awaitable);
  co_return socket;
}

task<void> say(tcp::socket& socket, std::string text) {
  co_await asio::async_write(socket, asio::buffer(text), async::use_tuple);
}

// What arrives until `part` is there or the connection ends.
task<std::string> hear(tcp::socket& socket, std::string part = "never") {
  std::string got;
  char piece[4096];
  while (got.find(part) == std::string::npos) {
    auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(piece), async::use_tuple);
    if (ec) break;
    got.append(piece, bytes);
  }
  co_return got;
}

void serving(ListenOptions options, Handler handler, std::function<task<void>(std::uint16_t)> body) {
  async::SystemClock clock;
  test::run([&]() -> task<void> {
    auto server = *listen(co_await asio::this_coro::executor, options, clock, handler);
    co_await body(server->port());
    co_await server->close();
  });
}

TEST(ServerLimits, WhoDribblesIsCutOffHoweverBusyHeLooks) {
  serving({.request_timeout = 150ms, .idle_timeout = 1h}, hello, [](std::uint16_t port) -> task<void> {
    async::SystemClock clock;
    auto socket = co_await connect(port);
    co_await say(*socket, "POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
    const auto began = clock.now();
    bool cut = false;
    while (!cut && clock.now() - began < 8s) {
      auto [ec, bytes] = co_await asio::async_write(*socket, asio::buffer("x", 1), async::use_tuple);
      cut = static_cast<bool>(ec);
      co_await clock.sleep_for(10ms);
    }
    EXPECT_TRUE(cut);
  });
}

TEST(ServerLimits, ANewConnectionThatSaysNothingIsCutOff) {
  serving({.request_timeout = 50ms, .idle_timeout = 1h}, hello, [](std::uint16_t port) -> task<void> {
    auto socket = co_await connect(port);
    EXPECT_EQ(co_await hear(*socket), "");
  });
}

TEST(ServerLimits, TheDeadlineOfARequestBeginsAnewWithEachOfAConnection) {
  serving({.request_timeout = 2s}, hello, [](std::uint16_t port) -> task<void> {
    async::SystemClock clock;
    auto socket = co_await connect(port);
    const auto began = clock.now();
    while (clock.now() - began < 2500ms) {
      co_await say(*socket, get);
      const auto got = co_await hear(*socket, "hello");
      EXPECT_TRUE(got.ends_with("hello")) << got;
      if (!got.ends_with("hello")) co_return;
      co_await clock.sleep_for(100ms);
    }
  });
}

TEST(ServerLimits, TheNextConnectionTakesThePlaceOfTheLongestIdle) {
  serving({.max_connections = 2}, hello, [](std::uint16_t port) -> task<void> {
    auto first = co_await connect(port);
    co_await say(*first, get);
    co_await hear(*first, "hello");
    auto second = co_await connect(port);
    co_await say(*second, get);
    co_await hear(*second, "hello");
    auto third = co_await connect(port);
    co_await say(*third, get);
    EXPECT_TRUE((co_await hear(*third, "hello")).ends_with("hello"));
    EXPECT_EQ(co_await hear(*first), "");  // ended
    co_await say(*second, get);
    EXPECT_TRUE((co_await hear(*second, "hello")).ends_with("hello"));
  });
}

TEST(ServerLimits, WhileAllAreBusyTheNextConnectionWaits) {
  async::Condition go;
  bool open = false;
  int most = 0, running = 0;
  Handler slow = [&](ServerRequest) -> task<ServerResponse> {
    most = std::max(most, ++running);
    while (!open) co_await go.wait();
    --running;
    co_return ServerResponse{.body = "hello", .then = ServerResponse::Then::close};
  };
  serving({.max_connections = 3}, slow, [&](std::uint16_t port) -> task<void> {
    async::SystemClock clock;
    std::vector<std::shared_ptr<tcp::socket>> sockets;
    for (int i = 0; i < 12; ++i) {
      sockets.push_back(co_await connect(port));
      co_await say(*sockets.back(), get);
    }
    while (running < 3) co_await clock.sleep_for(5ms);
    co_await clock.sleep_for(50ms);
    EXPECT_EQ(running, 3);
    open = true;
    go.notify_all();
    for (auto& socket : sockets) EXPECT_TRUE((co_await hear(*socket, "hello")).ends_with("hello"));
  });
  EXPECT_EQ(most, 3);
}

TEST(ServerLimits, CloseEndsAConnectionThatWaitsForItsTurn) {
  Handler never = [](ServerRequest) -> task<ServerResponse> {
    co_return ServerResponse{.then = ServerResponse::Then::hang};
  };
  serving({.max_connections = 1}, never, [](std::uint16_t port) -> task<void> {
    async::SystemClock clock;
    auto first = co_await connect(port);
    co_await say(*first, get);
    auto second = co_await connect(port);
    co_await say(*second, get);
    co_await clock.sleep_for(30ms);
  });
}

TEST(ServerLimits, ARefusalArrivesAlthoughMoreIsBeingSent) {
  serving({.max_header = 4096, .max_body = 10}, hello, [](std::uint16_t port) -> task<void> {
    auto body = co_await connect(port);
    co_await say(*body, "PUT / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + std::string(900000, 'x'));
    body->shutdown(tcp::socket::shutdown_send);
    EXPECT_TRUE((co_await hear(*body)).starts_with("HTTP/1.1 413 "));
    auto head = co_await connect(port);
    co_await say(*head, "GET / HTTP/1.1\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");
    head->shutdown(tcp::socket::shutdown_send);
    EXPECT_TRUE((co_await hear(*head)).starts_with("HTTP/1.1 431 "));
  });
}

}  // namespace
}  // namespace retouch::http
