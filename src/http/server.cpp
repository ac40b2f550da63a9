#include "retouch/http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>

#include "retouch/async/gate.hpp"
#include "retouch/base/text.hpp"
#include "watchdog.hpp"

namespace retouch::http {

namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using Then = ServerResponse::Then;

constexpr std::uint32_t header_limit = 64u << 10;

// Ends a connection that is silent for too long.
struct Silence final : Watchdog::Watched {
  explicit Silence(tcp::socket& s) : socket(s) {}
  void expire() override {
    error_code ignored;
    socket.close(ignored);
  }
  tcp::socket& socket;
};

ServerRequest to_request(beast::http::request<beast::http::string_body>&& message, Wall received) {
  ServerRequest request{.method = std::string(message.method_string()), .target = std::string(message.target())};
  auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  request.received = received;
  return request;
}

ServerResponse plain(int status, std::string text) {
  ServerResponse response{.status = status, .body = std::move(text)};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

// The head of the answer, and its body when that is small, so that one segment carries both.
std::string serialize(const ServerResponse& response, bool announce_close, bool head_only, const std::string& date) {
  auto out = fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                         std::string_view(beast::http::obsolete_reason(
                             beast::http::int_to_status(static_cast<unsigned>(response.status)))));
  for (const auto& [name, value] : response.headers.all()) out += name + ": " + value + "\r\n";
  const auto& headers = response.headers;
  if (!headers.get("Date")) out += "Date: " + date + "\r\n";
  bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (!bodiless && !headers.get("Content-Length") && !headers.get("Transfer-Encoding")) {
    out += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  if (announce_close && !headers.get("Connection")) out += "Connection: close\r\n";
  out += "\r\n";
  if (!head_only && !bodiless) out += response.body;
  return out;
}

class ServerImpl final : public Server {
 public:
  ServerImpl(asio::any_io_executor executor, ListenOptions options, async::Clock& clock, Handler handler)
      : options_(std::move(options)),
        clock_(clock),
        handler_(std::move(handler)),
        executor_(executor),
        acceptor_(executor),
        watchdog_(executor, clock) {}

  Result<void> open() {
    if (!options_.certificate_file.empty() || !options_.key_file.empty()) RETOUCH_CHECK(load_certificate());
    error_code ec;
    auto address = asio::ip::make_address(options_.address, ec);
    if (ec) return cannot_listen("this is no IP address");
    tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return cannot_listen(ec.message());
    port_ = acceptor_.local_endpoint().port();
    gate_.spawn(executor_, [this] { return accept(); });
    return {};
  }

  std::uint16_t port() const override { return port_; }

  task<void> close() override {
    error_code ignored;
    acceptor_.close(ignored);
    gate_.cancel();
    co_await gate_.close();
  }

 private:
  std::unexpected<Error> cannot_listen(std::string_view why) const {
    return fail(Errc::io, fmt::format("cannot listen on {} port {}: {}", options_.address, options_.port, why));
  }

  Result<void> load_certificate() {
    tls_.emplace(ssl::context::tls_server);
    error_code ec;
    tls_->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                          ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                      ec);
    tls_->use_certificate_chain_file(options_.certificate_file, ec);
    if (ec) return fail(Errc::io, fmt::format("certificate {}: {}", options_.certificate_file, ec.message()));
    tls_->use_private_key_file(options_.key_file, ssl::context::pem, ec);
    if (ec) return fail(Errc::io, fmt::format("private key {}: {}", options_.key_file, ec.message()));
    SSL_CTX_set_mode(tls_->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return {};
  }

  task<void> accept() {
    while (acceptor_.is_open()) {
      tcp::socket socket(executor_);
      auto [ec] = co_await acceptor_.async_accept(socket, async::use_tuple);
      if (ec == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      if (ec) {  // most likely out of descriptors: give the running sessions time to end
        co_await clock_.sleep_for(std::chrono::milliseconds(100));
        continue;
      }
      auto shared = std::make_shared<tcp::socket>(std::move(socket));
      gate_.spawn(executor_, [this, shared] { return session(std::move(*shared)); });
    }
  }

  task<void> session(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    try {
      if (!tls_) {
        co_await serve(socket, socket);
      } else {
        ssl::stream<tcp::socket&> stream(socket, *tls_);
        if (co_await handshake(stream, socket)) co_await serve(stream, socket);
      }
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) throw;  // close() cancels sessions wherever they are
    }
  }

  task<bool> handshake(ssl::stream<tcp::socket&>& stream, tcp::socket& socket) {
    Silence silence(socket);
    Watchdog::Guard guard(watchdog_, clock_.now() + options_.idle_timeout, silence);
    auto [ec] = co_await stream.async_handshake(ssl::stream_base::server, async::use_tuple);
    co_return !ec;
  }

  template <class Stream>
  task<void> serve(Stream& stream, tcp::socket& socket) {
    beast::flat_buffer buffer;
    bool open = true;
    while (open && socket.is_open()) open = co_await serve_one(stream, socket, buffer);
  }

  // One request and its answer; false ends the connection.
  template <class Stream>
  task<bool> serve_one(Stream& stream, tcp::socket& socket, beast::flat_buffer& buffer) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(header_limit);
    parser.body_limit(options_.max_body);
    auto ec = co_await read(stream, socket, buffer, parser);
    if (ec == beast::http::error::body_limit) co_return co_await refuse(stream, socket, 413, "the body is too large");
    if (ec == beast::http::error::header_limit)
      co_return co_await refuse(stream, socket, 431, "the headers are too large");
    if (ec && ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
        ec != beast::http::error::end_of_stream && ec != beast::http::error::partial_message) {
      co_return co_await refuse(stream, socket, 400, "this is no HTTP/1.1 request");
    }
    if (ec) co_return false;
    bool keep = parser.keep_alive();
    bool head_only = parser.get().method() == beast::http::verb::head;
    auto request = to_request(parser.release(), clock_.wall());
    auto response = co_await handle(std::move(request));
    co_return co_await answer(stream, socket, std::move(response), keep, head_only);
  }

  template <class Stream, class Parser>
  task<error_code> read(Stream& stream, tcp::socket& socket, beast::flat_buffer& buffer, Parser& parser) {
    Silence silence(socket);
    Watchdog::Guard guard(watchdog_, clock_.now() + options_.idle_timeout, silence);
    auto [ec, bytes] = co_await beast::http::async_read(stream, buffer, parser, async::use_tuple);
    co_return ec;
  }

  task<ServerResponse> handle(ServerRequest request) {
    std::exception_ptr failure;
    try {
      co_return co_await handler_(std::move(request));
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::operation_aborted && !acceptor_.is_open()) throw;
    } catch (...) {  // the handler's bug must not end the server, nor be told to the peer
    }
    co_return plain(500, "internal error\n");
  }

