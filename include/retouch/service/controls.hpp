// What can be asked of a running daemon: the interface behind the control socket.
#pragma once

#include <string>

#include "retouch/async/task.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/result.hpp"
#include "retouch/state/store.hpp"

namespace retouch::service {

struct ReconcileAsk {
  std::string cloud{};     // empty = all
  std::string revision{};  // of the one Git source, or NAME=REVISION
  std::string accept{};    // fingerprint of a plan that guards refused
  bool wait = false;       // for the passes to end
};

struct ReleaseAsk {
  state::Suspended::What what = state::Suspended::What::cloud;
  std::string name;
};

// Answers are documents with `exit_code`: what the verb ends with. Errors are those of the person who asks (usage,
// stale_plan, invalid_input) or of the state (io).
class Controls {
 public:
  virtual ~Controls() = default;
  virtual task<Json> status() = 0;
  virtual task<Result<Json>> reconcile(ReconcileAsk ask) = 0;
  virtual task<Result<Json>> suspend(state::Suspended what) = 0;
  virtual task<Result<Json>> resume(ReleaseAsk what) = 0;
  virtual task<Result<Json>> reload() = 0;
};

}  // namespace retouch::service
