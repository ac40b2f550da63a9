// A transport and a peer on one event loop.
#pragma once

#include <gtest/gtest.h>

#include "raw_peer.hpp"
#include "retouch/http/client.hpp"
#include "retouch/http/server.hpp"
#include "run.hpp"

namespace retouch::http::test {

using namespace std::chrono_literals;

inline Request request(std::string method, std::string url) {
  auto parsed = parse_url(url);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return {.method = method, .url = *parsed, .repeatable = method == "GET", .timeout = 5s};
}
inline Request get(std::uint16_t port, std::string target = "/") {
  return request("GET", "http://127.0.0.1:" + std::to_string(port) + target);
}
inline Request patch(std::uint16_t port, std::string target = "/") {
  auto made = request("PATCH", "http://127.0.0.1:" + std::to_string(port) + target);
  made.body = "[]";
  return made;
}

inline TransportPtr client(asio::any_io_executor executor, async::Clock& clock, ClientOptions options = {}) {
  auto made = make_transport(std::move(executor), std::move(options), clock, {});
  if (!made) throw std::runtime_error(made.error().message);
  return *made;
}

// Runs `body` with a transport, against a raw peer.
inline void with_peer(RawPeer::Serve serve, std::function<task<void>(Transport&, RawPeer&)> body,
                      ClientOptions options = {}) {
  async::SystemClock clock;
  retouch::test::run([&]() -> task<void> {
    auto executor = co_await asio::this_coro::executor;
    RawPeer peer(executor, serve);
    auto transport = client(executor, clock, options);
    co_await body(*transport, peer);
    transport.reset();
    co_await peer.close();
  });
}

// Runs `body` with a transport, against our own server.
inline void with_server(ListenOptions listening, Handler handler,
                        std::function<task<void>(Transport&, std::uint16_t)> body, ClientOptions options = {}) {
  async::SystemClock clock;
  retouch::test::run([&]() -> task<void> {
    auto executor = co_await asio::this_coro::executor;
    auto server = listen(executor, listening, clock, handler);
    if (!server) throw std::runtime_error(server.error().message);
    auto transport = client(executor, clock, options);
    co_await body(*transport, (*server)->port());
    transport.reset();
    co_await (*server)->close();
  });
}

}  // namespace retouch::http::test
