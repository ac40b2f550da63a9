#include "listening.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <system_error>

#include "retouch/base/printable.hpp"

namespace retouch::http {

namespace {

// Closes what was not handed on.
class Owned {
 public:
  explicit Owned(int value) : value_(value) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

// "127.0.0.1 port 9469", "/run/retouch/retouch.sock", "descriptor 3"
std::string describe(const ListenOptions& options) {
  if (options.inherited >= 0) return fmt::format("descriptor {}", options.inherited);
  if (!options.unix_path.empty()) return printable(options.unix_path);
  return fmt::format("{} port {}", printable(options.address), options.port);
}

std::unexpected<Error> cannot(const ListenOptions& options, std::string_view why, Errc code = Errc::io) {
  return fail(code, fmt::format("cannot listen on {}: {}", describe(options), why));
}
std::string system_text() { return std::generic_category().message(errno); }

int integer_option(int descriptor, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

Result<Listening> listen_tcp(const ListenOptions& options) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) return cannot(options, "this is no IP address");
  const asio::ip::tcp::endpoint endpoint(address, options.port);
  const int family = address.is_v6() ? AF_INET6 : AF_INET;
  Owned socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (socket.get() < 0 || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return cannot(options, system_text());
  }
  const auto port = port_of(socket.get());
  return Listening{.descriptor = socket.release(), .family = family, .port = port};
}

Result<Listening> take_over(const ListenOptions& options) {
  const int family = integer_option(options.inherited, SO_DOMAIN);
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    return cannot(options, "this is neither a TCP nor a unix socket");
  }
  const int own = ::fcntl(options.inherited, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return cannot(options, system_text());
  return Listening{.descriptor = own, .family = family, .port = port_of(own)};
}

// Whether `address` may be bound to: nothing is there, or what a dead process left, which is removed.
Result<void> make_way(const ListenOptions& options, const sockaddr_un& address) {
  struct stat status{};
  if (::lstat(options.unix_path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return cannot(options, system_text());
  }
  if (!S_ISSOCK(status.st_mode)) {
    return cannot(options, "something that is no socket has this name; it is not removed, move it away yourself");
  }
  const Owned probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (probe.get() < 0) return cannot(options, system_text());
  const int outcome = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (outcome == 0 || errno == EAGAIN || errno == EINPROGRESS) {  // EAGAIN: alive, and its queue is full
    return cannot(options, "another process listens there; does a retouch daemon run already?", Errc::locked);
  }
  if (errno == ENOENT) return {};  // gone meanwhile
  if (errno != ECONNREFUSED) {
    return cannot(options, fmt::format("a socket is there, and nobody knows whether it is in use: {}", system_text()));
  }
  if (::unlink(options.unix_path.c_str()) != 0 && errno != ENOENT) {
    return cannot(options, fmt::format("a dead process left its socket, and it cannot be removed: {}", system_text()));
  }
  return {};
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<Listening> bind_unix(const ListenOptions& options, const sockaddr_un& address) {
  RETOUCH_CHECK(make_way(options, address));
  Owned socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0 || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return cannot(options, system_text());
  }
  struct stat status{};
  const char* path = options.unix_path.c_str();
  if (::lstat(path, &status) != 0) return cannot(options, system_text());
  SocketFile file{.path = options.unix_path, .device = status.st_dev, .inode = status.st_ino};
  // The mode before listen(): until then nobody can connect, so there is no moment at which it stands open.
  if (::chmod(path, options.unix_mode) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
    const std::string failure = system_text();
    remove_file(file);
    return cannot(options, failure);
  }
  return Listening{.descriptor = socket.release(), .family = AF_UNIX, .file = std::move(file)};
}

Result<Listening> listen_unix(const ListenOptions& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options.unix_path.size() >= sizeof address.sun_path) {
    return cannot(options, fmt::format("the path of a unix socket has at most {} bytes", sizeof address.sun_path - 1));
  }
  options.unix_path.copy(address.sun_path, options.unix_path.size());
  // Two that find the same dead socket at the same time must not remove each other's new one.
  const auto directory = directory_of(options.unix_path);
  const Owned lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.get() < 0) return cannot(options, fmt::format("directory {}: {}", printable(directory), system_text()));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return cannot(options, "another process is just beginning to listen there", Errc::locked);
  }
  return bind_unix(options, address);
}

}  // namespace

Result<Listening> open_listening(const ListenOptions& options) {
  if (options.inherited >= 0) return take_over(options);
  return options.unix_path.empty() ? listen_tcp(options) : listen_unix(options);
}

void remove_file(const SocketFile& file) {
  if (file.path.empty()) return;
  struct stat status{};
  if (::lstat(file.path.c_str(), &status) != 0) return;
  // Another daemon may have taken the name over.
  if (status.st_dev == file.device && status.st_ino == file.inode) ::unlink(file.path.c_str());
}

std::optional<Peer> peer_of(int descriptor) {
  if (integer_option(descriptor, SO_DOMAIN) != AF_UNIX) return std::nullopt;
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  Peer peer{.uid = credentials.uid, .gid = credentials.gid};
  static_assert(sizeof(gid_t) == sizeof(std::uint32_t));
  peer.groups.resize(64);
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto bytes = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
    const int outcome = ::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &bytes);
    const int problem = errno;
    peer.groups.resize(outcome == 0 || problem == ERANGE ? bytes / sizeof(gid_t) : 0);
    if (outcome == 0 || problem != ERANGE) return peer;  // what the kernel does not tell, nobody is allowed by
  }
  peer.groups.clear();
  return peer;
}

}  // namespace retouch::http
