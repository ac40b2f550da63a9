#include "pool.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace retouch::http {

namespace {

// A server that closes sooner than this after an answer does it after every answer, or nearly so; later, it is its
// limit of idleness, which says nothing about the next connection.
constexpr auto soon = std::chrono::seconds(5);
constexpr auto distrust_for = std::chrono::minutes(10);

// Whether the peer said anything since the last answer: its end, or bytes that nobody asked for (of TLS: most likely
// its close_notify). Such a connection is not used again.
bool alive(Connection& connection) {
  if (!connection.socket.is_open() || connection.in.size() > 0) return false;
  char byte = 0;
  auto got = ::recv(connection.socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

Pool::Lease::~Lease() {
  if (!held_) return;
  --pool_.in_use_;
  pool_.freed_.notify_one();
}

task<bool> Pool::enter(Lease& lease, Deadline& deadline) {
  deadline.waiting = &freed_;
  struct Forget {
    Deadline& deadline;
    ~Forget() { deadline.waiting = nullptr; }
  } forget{deadline};
  while (in_use_ >= most_ && !deadline.passed) co_await freed_.wait();
  if (deadline.passed) {
    freed_.notify_one();  // the call that woke us may have been meant for the next one
    co_return false;
  }
  lease.claim();
  co_return true;
}

std::unique_ptr<Connection> Pool::take(Mono now) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    auto idle = now - connection->idle_since;
    if (idle > std::min(idle_limit_, connection->keep_alive.value_or(idle_limit_))) continue;
    if (alive(*connection)) return connection;
    if (idle < soon) distrust(now);
  }
  return nullptr;
}

void Pool::put(std::unique_ptr<Connection> connection, Mono now) {
  if (!reuses(now)) return;
  connection->idle_since = now;
  connection->reused = true;
  idle_.push_back(std::move(connection));
}

void Pool::distrust(Mono now) {
  distrusted_until_ = now + distrust_for;
  idle_.clear();
}

}  // namespace retouch::http
