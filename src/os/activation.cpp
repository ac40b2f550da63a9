#include "retouch/os/activation.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace retouch::os {
namespace {

constexpr int most_sockets = 64;  // of a manager that is not mad

std::optional<int> number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "control:web:web" -> the name of each socket; those beyond the list are "unknown", as sd_listen_fds_with_names says.
std::vector<std::string> names_of(const Environment& environment, int count) {
  std::vector<std::string> names;
  std::string_view rest = environment.all().contains("LISTEN_FDNAMES")
                              ? std::string_view(environment.all().at("LISTEN_FDNAMES"))
                              : std::string_view();
  while (!rest.empty() && std::ssize(names) < count) {
    const auto colon = rest.find(':');
    names.emplace_back(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  names.resize(static_cast<std::size_t>(count), "unknown");
  return names;
}

bool has_option(int descriptor, int option, int wanted) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

std::string path_of(const sockaddr_un& address, socklen_t size) {
  const auto offset = offsetof(sockaddr_un, sun_path);
  std::string path(address.sun_path, size > offset ? size - offset : 0);
  if (!path.empty() && path.front() == '\0') return "@" + path.substr(1);
  return path.substr(0, path.find('\0'));
}

// False: neither unix nor TCP.
bool read_address(ActivatedSocket& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket.descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return false;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_UNIX) {
    socket.local = true;
    socket.address = path_of(reinterpret_cast<const sockaddr_un&>(storage), size);
    return true;
  }
  if (storage.ss_family == AF_INET) {
    const auto& inet = reinterpret_cast<const sockaddr_in&>(storage);
    socket.port = ntohs(inet.sin_port);
    socket.address = ::inet_ntop(AF_INET, &inet.sin_addr, text.data(), text.size());
    return true;
  }
  if (storage.ss_family == AF_INET6) {
    const auto& inet = reinterpret_cast<const sockaddr_in6&>(storage);
    socket.port = ntohs(inet.sin6_port);
    socket.address = ::inet_ntop(AF_INET6, &inet.sin6_addr, text.data(), text.size());
    return true;
  }
  return false;
}

Result<ActivatedSocket> take(int descriptor, std::string name) {
  ActivatedSocket socket{.descriptor = descriptor, .name = std::move(name)};
  const auto wrong = [&](const char* what) {
    return fail(Errc::invalid_input,
                fmt::format("descriptor {} (\"{}\") from the service manager is {}; its socket unit "
                            "needs ListenStream= and Accept=no",
                            descriptor, socket.name, what));
  };
  const int flags = ::fcntl(descriptor, F_GETFD);
  if (flags < 0) return wrong("not open");
  if (::fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) != 0) return wrong("not to be kept from children");
  if (!has_option(descriptor, SO_TYPE, SOCK_STREAM)) return wrong("no stream socket");
  if (!has_option(descriptor, SO_ACCEPTCONN, 1)) return wrong("not listening");
  if (!read_address(socket)) return wrong("neither a unix nor a TCP socket");
  return socket;
}

}  // namespace

std::string to_string(const ActivatedSocket& socket) {
  if (socket.local) return socket.address;
  const bool brackets = socket.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(brackets ? "[{}]:{}" : "{}:{}"), socket.address, socket.port);
}

Result<std::vector<ActivatedSocket>> activated_sockets(const Environment& environment, int process, int first) {
  std::vector<ActivatedSocket> sockets;
  const auto count_text = environment.get("LISTEN_FDS");
  const auto process_text = environment.get("LISTEN_PID");
  if (!count_text || !process_text) return sockets;
  const auto meant = number(*process_text), count = number(*count_text);
  if (!meant || !count || *count < 0 || *count > most_sockets) {
    return fail(Errc::invalid_input,
                fmt::format("LISTEN_PID=\"{}\" and LISTEN_FDS=\"{}\" are not what a service manager sets",
                            *process_text, *count_text));
  }
  if (*meant != process) return sockets;  // left over from a parent that did not clean up
  auto names = names_of(environment, *count);
  for (int i = 0; i < *count; ++i) {
    RETOUCH_TRY(auto socket, take(first + i, std::move(names[static_cast<std::size_t>(i)])));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

std::optional<std::string> canonical_address(const std::string& text) {
  if (text.contains('\0')) return std::nullopt;  // the rest would not be looked at
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> result{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, text.c_str(), &address) == 1) {
      return ::inet_ntop(family, &address, result.data(), result.size());
    }
  }
  return std::nullopt;
}

const ActivatedSocket* find_local(std::span<const ActivatedSocket> sockets) {
  const auto found = std::ranges::find(sockets, true, &ActivatedSocket::local);
  return found == sockets.end() ? nullptr : &*found;
}

const ActivatedSocket* find_tcp(std::span<const ActivatedSocket> sockets, std::string_view address,
                                std::uint16_t port) {
  const auto found = std::ranges::find_if(
      sockets, [&](const auto& socket) { return !socket.local && socket.port == port && socket.address == address; });
  return found == sockets.end() ? nullptr : &*found;
}

void forget_service_manager() {
  for (const char* name :
       {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}) {
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): the caller has no second thread yet
  }
}

}  // namespace retouch::os
