// The real transport: HTTP/1.1 over kept-alive connections, TLS, and a proxy's tunnel.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"
#include "retouch/http/proxy.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::http {

// Peer and host name are verified, TLS >= 1.2. Files are PEM and are read once: by make_transport() when the first,
// third or fourth is given, and else for the first https request.
struct TlsOptions {
  std::string ca_file{};             // trusted instead of the system's authorities
  std::string system_ca_file{};      // $SSL_CERT_FILE: instead of the system's own place
  std::string client_certificate{};  // both or none
  std::string client_key{};          // without a passphrase
  bool verify = true;                // false is logged as a warning
};

// The addresses of a host, as text. Called on a thread of its own, where it may block as long as it likes: a request
// waits for it until its own deadline, the event loop and the end of the process do not. It owns what it touches.
using Resolve = std::function<Result<std::vector<std::string>>(const std::string& host)>;

struct ClientOptions {
  TlsOptions tls{};
  ProxySettings proxy{};
  Duration connect_timeout = std::chrono::seconds(5);  // resolving, connecting, the proxy's tunnel, TLS handshake
  Duration idle_limit = std::chrono::seconds(50);      // below the 55 s of the shortest load balancer known to us
  std::string user_agent = "retouch";
  std::size_t max_connections = 32;  // per origin; further requests wait for one
  Resolve resolve{};                 // empty: getaddrinfo
};

// Contract of Transport::send(), and:
// - A reused connection that turns out dead before the first byte of the answer: repeatable requests, and such of which
//   no byte was written, are sent once more on a fresh connection; for other requests the error's reaction is
//   uncertain.
// - After such an unannounced close the origin's connections are not reused for ten minutes.
// - A redirect is an answer like any other; FollowingTransport follows those that may be followed.
// - Content-Encoding, which we never ask for, is Errc::protocol.
// - https requests fail by $SSL_CERT_FILE (Errc::io) until it could be read once; nothing was sent then.
// Must outlive its requests. Errors: options' files (Errc::io, Errc::tls).
Result<TransportPtr> make_transport(asio::any_io_executor executor, ClientOptions options, async::Clock& clock,
                                    Log log);

}  // namespace retouch::http
