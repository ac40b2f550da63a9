// The simulated clouds behind the Transport seam, without sockets: the whole engine then runs in simulated time.
#pragma once

#include <map>
#include <string>

#include "retouch/http/transport.hpp"
#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {

class InProcessTransport final : public http::Transport {
 public:
  explicit InProcessTransport(async::Clock& clock) : clock_(clock) {}

  // Routes the cloud's two origins (set_urls() first) to it. The cloud must outlive the transport.
  void add(Cloud& cloud);

  // An answer that the cloud keeps to itself is Errc::closed (drop) or Errc::timeout (hang), with the reaction of a
  // request that may have been applied: uncertain for writes, transient for repeatable requests. An unknown origin is
  // Errc::connect.
  task<Result<http::Response>> send(http::Request request, http::BodySink* sink = nullptr) override;

 private:
  async::Clock& clock_;
  std::map<http::Origin, http::Handler> routes_;
};

}  // namespace retouch::sandbox
