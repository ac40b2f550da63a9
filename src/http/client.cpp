#include "retouch/http/client.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "exchange.hpp"
#include "pool.hpp"

namespace retouch::http {

namespace {

// While it lives, the call's deadline ends whatever the connection waits for.
class Binding {
 public:
  Binding(Deadline& call, Connection& connection) : call_(call) {
    call_.socket = &connection.socket;
    if (call_.passed) call_.expire();  // between two awaits
  }
  ~Binding() { call_.socket = nullptr; }
  Binding(const Binding&) = delete;
  Binding& operator=(const Binding&) = delete;

 private:
  Deadline& call_;
};

class Client final : public Transport {
 public:
  Client(asio::any_io_executor executor, ClientOptions options, std::optional<asio::ssl::context> tls,
         async::Clock& clock, Log log)
      : executor_(executor),
        options_(std::move(options)),
        tls_(std::move(tls)),
        clock_(clock),
        log_(std::move(log)),
        watchdog_(std::move(executor), clock) {}

  task<Result<Response>> send(Request request, BodySink* sink) override {
    RETOUCH_CO_CHECK(located(check_sendable(request), request));
    const auto began = clock_.now();
    auto deadline = began + request.timeout;
    Deadline call;
    Watchdog::Guard guard(watchdog_, deadline, call);
    auto response = co_await on_some_connection(request, sink, call, deadline);
    if (response) response->elapsed = clock_.now() - began;
    co_return located(std::move(response), request);
  }

 private:
  // Once more on a fresh connection when a reused one turned out dead and nothing can have happened by it.
  task<Result<Response>> on_some_connection(const Request& request, BodySink* sink, Deadline& call, Mono deadline) {
    RETOUCH_CO_TRY(auto* const found, pool_of(request.url.origin));
    auto& pool = *found;
    Pool::Lease lease(pool);
    if (!co_await pool.enter(lease, call)) co_return fail(too_late(request, "waiting for a connection", {}));
    auto connection = pool.take(clock_.now());
    for (;;) {
      if (!connection) {
        connection = std::make_unique<Connection>(executor_);
        auto dialed = co_await open(*connection, pool, call, deadline);
        if (!dialed && call.passed) co_return fail(too_late(request, "connecting", {}));
        if (!dialed) co_return fail(std::move(dialed).error());
      }
      bool reused = connection->reused;
      Progress progress;
      auto response = co_await once(*connection, pool, request, sink, call, progress);
      if (response) {
        if (progress.keep) pool.put(std::move(connection), clock_.now());
        co_return response;
      }
      if (call.passed) co_return fail(too_late(request, "waiting for its answer", progress));
      bool died_idle = reused && !progress.answered && response.error().code == Errc::closed;
      if (died_idle) pool.distrust(clock_.now());
      if (!died_idle || (progress.wrote && !request.repeatable)) {
        co_return fail(judged(std::move(response).error(), request, progress));
      }
      log_.debug("a kept connection was dead, sending again on a new one", {{"op", request.label}});
      connection = nullptr;
    }
  }

  task<Result<void>> open(Connection& connection, Pool& pool, Deadline& call, Mono deadline) {
    Binding binding(call, connection);
    co_return co_await dial(connection, pool.route(), pool.lookup, watchdog_, clock_, deadline);
  }

  task<Result<Response>> once(Connection& connection, Pool& pool, const Request& request, BodySink* sink,
                              Deadline& call, Progress& progress) {
    Binding binding(call, connection);
    ExchangeOptions options{
        .user_agent = options_.user_agent, .announce_close = !pool.reuses(clock_.now()), .chunk = chunk_};
    co_return co_await exchange(connection, request, sink, options, clock_, progress);
  }

  // What the caller should do about an exchange that failed half-way.
  static Error judged(Error error, const Request& request, const Progress& progress) {
    bool harmless = !progress.wrote || request.repeatable;
    switch (error.code) {
      case Errc::closed:
      case Errc::cancelled:
      case Errc::timeout:
        error.reaction = harmless ? Reaction::transient : Reaction::uncertain;
        break;
      case Errc::protocol:
      case Errc::too_large:
      case Errc::tls:
        error.reaction = harmless ? Reaction::permanent : Reaction::uncertain;
        break;
      default:
        break;  // a sink's error, which knows better
    }
    return error;
  }

  static Error too_late(const Request& request, std::string_view during, const Progress& progress) {
    Error error{.code = Errc::timeout,
                .message = fmt::format("no complete answer of {} within {} (while {})", to_string(request.url.origin),
                                       format_duration(request.timeout), during)};
    return judged(std::move(error), request, progress);
  }

  template <class T>
  static Result<T> located(Result<T> result, const Request& request) {
    if (!result && result.error().where.empty()) {
      result.error().where = fmt::format("{} {}{}", request.method, to_string(request.url.origin), request.url.path);
    }
    return result;
  }

  Result<Pool*> pool_of(const Origin& origin) {
    auto found = pools_.find(origin);
    if (found != pools_.end()) return found->second.get();
    if (origin.tls && !tls_) {
      RETOUCH_TRY(tls_, make_client_context(options_.tls));
    }
    Route route{.origin = origin,
                .proxy = proxy_for(options_.proxy, origin),
                .tls = tls_ ? &*tls_ : nullptr,
                .connect_timeout = options_.connect_timeout};
    auto pool = std::make_unique<Pool>(std::move(route), options_.max_connections, options_.idle_limit, executor_,
                                       options_.resolve);
    return pools_.emplace(origin, std::move(pool)).first->second.get();
  }

  asio::any_io_executor executor_;
  ClientOptions options_;
  std::optional<asio::ssl::context> tls_;
  async::Clock& clock_;
  Log log_;
  Watchdog watchdog_;
  std::map<Origin, std::unique_ptr<Pool>> pools_;
  std::array<char, 16u << 10> chunk_{};
};

// What is wrong with a configured file is said at once. Without one, TLS is set up for the first origin that wants it:
// to read the system's authorities takes as long as all else before the first request.
bool names_files(const TlsOptions& options) {
  return !options.ca_file.empty() || !options.client_certificate.empty() || !options.client_key.empty();
}

}  // namespace

Result<TransportPtr> make_transport(asio::any_io_executor executor, ClientOptions options, async::Clock& clock,
                                    Log log) {
  std::optional<asio::ssl::context> tls;
  if (names_files(options.tls)) {
    RETOUCH_TRY(tls, make_client_context(options.tls));
  }
  if (!options.tls.verify)
    log.warning("TLS certificates are NOT verified: whoever is on the way can read the credentials");
  return std::make_shared<Client>(std::move(executor), std::move(options), std::move(tls), clock, std::move(log));
}

}  // namespace retouch::http
