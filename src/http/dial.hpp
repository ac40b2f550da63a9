// From an origin to an open connection: addresses, TCP, the proxy's tunnel, TLS.
#pragma once

#include <memory>
#include <vector>

#include "connection.hpp"
#include "retouch/async/lone_thread.hpp"

namespace retouch::http {

// The addresses of one host, looked up once however many connections wait for them. getaddrinfo cannot be interrupted:
// whoever runs out of time leaves it behind on its own thread, and the next one to ask waits for that same lookup.
class Lookup {
 public:
  Lookup(asio::any_io_executor executor, Resolve resolve)
      : executor_(std::move(executor)), resolve_(std::move(resolve)) {}
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // Errc::timeout when `deadline` passed first.
  task<Result<std::vector<asio::ip::address>>> find(std::string host, Deadline& deadline);

 private:
  struct Running;
  Result<std::shared_ptr<Running>> begin(const std::string& host) const;
  asio::any_io_executor executor_;
  Resolve resolve_;
  std::shared_ptr<Running> running_;
};

// What all connections to one origin have in common.
struct Route {
  Origin origin;
  const Proxy* proxy = nullptr;       // owned by the transport's options
  asio::ssl::context* tls = nullptr;  // likewise
  Duration connect_timeout{};
};

// Opens `connection`, by the route's connect timeout or `deadline`, whichever comes first (Errc::timeout).
task<Result<void>> dial(Connection& connection, const Route& route, Lookup& lookup, Watchdog& watchdog,
                        async::Clock& clock, Mono deadline);

}  // namespace retouch::http
