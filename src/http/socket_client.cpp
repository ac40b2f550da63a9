#include "retouch/http/socket_client.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>

#include "exchange.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::http {

namespace {

using boost::system::error_code;

std::unexpected<Error> nobody_there(const std::string& path, Errc code, std::string_view why) {
  return fail(code, fmt::format("{}: {}", printable(path), why));
}

// What connect() alone would not tell apart.
Result<void> look_at(const std::string& path) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return nobody_there(path, Errc::invalid_input,
                        fmt::format("the path of a unix socket has 1 to {} bytes", sizeof(sockaddr_un::sun_path) - 1));
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
    return nobody_there(path, Errc::untrusted, "this is no socket (`service.socket` of the configuration names it)");
  }
  return {};
}

Error not_connected(const error_code& ec, const std::string& path) {
  const auto name = printable(path);
  if (ec == boost::system::errc::no_such_file_or_directory || ec == boost::system::errc::not_a_directory) {
    return {.code = Errc::not_found,
            .message = fmt::format("no retouch daemon runs here, or its socket is elsewhere: {} does not exist", name)};
  }
  if (ec == boost::system::errc::permission_denied || ec == boost::system::errc::operation_not_permitted) {
    return {.code = Errc::permission,
            .message = fmt::format("you may not connect to {}: root, the daemon's user and the socket's group may "
                                   "(`ls -l` shows them); what they may do there say `service.readers` and "
                                   "`service.operators`",
                                   name)};
  }
  if (ec == asio::error::connection_refused) {
    return {.code = Errc::connect,
            .reaction = Reaction::transient,
            .message = fmt::format("nobody listens on {} any more: the daemon died or is just starting "
                                   "(`systemctl status retouch` says more)",
                                   name)};
  }
  return {.code = Errc::connect,
          .reaction = Reaction::transient,
          .message = fmt::format("cannot connect to {}: {}", name, ec.message())};
}

Error not_answered(Error error, const Progress& progress, const Request& request, const std::string& path) {
  const bool harmless = !progress.wrote || request.repeatable;
  error.reaction = harmless ? Reaction::transient : Reaction::uncertain;
  if (error.code == Errc::closed) {
    error.message =
        fmt::format("the daemon at {} ended, or closed the connection, before it had answered", printable(path));
  } else {
    error.message = fmt::format("the daemon at {}: {}", printable(path), error.message);
  }
  return error;
}

// An open unix socket in the clothes of a TCP one: the exchange only reads and writes, and so does Asio with it.
task<Result<void>> connect(Connection& connection, const std::string& path) {
  asio::local::stream_protocol::socket socket(connection.socket.get_executor());
  const asio::local::stream_protocol::endpoint endpoint(path);
  auto [ec] = co_await socket.async_connect(endpoint, async::use_tuple);
  if (!ec) {
    const auto descriptor = socket.release(ec);
    if (!ec) connection.socket.assign(asio::ip::tcp::v4(), descriptor, ec);
  }
  if (ec) co_return fail(not_connected(ec, path));
  co_return Result<void>{};
}

}  // namespace

Url socket_url(std::string_view target) {
  Url url{.origin = {.tls = false, .host = "localhost", .port = 80}};
  const auto question = target.find('?');
  url.path = target.substr(0, question);
  if (question != std::string_view::npos) url.query = target.substr(question + 1);
  return url;
}

task<Result<Response>> request_over_socket(std::string path, Request request, async::Clock& clock) {
  RETOUCH_CO_CHECK(check_sendable(request));
  RETOUCH_CO_CHECK(look_at(path));
  const auto executor = co_await asio::this_coro::executor;
  const auto began = clock.now();
  Connection connection(executor);
  RETOUCH_CO_CHECK(co_await connect(connection, path));  // at once or not at all: that is how unix sockets connect
  Watchdog watchdog(executor, clock);
  Deadline call;
  call.socket = &connection.socket;
  Watchdog::Guard guard(watchdog, began + request.timeout, call);
  Progress progress;
  std::array<char, 16u << 10> chunk{};
  const ExchangeOptions options{.user_agent = "retouch", .announce_close = true, .chunk = chunk};
  auto response = co_await exchange(connection, request, nullptr, options, clock, progress);
  if (call.passed) {
    Error late{
        .code = Errc::timeout,
        .message = fmt::format("no complete answer within {}; it is busy, or stuck", format_duration(request.timeout))};
    co_return fail(not_answered(std::move(late), progress, request, path));
  }
  if (!response) co_return fail(not_answered(std::move(response).error(), progress, request, path));
  response->elapsed = clock.now() - began;
  co_return response;
}

}  // namespace retouch::http
