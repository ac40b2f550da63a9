#include "retouch/http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ssl.hpp>
#include <list>

#include "listening.hpp"
#include "retouch/async/condition.hpp"
#include "retouch/async/gate.hpp"
#include "session.hpp"

namespace retouch::http {

namespace {

namespace ssl = asio::ssl;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

Result<ssl::context> load_certificate(const ListenOptions& options) {
  ssl::context context(ssl::context::tls_server);
  error_code ec;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                          ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                      ec);
  context.use_certificate_chain_file(options.certificate_file, ec);
  if (ec) return fail(Errc::io, fmt::format("certificate {}: {}", options.certificate_file, ec.message()));
  context.use_private_key_file(options.key_file, ssl::context::pem, ec);
  if (ec) return fail(Errc::io, fmt::format("private key {}: {}", options.key_file, ec.message()));
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

class ServerImpl final : public Server {
 public:
  ServerImpl(asio::any_io_executor executor, ListenOptions options, async::Clock& clock, Handler handler)
      : options_(std::move(options)),
        clock_(clock),
        handler_(std::move(handler)),
        executor_(executor),
        acceptor_(executor),
        watchdog_(executor, clock),
        context_{.options = options_, .clock = clock_, .handler = handler_, .watchdog = watchdog_} {
    context_.idle = [this] { changed_.notify_all(); };
  }
  ~ServerImpl() override { remove_file(listening_.file); }

  Result<void> open() {
    if (!options_.certificate_file.empty() || !options_.key_file.empty()) {
      RETOUCH_TRY(auto tls, load_certificate(options_));
      context_.tls.emplace(std::move(tls));
    }
    RETOUCH_TRY(listening_, open_listening(options_));
    acceptor_.assign(asio::generic::stream_protocol(listening_.family, 0), listening_.descriptor);
    gate_.spawn(executor_, [this] { return accept(); });
    return {};
  }

  std::uint16_t port() const override { return listening_.port; }

  task<void> close() override {
    // The file first: whoever comes from now on learns at once that nobody is there.
    remove_file(std::exchange(listening_.file, {}));
    error_code ignored;
    acceptor_.close(ignored);
    context_.closing = true;
    gate_.cancel();
    co_await gate_.close();
  }

 private:
  task<void> accept() {
    try {
      while (acceptor_.is_open()) co_await accept_one();
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) throw;  // close()
    }
  }

  task<void> accept_one() {
    Session::Socket socket(executor_);
    auto [ec] = co_await acceptor_.async_accept(socket, async::use_tuple);
    if (ec == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
    if (ec) {  // most likely out of descriptors: give the running sessions time to end
      co_await clock_.sleep_for(std::chrono::milliseconds(100));
      co_return;
    }
    co_await make_room();
    auto shared = std::make_shared<Session>(std::move(socket), context_);
    const auto at = sessions_.insert(sessions_.end(), shared.get());
    gate_.spawn(executor_, [this, shared, at] { return session(shared, at); });
  }

  // Whoever is served keeps his place; whoever only keeps a connection open gives it up.
  task<void> make_room() {
    while (sessions_.size() >= options_.max_connections) {
      const auto longest = std::ranges::min_element(
          sessions_, {}, [](const Session* session) { return session->idle_since().value_or(Mono::max()); });
      if (longest != sessions_.end() && (*longest)->idle_since()) (*longest)->end();
      co_await changed_.wait();
    }
  }

  task<void> session(std::shared_ptr<Session> session, std::list<Session*>::iterator place) {
    struct Listed {
      ServerImpl& server;
      std::list<Session*>::iterator at;
      ~Listed() {
        server.sessions_.erase(at);
        server.changed_.notify_all();
      }
    } listed{*this, place};
    co_await session->run();
  }

  ListenOptions options_;
  async::Clock& clock_;
  Handler handler_;
  asio::any_io_executor executor_;
  Acceptor acceptor_;
  Watchdog watchdog_;
  SessionContext context_;
  Listening listening_{};
  std::list<Session*> sessions_;
  async::Condition changed_;  // a session ended or fell idle
  async::Gate gate_;
};

}  // namespace

Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenOptions options, async::Clock& clock,
                                       Handler handler) {
  auto server = std::make_unique<ServerImpl>(std::move(executor), std::move(options), clock, std::move(handler));
  RETOUCH_CHECK(server->open());
  return server;
}

}  // namespace retouch::http
