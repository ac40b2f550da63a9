// One pass of the daemon over some clouds: open, lock, list, plan, guard, apply, record. What `apply` does, without
// somebody who could be asked, and with `policy.mode` in force.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "retouch/reconcile/passes.hpp"
#include "retouch/service/status.hpp"

namespace retouch::service {

struct PassRequest {
  std::vector<const config::Cloud*> clouds;
  reconcile::DesiredState desired;  // of these clouds
  reconcile::RunRequest run{};
  // False (mode report, --dry-run): what could write is not even made, nothing is locked and nothing is remembered.
  bool write = false;
  bool by_hand = false;          // somebody waits for it: a refused credential is tried once more
  bool entries_missing = false;  // some files are left out: see reconcile::Scope
  // The fingerprint of a plan that guards refused and somebody accepts as it is.
  std::string accept{};
  // What somebody saw who accepted it: other guards, or worse values, are not accepted with it.
  std::vector<core::GuardVerdict> accepted{};
  std::string lock_directory{}, lock_holder{};
  Duration lock_wait{};
  std::function<void(std::string_view phase)> phase{};  // opening, locking, planning, applying; may be null
};

// What a pass came to on one cloud.
struct CloudOutcome {
  std::string cloud;
  std::string account{};  // "" = nobody could log in
  int exit_code = 0;      // what `apply` would end with
  std::string result{};   // success | partial | refused | throttled | auth | error; "" = a stop ended it
  std::optional<Error> error{};
  std::shared_ptr<const core::CloudPlan> plan{};
  std::string fingerprint{};
  std::optional<reconcile::ApplyReport> report{};
  std::map<std::string, std::int64_t> images{};  // image_states()
  std::map<std::string, LimitStatus> limits{};
  std::optional<Duration> token_left{};
  std::int64_t logins = 0, failed_logins = 0;  // token requests of this pass
  bool failed() const { return result == "throttled" || result == "auth" || result == "error"; }
};

struct PassOutcome {
  std::vector<CloudOutcome> clouds{};  // by name
  std::string run{};                   // its id in the journal; "" = nothing was sent
  Wall began{};
  core::Plan plan{};                  // of all clouds
  int exit_code = 0;                  // of all of them together
  std::optional<Error> unrecorded{};  // the state could not be written
};

// Never fails as a whole. Errc::stale_plan as a cloud's error: what was accepted is not what would be done now.
task<PassOutcome> run_pass(PassRequest request, reconcile::World& world);

// Of a pass over one cloud, for `reconcile --wait`: docs/service.md.
Json outcome_document(const PassOutcome& outcome);

// Of several clouds together: reconcile::combine().
int exit_code_of(std::span<const CloudOutcome> clouds);

// The word for an exit code and its reason, as `retouch_run_total` counts it; "" for a stop.
std::string result_word(int exit_code, const std::optional<Error>& error);

}  // namespace retouch::service
