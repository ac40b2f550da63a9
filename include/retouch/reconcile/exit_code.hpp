// What the process ends with (design.md section 5). Pure, and the only place that knows the numbers.
#pragma once

#include <optional>
#include <vector>

#include "retouch/core/plan.hpp"
#include "retouch/reconcile/apply_pass.hpp"

namespace retouch::reconcile {

enum ExitCode : int {
  exit_ok = 0,
  exit_error = 1,
  exit_changes = 2,
  exit_partial = 3,
  exit_guard = 4,
  exit_invalid = 5,
  exit_auth = 6,
  exit_stale = 7,
  exit_locked = 8,
  exit_later = 75,
  exit_interrupted = 130,
};

ExitCode exit_code_of(const Error& error);
// Of `plan`. Without `detailed` differences are no failure.
ExitCode exit_code_of_plan(const core::CloudPlan& plan, bool detailed);
// Of `drift`, whose plan holds only what drifted: exit_changes when any of it would be sent, or would be but for a
// refusal or a hold. What is only reported (`warn`) does not count.
ExitCode exit_code_of_drift(const core::CloudPlan& plan);
// Of `apply`. `report` is null when nothing was sent, because nothing had to be or something refused.
ExitCode exit_code_of_apply(const core::CloudPlan& plan, const ApplyReport* report);

struct CloudCode {
  ExitCode code = exit_ok;
  bool did_something = false;  // at least one image was changed
};
// Several clouds: their common code; if they differ 3 when anything was done, else the first of 5, 8, 6, 4, 7, 75, 1
// (then 3, 2).
ExitCode combine(const std::vector<CloudCode>& clouds);

}  // namespace retouch::reconcile
