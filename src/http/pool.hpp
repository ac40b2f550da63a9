// The kept-alive connections of one origin.
#pragma once

#include <memory>
#include <vector>

#include "dial.hpp"

namespace retouch::http {

class Pool {
 public:
  Pool(Route route, std::size_t most, Duration idle_limit, asio::any_io_executor executor, Resolve resolve)
      : route_(std::move(route)),
        most_(most),
        idle_limit_(idle_limit),
        lookup(std::move(executor), std::move(resolve)) {}

  // The right to use one connection. The count is given back when it goes, the connection only by put().
  class [[nodiscard]] Lease {
   public:
    explicit Lease(Pool& pool) : pool_(pool) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    void claim() { held_ = true, ++pool_.in_use_; }

   private:
    Pool& pool_;
    bool held_ = false;
  };

  // Waits until fewer than the allowed number are in use; false when the deadline passed first.
  task<bool> enter(Lease& lease, Deadline& deadline);
  // An idle connection that is still alive, or null: open a new one.
  std::unique_ptr<Connection> take(Mono now);
  // For the next request; dropped when this origin's connections are not reused.
  void put(std::unique_ptr<Connection> connection, Mono now);
  // A connection ended without being announced: nothing is reused for a while.
  void distrust(Mono now);
  bool reuses(Mono now) const { return now >= distrusted_until_; }
  const Route& route() const { return route_; }

 private:
  friend class Lease;
  Route route_;
  std::size_t most_;
  Duration idle_limit_;
  std::size_t in_use_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;  // the latest used last
  Mono distrusted_until_ = Mono::min();
  async::Condition freed_;

 public:
  Lookup lookup;
};

}  // namespace retouch::http
