#include "exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::uint32_t header_limit = 64u << 10;  // a Keystone PKI token or a signature chain is large
constexpr std::size_t most_of_error = 1u << 20;
constexpr std::size_t read_size = 16u << 10;    // one TLS record
constexpr std::size_t inline_body = 16u << 10;  // bodies up to this are sent in one piece with their head

bool transport_header(std::string_view name) {
  static constexpr std::array<std::string_view, 6> ours = {"host",       "content-length",  "connection",
                                                           "user-agent", "accept-encoding", "transfer-encoding"};
  return std::ranges::any_of(ours, [&](auto our) { return iequals(our, name); });
}

void write_head(std::string& out, const Request& request, const ExchangeOptions& options) {
  out.clear();
  out.append(request.method).append(" ").append(request.url.path);
  if (!request.url.query.empty()) out.append("?").append(request.url.query);
  out.append(" HTTP/1.1\r\nHost: ").append(host_header(request.url.origin));
  out.append("\r\nUser-Agent: ").append(options.user_agent).append("\r\nAccept-Encoding: identity\r\n");
  if (options.announce_close) out.append("Connection: close\r\n");
  for (const auto& [name, value] : request.headers.all()) {
    if (!transport_header(name)) out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD" && request.method != "DELETE")) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
  }
  out.append("\r\n");
  if (request.body.size() <= inline_body) out.append(request.body);
}

Error in_words(const error_code& ec, const Request& request) {
  auto host = to_string(request.url.origin);
  namespace http = beast::http;
  if (ec == http::error::body_limit) {
    return {.code = Errc::too_large,
            .message = fmt::format("the answer of {} is larger than {} bytes", host, request.max_body)};
  }
  if (ec == http::error::header_limit) {
    return {.code = Errc::too_large, .message = fmt::format("the headers of {}'s answer exceed 64 KiB", host)};
  }
  if (ec == asio::error::eof || ec == http::error::partial_message || ec == http::error::end_of_stream ||
      ec == asio::ssl::error::stream_truncated) {
    return {.code = Errc::closed,
            .message = fmt::format("{} closed the connection before its answer was complete", host)};
  }
  if (ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor) {
    return {.code = Errc::cancelled, .message = fmt::format("cancelled while {} was answering", host)};
  }
  if (ec.category() == asio::error::get_ssl_category()) {
    return {.code = Errc::tls, .message = fmt::format("TLS with {} failed: {}", host, ec.message())};
  }
  if (ec.category() == http::make_error_code(http::error::bad_version).category()) {
    return {.code = Errc::protocol, .message = fmt::format("{} does not answer in HTTP/1.1: {}", host, ec.message())};
  }
  return {.code = Errc::closed, .message = fmt::format("the connection to {} broke: {}", host, ec.message())};
}

// Beast would pass the bytes of `Transfer-Encoding: gzip, chunked` on as if they were the body.
std::optional<std::string_view> unwanted_coding(const Headers& headers) {
  for (const auto& [name, value] : headers.all()) {
    const bool transfer = iequals(name, "Transfer-Encoding");
    if (!transfer && !iequals(name, "Content-Encoding")) continue;
    auto coding = trim(value);
    if (!coding.empty() && !iequals(coding, "identity") && !(transfer && iequals(coding, "chunked"))) return coding;
  }
  return std::nullopt;
}

// One answer being read. A class, because the steps share its parser.
template <class Stream>
class Exchange {
 public:
  Exchange(Stream& stream, Connection& connection, const Request& request, BodySink* sink,
           const ExchangeOptions& options, async::Clock& clock, Progress& progress)
      : stream_(stream),
        connection_(connection),
        request_(request),
        sink_(sink),
        options_(options),
        clock_(clock),
        progress_(progress) {}

  task<Result<Response>> run() {
    progress_.first_byte = clock_.now();
    RETOUCH_CO_CHECK(co_await write());
    RETOUCH_CO_CHECK(co_await read_head());
    RETOUCH_CO_CHECK(take_head());
    RETOUCH_CO_CHECK(co_await read_body());
    progress_.complete = connection_.in.size() == 0;
    progress_.keep = progress_.complete && !write_failed_ && parser_->keep_alive();
    co_return std::move(response_);
  }

 private:
  task<Result<void>> write() {
    write_head(connection_.out, request_, options_);
    auto ec = co_await write_all(connection_.out);
    if (!ec && request_.body.size() > inline_body) ec = co_await write_all(request_.body);
    if (!ec) co_return Result<void>{};
    // Some servers refuse (413) and close before they have read everything: their answer may be there.
    write_failed_ = true;
    if (!progress_.wrote || ec == asio::error::operation_aborted) co_return fail(in_words(ec, request_));
    co_return Result<void>{};
  }

