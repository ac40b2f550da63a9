// What all passes over one account share in this process. Private to this layer.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "retouch/async/semaphore.hpp"
#include "retouch/http/traffic.hpp"
#include "retouch/os/files.hpp"
#include "retouch/reconcile/session.hpp"

namespace retouch::reconcile {

core::RateLimits rate_limits(const config::Limits& limits);

struct AccountShare {
  AccountShare(const config::Limits& first, std::shared_ptr<core::Limiter> limiter, const World& world,
               http::Observer* observer);

  // One more cloud of the account: what is shared must not be too fast for any of them, whoever came first.
  void joined_by(const config::Limits& other);

  config::Limits limits;
  std::shared_ptr<http::Traffic> traffic;
  async::Semaphore turn{1};  // to write
  // How many passes have had it: a plan that was made before the last of them is of images as they were.
  std::uint64_t written = 0;

  // The lock of the account is the process's: passes beside each other hold it together, and do not refuse each other.
  async::Semaphore locking{1};
  std::weak_ptr<os::Files::Lock> lock;
  // Ids of the runs that hold it now: what they intended is no dead process's.
  std::multiset<std::string> runs;
};

// While it lives, `run` is known as one that may be writing.
class RunningHere {
 public:
  RunningHere(std::shared_ptr<AccountShare> share, std::string run);
  RunningHere(const RunningHere&) = delete;
  RunningHere& operator=(const RunningHere&) = delete;
  ~RunningHere();

 private:
  std::shared_ptr<AccountShare> share_;
  std::string run_;
};

}  // namespace retouch::reconcile
