// One writer per account: the lock that apply holds from its listing to its last write. The kernel releases it when the
// process dies, so nothing is ever left behind.
#pragma once

#include <memory>
#include <string>

#include "retouch/async/blocking.hpp"
#include "retouch/async/clock.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/base/result.hpp"
#include "retouch/os/files.hpp"

namespace retouch::state {

struct LockRequest {
  std::string directory;    // of the lock files; made if missing
  std::string account_key;  // "https://glance.lab.example/p1": endpoint origin + project
  std::string holder;       // what others are told: "retouch apply, pid 4711, since 2026-11-21T20:48:00Z"
  Duration wait{};          // zero: one try
};

// Errc::locked (transient, exit 8) names the holder and --wait-lock. Errc::cancelled when `stop` is requested while
// waiting.
task<Result<std::unique_ptr<os::Files::Lock>>> lock_account(LockRequest request, os::Files& files,
                                                            async::Blocking& blocking, async::Clock& clock,
                                                            const async::Stop& stop);

}  // namespace retouch::state
