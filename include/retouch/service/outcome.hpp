// What a pass came to, taken over into what is shown and counted: the same for the daemon and for `run --once`.
#pragma once

#include "retouch/service/metrics.hpp"
#include "retouch/service/pass.hpp"

namespace retouch::service {

// Pure. The plan in the status is what is left of it: what was applied is in the journal. A refusal that is still the
// same is as old as it was.
void take_outcome(CloudStatus& status, const CloudOutcome& outcome, Wall began, Duration took);

void count_outcome(Metrics& metrics, const CloudOutcome& outcome, Duration took);

// What has not become as it should be.
core::CloudPlan what_is_left(const core::CloudPlan& plan, const reconcile::ApplyReport* report);

}  // namespace retouch::service
