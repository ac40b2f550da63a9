#include "dial.hpp"

#include <fmt/format.h>

#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "retouch/base/digest.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::http {

namespace {

namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

std::unexpected<Error> no_connection(const std::string& host, std::uint16_t port, std::string_view why) {
  return fail(Errc::connect, fmt::format("cannot connect to {} port {}: {}", host, port, why), Reaction::transient);
}

Origin proxy_origin(const Proxy& proxy) { return {.tls = false, .host = proxy.host, .port = proxy.port}; }

std::unexpected<Error> too_slow(const Route& route) {
  return fail(
      Errc::timeout,
      fmt::format("no connection to {} within {}", to_string(route.proxy ? proxy_origin(*route.proxy) : route.origin),
                  format_duration(route.connect_timeout)),
      Reaction::transient);
}

// The addresses in turn; each gets its share of the time that is left, so that one that answers nothing hides no other.
task<Result<void>> connect(Connection& connection, const std::vector<asio::ip::address>& addresses,
                           const std::string& host, std::uint16_t port, Watchdog& watchdog, async::Clock& clock,
                           Mono until, Deadline& stage) {
  error_code last = asio::error::host_not_found;
  for (std::size_t i = 0; i < addresses.size() && !stage.passed; ++i) {
    error_code ec;
    connection.socket.close(ec);
    Deadline share;
    share.socket = &connection.socket;
    auto left = (until - clock.now()) / static_cast<std::int64_t>(addresses.size() - i);
    Watchdog::Guard guard(watchdog, clock.now() + left, share);
    tcp::endpoint endpoint(addresses[i], port);
    auto [failure] = co_await connection.socket.async_connect(endpoint, async::use_tuple);
    if (!failure) {
      connection.socket.set_option(tcp::no_delay(true), ec);
      co_return Result<void>{};
    }
    if (failure == asio::error::operation_aborted && !share.passed && !stage.passed) {
      co_return fail(Errc::cancelled, "cancelled while connecting", Reaction::transient);
    }
    last = share.passed ? error_code(asio::error::timed_out) : failure;
  }
  co_return no_connection(host, port, last.message());
}

std::string connect_request(const Route& route) {
  auto host = route.origin.host.find(':') == std::string::npos ? route.origin.host : "[" + route.origin.host + "]";
  auto authority = fmt::format("{}:{}", host, route.origin.port);
  auto text = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", authority);
  if (const auto& credentials = route.proxy->credentials; !credentials.empty()) {
    const auto& plain = credentials.reveal();
    std::vector<std::uint8_t> bytes(plain.begin(), plain.end());
    text += "Proxy-Authorization: Basic " + base64(bytes) + "\r\n";
  }
  return text + "\r\n";
}

task<Result<void>> tunnel(Connection& connection, const Route& route) {
  const auto& proxy = *route.proxy;
  auto text = connect_request(route);
  auto [written, bytes] = co_await asio::async_write(connection.socket, asio::buffer(text), async::use_tuple);
  if (written) co_return no_connection(proxy.host, proxy.port, "the proxy hung up: " + written.message());
  beast::http::response_parser<beast::http::empty_body> answer;
  answer.skip(true);
  auto [failure, size] =
      co_await beast::http::async_read_header(connection.socket, connection.in, answer, async::use_tuple);
  if (failure) co_return no_connection(proxy.host, proxy.port, "no answer of the proxy: " + failure.message());
  auto status = answer.get().result_int();
  if (status == 407) {
    co_return fail(Errc::connect, fmt::format("the proxy {}:{} wants other credentials (407)", proxy.host, proxy.port));
  }
  if (status < 200 || status > 299) {
    auto reason = std::string_view(answer.get().reason());
    co_return fail(Errc::connect,
                   fmt::format("the proxy {}:{} refused the way to {}: {} {}", proxy.host, proxy.port,
                               to_string(route.origin), status, printable(reason, 100)),
                   status >= 500 ? Reaction::transient : Reaction::permanent);
  }
  // Nobody may speak before our own hello: these bytes would otherwise count as the origin's.
  if (connection.in.size() > 0) co_return fail(Errc::protocol, "the proxy sent more than its answer");
  co_return Result<void>{};
}

task<Result<void>> handshake(Connection& connection, const Route& route) {
  connection.tls.emplace(connection.socket, *route.tls);
  RETOUCH_CO_CHECK(expect_peer(*connection.tls, route.origin.host));
  auto [failure] = co_await connection.tls->async_handshake(asio::ssl::stream_base::client, async::use_tuple);
  if (failure) co_return fail(handshake_error(*connection.tls, route.origin.host, failure));
  co_return Result<void>{};
}

task<Result<void>> open(Connection& connection, const Route& route, Lookup& lookup, Watchdog& watchdog,
                        async::Clock& clock, Mono until, Deadline& stage) {
  const auto& host = route.proxy ? route.proxy->host : route.origin.host;
  auto port = route.proxy ? route.proxy->port : route.origin.port;
  RETOUCH_CO_TRY(auto addresses, co_await lookup.find(host, stage));
  if (stage.passed) co_return too_slow(route);
  RETOUCH_CO_CHECK(co_await connect(connection, addresses, host, port, watchdog, clock, until, stage));
  if (route.proxy) RETOUCH_CO_CHECK(co_await tunnel(connection, route));
  if (route.origin.tls) RETOUCH_CO_CHECK(co_await handshake(connection, route));
  co_return Result<void>{};
}

}  // namespace

task<Result<void>> dial(Connection& connection, const Route& route, Lookup& lookup, Watchdog& watchdog,
                        async::Clock& clock, Mono deadline) {
  auto until = std::min(deadline, clock.now() + route.connect_timeout);
  Deadline stage;
  stage.socket = &connection.socket;
  Watchdog::Guard guard(watchdog, until, stage);
  auto result = co_await open(connection, route, lookup, watchdog, clock, until, stage);
  if (!result && stage.passed) co_return too_slow(route);
  co_return result;
}

}  // namespace retouch::http
