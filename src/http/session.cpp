#include "session.hpp"

#include <fcntl.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "listening.hpp"
#include "retouch/base/text.hpp"
#include "session_message.hpp"

namespace retouch::http {

namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using boost::system::error_code;
using Then = ServerResponse::Then;

constexpr std::size_t request_read_size = 16u << 10;
constexpr auto linger = std::chrono::seconds(2);

// Ends a connection by its deadline.
struct Overdue final : Watchdog::Watched {
  explicit Overdue(Session::Socket& s) : socket(s) {}
  void expire() override {
    error_code ignored;
    socket.close(ignored);
  }
  Session::Socket& socket;
};

bool is_no_request(const error_code& ec) {
  return ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
         ec != beast::http::error::end_of_stream && ec != beast::http::error::partial_message;
}

}  // namespace

const std::string& SessionContext::date() {
  auto second = std::chrono::floor<std::chrono::seconds>(clock.wall());
  if (second != date_of) {
    date_of = second;
    date_text = format_http_date(second);
  }
  return date_text;
}

Session::Session(Socket socket, SessionContext& context)
    : socket_(std::move(socket)),
      context_(context),
      peer_(peer_of(socket_.native_handle())),
      request_began_(context.clock.now()) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);  // children (git) must not keep it open
}

void Session::end() {
  idle_since_.reset();
  error_code ignored;
  socket_.close(ignored);
}

task<void> Session::run() {
  try {
    if (!context_.tls) {
      co_await serve(socket_);
    } else {
      ssl::stream<Socket&> stream(socket_, *context_.tls);
      if (co_await handshake(stream)) co_await serve(stream);
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;  // close() cancels sessions wherever they are
  }
}

task<bool> Session::handshake(auto& stream) {
  Overdue overdue(socket_);
  Watchdog::Guard guard(context_.watchdog, request_began_ + context_.options.request_timeout, overdue);
  auto [ec] = co_await stream.async_handshake(ssl::stream_base::server, async::use_tuple);
  co_return !ec;
}

task<void> Session::serve(auto& stream) {
  beast::flat_buffer buffer;
  bool open = true;
  while (open && socket_.is_open()) open = co_await serve_one(stream, buffer);
}

// Waits for a request; false: none comes any more.
task<bool> Session::first_bytes(auto& stream, auto& buffer) {
  const bool fresh = std::exchange(fresh_, false);
  if (!fresh) request_began_ = context_.clock.now();
  if (buffer.size() > 0) co_return true;
  idle_since_ = context_.clock.now();
  if (context_.idle) context_.idle();
  Overdue overdue(socket_);
  const auto patience = fresh ? context_.options.request_timeout : context_.options.idle_timeout;
  Watchdog::Guard guard(context_.watchdog, request_began_ + patience, overdue);
  auto [ec, bytes] = co_await stream.async_read_some(buffer.prepare(request_read_size), async::use_tuple);
  buffer.commit(bytes);
  idle_since_.reset();
  if (!fresh) request_began_ = context_.clock.now();
  co_return !ec;
}

// One request and its answer; false ends the connection.
task<bool> Session::serve_one(auto& stream, auto& buffer) {
  const bool begun = co_await first_bytes(stream, buffer);
  if (!begun) co_return false;
  beast::http::request_parser<beast::http::string_body> parser;
  parser.header_limit(context_.options.max_header);
  parser.body_limit(context_.options.max_body);
  error_code ec;
  {
    Overdue overdue(socket_);
    Watchdog::Guard guard(context_.watchdog, request_began_ + context_.options.request_timeout, overdue);
    auto [failure, bytes] = co_await beast::http::async_read(stream, buffer, parser, async::use_tuple);
    ec = failure;
  }
  if (ec == beast::http::error::body_limit) co_return co_await refuse(stream, 413, "the body is too large");
  if (ec == beast::http::error::header_limit) co_return co_await refuse(stream, 431, "the headers are too large");
  if (ec && is_no_request(ec)) co_return co_await refuse(stream, 400, "this is no HTTP/1.1 request");
  if (ec) co_return false;
  bool keep = parser.keep_alive();
  bool head_only = parser.get().method() == beast::http::verb::head;
  auto request = to_request(parser.release());
  request.received = context_.clock.wall();
  request.peer = peer_;
  auto response = co_await handle(std::move(request));
  co_return co_await answer(stream, std::move(response), keep, head_only);
}

task<ServerResponse> Session::handle(ServerRequest request) {
  try {
    co_return co_await context_.handler(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted && context_.closing) throw;
  } catch (...) {  // the handler's bug must not end the server, nor be told to the peer
  }
  co_return plain(500, "internal error\n");
}

task<bool> Session::refuse(auto& stream, int status, std::string why) {
  auto response = plain(status, std::move(why) + "\n");
  co_await answer(stream, std::move(response), false, false);
  co_await drain();
  co_return false;
}

// Bytes that are still coming when the socket is closed would reset the connection, and the answer would be lost.
task<void> Session::drain() {
  Overdue overdue(socket_);
  Watchdog::Guard guard(context_.watchdog, context_.clock.now() + linger, overdue);
  std::array<char, 4096> ignored{};
  for (;;) {
    auto [ec, bytes] = co_await socket_.async_read_some(asio::buffer(ignored), async::use_tuple);
    if (ec) co_return;
  }
}

task<bool> Session::answer(auto& stream, ServerResponse response, bool keep, bool head_only) {
  if (response.then == Then::drop) co_return false;
  if (response.then == Then::hang) co_return co_await hang();
  bool announce = !keep || response.then == Then::close;
  std::string text = serialize(response, announce, head_only, context_.date());
  Overdue overdue(socket_);
  Watchdog::Guard guard(context_.watchdog, context_.clock.now() + context_.options.idle_timeout, overdue);
  auto [ec, bytes] = co_await asio::async_write(stream, asio::buffer(text), async::use_tuple);
  if (ec || announce || response.then == Then::close_silently) {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    co_return false;
  }
  co_return true;
}

// Until the peer gives up, or close().
task<bool> Session::hang() {
  std::array<char, 512> ignored{};
  for (;;) {
    auto [ec, bytes] = co_await socket_.async_read_some(asio::buffer(ignored), async::use_tuple);
    if (ec) co_return false;
  }
}

}  // namespace retouch::http
