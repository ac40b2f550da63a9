#include "retouch/http/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "run.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Then = ServerResponse::Then;

task<ServerResponse> echo(ServerRequest request) {
  ServerResponse response;
  response.headers.add("X-Method", request.method);
  response.headers.add("X-Path", request.path);
  response.headers.add("X-Query", request.query);
  response.body = request.body;
  co_return response;
}

Handler answering(Then then) {
  return [then](ServerRequest) -> task<ServerResponse> {
    ServerResponse response{.body = "x", .then = then};
    co_return response;
  };
}

// What comes back for `text`, until the peer closes or `until` was seen.
task<std::string> talk(std::uint16_t port, std::string text, std::string until = "never") {
  tcp::socket socket(co_await asio::this_coro::executor);
  tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(endpoint, asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
  std::string got;
  char piece[1024];
  for (;;) {
    auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(piece), async::use_tuple);
    if (ec) break;
    got.append(piece, bytes);
    if (got.find(until) != std::string::npos) break;
  }
  co_return got;
}

void serving(Handler handler, std::function<task<void>(std::uint16_t)> body, ListenOptions options = {}) {
  async::SystemClock clock;
  test::run([&]() -> task<void> {
    auto server = listen(co_await asio::this_coro::executor, options, clock, handler);
    if (!server) {
      ADD_FAILURE() << server.error().message;
      co_return;
    }
    co_await body((*server)->port());
    co_await (*server)->close();
  });
}

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
  serving(echo, [](std::uint16_t port) -> task<void> {
    auto got = co_await talk(port,
                             "GET /a%20b?c=d HTTP/1.1\r\nHost: h\r\n\r\n"
                             "PATCH /e HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxyz");
    EXPECT_NE(got.find("X-Path: /a%20b\r\nX-Query: c=d\r\n"), std::string::npos) << got;
    EXPECT_NE(got.find("X-Method: PATCH\r\n"), std::string::npos) << got;
    EXPECT_NE(got.find("Content-Length: 3\r\nConnection: close\r\n\r\nxyz"), std::string::npos) << got;
    EXPECT_NE(got.find("Date: "), std::string::npos) << got;
  });
}

TEST(Server, EndsConnectionsInEachOfTheWaysOfRealClouds) {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  serving(answering(Then::close), [&](std::uint16_t port) -> task<void> {
    auto got = co_await talk(port, get);
    EXPECT_NE(got.find("Connection: close\r\n\r\nx"), std::string::npos) << got;
  });
  serving(answering(Then::close_silently), [&](std::uint16_t port) -> task<void> {
    auto got = co_await talk(port, get);
    EXPECT_NE(got.find("\r\n\r\nx"), std::string::npos) << got;
    EXPECT_EQ(got.find("Connection"), std::string::npos) << got;
  });
  serving(answering(Then::drop), [&](std::uint16_t port) -> task<void> { EXPECT_EQ(co_await talk(port, get), ""); });
}

TEST(Server, CloseEndsAHangingConnectionAndARunningHandler) {
  async::SystemClock clock;
  test::run([&]() -> task<void> {
    auto executor = co_await asio::this_coro::executor;
    Handler handler = [&](ServerRequest request) -> task<ServerResponse> {
      if (request.path == "/slow") co_await clock.sleep_for(1h);
      co_return ServerResponse{.then = Then::hang};
    };
    auto server = *listen(executor, {}, clock, handler);
    tcp::socket one(executor), two(executor);
    tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
    co_await one.async_connect(endpoint, asio::use_awaitable);
    co_await two.async_connect(endpoint, asio::use_awaitable);
    co_await asio::async_write(one, asio::buffer("GET / HTTP/1.1\r\n\r\n", 18), asio::use_awaitable);
    co_await asio::async_write(two, asio::buffer("GET /slow HTTP/1.1\r\n\r\n", 22), asio::use_awaitable);
    co_await clock.sleep_for(20ms);
    co_await server->close();
    char byte = 0;
    auto [ec, bytes] = co_await one.async_read_some(asio::buffer(&byte, 1), async::use_tuple);
    EXPECT_TRUE(ec);
    auto [ec2, bytes2] = co_await two.async_read_some(asio::buffer(&byte, 1), async::use_tuple);
    EXPECT_TRUE(ec2);
  });
}

TEST(Server, RefusesWhatIsTooLargeOrNoRequest) {
  serving(echo,
          [](std::uint16_t port) -> task<void> {
            auto big = co_await talk(port, "PUT / HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world");
            EXPECT_TRUE(big.starts_with("HTTP/1.1 413 ")) << big;
            auto head = co_await talk(port, "GET / HTTP/1.1\r\nX: " + std::string(66000, 'x') + "\r\n\r\n");
            EXPECT_TRUE(head.empty() || head.starts_with("HTTP/1.1 431 "))
                << head;  // reset when unread bytes were left
            auto bad = co_await talk(port, "\x16\x03\x01 nonsense\r\n\r\n");
            EXPECT_TRUE(bad.starts_with("HTTP/1.1 400 ")) << bad;
          },
          {.max_body = 10});
}

TEST(Server, ClosesAConnectionThatStopsInMidRequest) {
  serving(echo, [](std::uint16_t port) -> task<void> { EXPECT_EQ(co_await talk(port, "GET / HT"), ""); },
          {.request_timeout = 30ms});
}

TEST(Server, AThrowingHandlerBecomesA500WithoutItsText) {
  Handler handler = [](ServerRequest) -> task<ServerResponse> {
    throw std::runtime_error("hunter2");
    co_return ServerResponse{};
  };
  serving(handler, [](std::uint16_t port) -> task<void> {
    auto got = co_await talk(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 500 Internal Server Error\r\n")) << got;
    EXPECT_EQ(got.find("hunter2"), std::string::npos);
  });
}

TEST(Server, HeadAnd204HaveNoBody) {
  Handler handler = [](ServerRequest request) -> task<ServerResponse> {
    co_return ServerResponse{.status = request.method == "HEAD" ? 200 : 204, .body = "BODY"};
  };
  serving(handler, [](std::uint16_t port) -> task<void> {
    auto head = co_await talk(port, "HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_NE(head.find("Content-Length: 4\r\n"), std::string::npos);
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
    auto none = co_await talk(port, "DELETE / HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(none.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(none.ends_with("\r\n\r\n")) << none;
  });
}

TEST(Server, SaysWhyItCannotListen) {
  async::SystemClock clock;
  asio::io_context context;
  for (ListenOptions options : {ListenOptions{.address = "nonsense"}, ListenOptions{.address = "192.0.2.1"},
                                ListenOptions{.certificate_file = "/nonexistent", .key_file = "/nonexistent"}}) {
    auto server = listen(context.get_executor(), options, clock, echo);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, Errc::io);
  }
}

}  // namespace
}  // namespace retouch::http