  template <class Stream>
  task<bool> refuse(Stream& stream, tcp::socket& socket, int status, std::string why) {
    co_return co_await answer(stream, socket, plain(status, std::move(why) + "\n"), false, false);
  }

  template <class Stream>
  task<bool> answer(Stream& stream, tcp::socket& socket, ServerResponse response, bool keep, bool head_only) {
    if (response.then == Then::drop) co_return false;
    if (response.then == Then::hang) co_return co_await hang(socket);
    bool announce = !keep || response.then == Then::close;
    std::string text = serialize(response, announce, head_only, date());
    Silence silence(socket);
    Watchdog::Guard guard(watchdog_, clock_.now() + options_.idle_timeout, silence);
    auto [ec, bytes] = co_await asio::async_write(stream, asio::buffer(text), async::use_tuple);
    if (ec || announce || response.then == Then::close_silently) {
      error_code ignored;
      socket.shutdown(tcp::socket::shutdown_send, ignored);
      co_return false;
    }
    co_return true;
  }

  // Until the peer gives up, or close().
  static task<bool> hang(tcp::socket& socket) {
    std::array<char, 512> ignored{};
    for (;;) {
      auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(ignored), async::use_tuple);
      if (ec) co_return false;
    }
  }

  const std::string& date() {
    auto second = std::chrono::floor<std::chrono::seconds>(clock_.wall());
    if (second != date_of_) {
      date_of_ = second;
      date_ = format_http_date(second);
    }
    return date_;
  }

  ListenOptions options_;
  async::Clock& clock_;
  Handler handler_;
  asio::any_io_executor executor_;
  std::optional<ssl::context> tls_;
  tcp::acceptor acceptor_;
  Watchdog watchdog_;
  async::Gate gate_;
  std::uint16_t port_ = 0;
  std::chrono::sys_seconds date_of_{std::chrono::seconds(-1)};
  std::string date_;
};

}  // namespace

Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenOptions options, async::Clock& clock,
                                       Handler handler) {
  auto server = std::make_unique<ServerImpl>(std::move(executor), std::move(options), clock, std::move(handler));
  RETOUCH_CHECK(server->open());
  return server;
}

}  // namespace retouch::http