  task<error_code> write_all(const std::string& text) {
    auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(text), async::use_tuple);
    if (bytes > 0) progress_.wrote = true;
    co_return ec;
  }

  // Up to the end of the final answer's head; interim answers (1xx) are skipped.
  task<Result<void>> read_head() {
    for (;;) {
      parser_.emplace();
      parser_->header_limit(header_limit);
      parser_->body_limit(request_.max_body);
      if (request_.method == "HEAD") parser_->skip(true);
      while (!parser_->is_header_done()) {
        error_code ec;
        if (connection_.in.size() > 0) {
          connection_.in.consume(parser_->put(connection_.in.data(), ec));
          if (ec && ec != beast::http::error::need_more) co_return fail(in_words(ec, request_));
        }
        if (!parser_->is_header_done()) RETOUCH_CO_CHECK(co_await more());
      }
      auto status = parser_->get().result_int();
      if (status == 101)
        co_return fail(Error{.code = Errc::protocol, .message = "the server switched protocols unasked"});
      if (status >= 200) co_return Result<void>{};
    }
  }

  Result<void> take_head() {
    auto& message = parser_->get();
    response_.status = static_cast<int>(message.result_int());
    for (const auto& field : message.base()) {
      response_.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    note_keep_alive();
    if (auto coding = unwanted_coding(response_.headers)) {
      return fail(Error{.code = Errc::protocol,
                        .message = fmt::format("{} encoded its answer ({}), which was not asked for",
                                               to_string(request_.url.origin), printable(*coding, 40))});
    }
    if (sink_ && !response_.ok()) {
      // The large cap was for the list; an error is no list. Beast does not look at its limit again after the head.
      sink_ = nullptr;
      most_ = std::min(request_.max_body, most_of_error);
      if (const auto length = parser_->content_length(); length && *length > most_) return fail(too_large());
    }
    if (sink_) {
      sink_->restart();
    } else if (auto length = parser_->content_length()) {
      response_.body.reserve(static_cast<std::size_t>(*length));  // within body_limit
    }
    return {};
  }

  void note_keep_alive() {
    auto value = response_.headers.get("Keep-Alive");
    if (!value) return;
    auto at = value->find("timeout=");
    if (at == std::string_view::npos) return;
    auto digits = value->substr(at + 8);
    unsigned seconds = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec != std::errc{}) return;
    // One second less: closing and sending must not cross.
    connection_.keep_alive = std::chrono::seconds(seconds > 0 ? seconds - 1 : 0);
  }

  task<Result<void>> read_body() {
    parser_->eager(true);
    while (!parser_->is_done()) {
      if (connection_.in.size() == 0) RETOUCH_CO_CHECK(co_await more());
      if (parser_->is_done()) break;  // the end of the connection was the end of the body
      RETOUCH_CO_TRY(bool starved, decode());
      if (starved && !parser_->is_done()) RETOUCH_CO_CHECK(co_await more());
    }
    co_return Result<void>{};
  }

  // Decodes what has arrived into the chunk and passes it on; true = the parser needs more than there is.
  Result<bool> decode() {
    auto& body = parser_->get().body();
    body.data = options_.chunk.data();
    body.size = options_.chunk.size();
    error_code ec;
    connection_.in.consume(parser_->put(connection_.in.data(), ec));
    std::string_view piece(options_.chunk.data(), options_.chunk.size() - body.size);
    body.data = nullptr;
    if (!piece.empty()) {
      if (sink_) {
        RETOUCH_CHECK(sink_->data(piece));
      } else {
        if (response_.body.size() + piece.size() > most_) return fail(too_large());
        response_.body.append(piece);
      }
    }
    if (ec == beast::http::error::need_more) return true;
    if (ec && ec != beast::http::error::need_buffer) return fail(in_words(ec, request_));
    return false;
  }

  Error too_large() const {
    return Error{.code = Errc::too_large,
                 .message = fmt::format("the error answer of {} is larger than {} bytes",
                                        to_string(request_.url.origin), most_)};
  }

  task<Result<void>> more() {
    // A chunk extension without end would fill the buffer: no limit of the parser applies to it.
    if (connection_.in.size() > 2 * header_limit) {
      co_return fail(Error{.code = Errc::too_large,
                           .message = fmt::format("{} sends a line without end", to_string(request_.url.origin))});
    }
    auto [ec, bytes] = co_await stream_.async_read_some(connection_.in.prepare(read_size), async::use_tuple);
    connection_.in.commit(bytes);
    if (bytes > 0) progress_.answered = true;
    // Over TLS only an announced end is one: a body that ends with the connection could be cut by anybody.
    if (ec == asio::error::eof && parser_ && parser_->is_header_done() && parser_->need_eof()) {
      error_code end;
      parser_->put_eof(end);
      if (!end) co_return Result<void>{};
    }
    if (ec) co_return fail(in_words(ec, request_));
    co_return Result<void>{};
  }

  Stream& stream_;
  Connection& connection_;
  const Request& request_;
  BodySink* sink_;
  std::size_t most_ = request_.max_body;
  const ExchangeOptions& options_;
  async::Clock& clock_;
  Progress& progress_;
  Response response_{};
  std::optional<Parser> parser_{};
  bool write_failed_ = false;
};

}  // namespace

task<Result<Response>> exchange(Connection& connection, const Request& request, BodySink* sink, ExchangeOptions options,
                                async::Clock& clock, Progress& progress) {
  if (connection.tls) {
    Exchange<TlsStream> run(*connection.tls, connection, request, sink, options, clock, progress);
    co_return co_await run.run();
  }
  Exchange<asio::ip::tcp::socket> run(connection.socket, connection, request, sink, options, clock, progress);
  co_return co_await run.run();
}

}  // namespace retouch::http
