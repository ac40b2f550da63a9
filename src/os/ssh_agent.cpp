#include "retouch/os/ssh_agent.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "descriptor.hpp"
#include "retouch/async/clock.hpp"

namespace retouch::os {
namespace {

class Exchange {
 public:
  Exchange(const std::string& path, const AgentLimits& limits)
      : path_(path), limits_(limits), deadline_(clock_.now() + limits.time) {}

  Result<void> connect() {
    sockaddr_un address{.sun_family = AF_UNIX};
    if (path_.size() >= sizeof address.sun_path) return failed("its path is too long for a socket");
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    socket_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return failed(errno);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return failed(errno);
    return {};
  }

  Result<void> send(std::string_view data) {
    while (!data.empty()) {
      RETOUCH_CHECK(wait(POLLOUT));
      const auto count = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count < 0) return failed(errno);
      data.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<std::string> receive(std::size_t size) {
    std::string data(size, '\0');
    for (std::size_t have = 0; have < size;) {
      RETOUCH_CHECK(wait(POLLIN));
      const auto count = ::recv(socket_.get(), data.data() + have, size - have, 0);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count < 0) return failed(errno);
      if (count == 0) return failed("it closed the connection before its answer was complete");
      have += static_cast<std::size_t>(count);
    }
    return data;
  }

  std::unexpected<Error> failed(std::string_view why, Errc code = Errc::io) const {
    return fail(code, fmt::format("the ssh-agent at {} does not serve: {}", path_, why));
  }

 private:
  std::unexpected<Error> failed(int error_number) const {
    return failed(std::generic_category().message(error_number));
  }

  Result<void> wait(short events) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock_.now()).count();
      pollfd poll{.fd = socket_.get(), .events = events};
      const int ready = left <= 0 ? 0 : ::poll(&poll, 1, static_cast<int>(left));
      if (ready > 0) return {};
      if (ready == 0) return failed("no answer within " + format_duration(limits_.time), Errc::timeout);
      if (errno != EINTR) return failed(errno);
    }
  }

  const std::string& path_;
  const AgentLimits& limits_;
  async::SystemClock clock_;
  Mono deadline_;
  Descriptor socket_;
};

}  // namespace

Result<std::string> ask_agent(const std::string& socket, std::string_view message, const AgentLimits& limits) {
  Exchange exchange(socket, limits);
  if (message.size() > limits.message) return exchange.failed("the question is too long", Errc::too_large);
  RETOUCH_CHECK(exchange.connect());
  std::string framed;
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>(message.size() >> shift & 0xff);
  RETOUCH_CHECK(exchange.send(framed.append(message)));
  RETOUCH_TRY(const auto head, exchange.receive(4));
  std::size_t size = 0;
  for (const char c : head) size = size << 8 | static_cast<unsigned char>(c);
  if (size == 0 || size > limits.message) {
    return exchange.failed(fmt::format("its answer claims {} bytes, at most {} are read", size, limits.message),
                           Errc::too_large);
  }
  return exchange.receive(size);
}

}  // namespace retouch::os
