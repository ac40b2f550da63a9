// One connection of a server: its requests one after the other, and their answers.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "retouch/http/server.hpp"
#include "watchdog.hpp"

namespace retouch::http {

// What all connections of a server have in common.
struct SessionContext {
  const ListenOptions& options;
  async::Clock& clock;
  const Handler& handler;
  Watchdog& watchdog;
  std::optional<asio::ssl::context> tls{};
  bool closing = false;          // handlers are being cancelled
  std::function<void()> idle{};  // a session has begun to wait for its next request

  std::chrono::sys_seconds date_of{std::chrono::seconds(-1)};
  std::string date_text{};
  const std::string& date();  // for the header; formatted once a second
};

class Session {
 public:
  using Socket = asio::generic::stream_protocol::socket;
  Session(Socket socket, SessionContext& context);

  task<void> run();

  // Since when it has waited for a request; null = it is busy with one, or over.
  std::optional<Mono> idle_since() const { return idle_since_; }
  void end();  // run() returns soon

 private:
  task<bool> handshake(auto& stream);
  task<void> serve(auto& stream);
  task<bool> serve_one(auto& stream, auto& buffer);
  task<bool> first_bytes(auto& stream, auto& buffer);
  task<ServerResponse> handle(ServerRequest request);
  task<bool> refuse(auto& stream, int status, std::string why);
  task<bool> answer(auto& stream, ServerResponse response, bool keep, bool head_only);
  task<void> drain();
  task<bool> hang();

  Socket socket_;
  SessionContext& context_;
  std::optional<Peer> peer_;
  std::optional<Mono> idle_since_{};
  Mono request_began_;  // or the connection, before its first request
  bool fresh_ = true;   // no request has come yet
};

}  // namespace retouch::http
