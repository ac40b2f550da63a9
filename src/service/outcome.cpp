#include "retouch/service/outcome.hpp"

#include <algorithm>

namespace retouch::service {

namespace {

std::vector<core::GuardRefusal> refusals_of(const CloudOutcome& outcome, const std::vector<core::GuardRefusal>& before,
                                            Wall now) {
  std::vector<core::GuardRefusal> refusals = core::refusals_in(*outcome.plan, outcome.fingerprint, now);
  for (core::GuardRefusal& refusal : refusals) {
    for (const core::GuardRefusal& old : before) {
      if (old.verdict.guard == refusal.verdict.guard && old.fingerprint == refusal.fingerprint) refusal.at = old.at;
    }
  }
  return refusals;
}

}  // namespace

core::CloudPlan what_is_left(const core::CloudPlan& plan, const reconcile::ApplyReport* report) {
  core::CloudPlan left = plan;
  if (report == nullptr) return left;
  std::map<std::pair<std::string, std::string>, const reconcile::ImageResult*> results;  // by entry and image
  for (const reconcile::ImageResult& result : report->results) results[{result.entry, result.image_id}] = &result;
  for (core::ImageChange& change : left.changes) {
    const auto found = results.find({change.entry, change.image_id});
    if (found == results.end()) continue;
    std::erase_if(change.fields, [&](const core::FieldChange& field) {
      return field.action == core::Action::apply && !found->second->undone.contains(field.name);
    });
  }
  std::erase_if(left.changes, [](const core::ImageChange& change) { return change.fields.empty(); });
  left.changes.shrink_to_fit();  // it is kept until the next pass, and most of the time it is empty
  return left;
}

void take_outcome(CloudStatus& status, const CloudOutcome& outcome, Wall began, Duration took) {
  const Wall ended = began + took;
  status.phase = "waiting";
  status.last_run = began;
  status.last_duration = took;
  status.result = outcome.result;
  status.error = outcome.error ? describe(*outcome.error) : "";
  status.failures = outcome.failed() ? status.failures + 1 : 0;
  if (!outcome.failed()) status.last_success = ended;
  if (!outcome.account.empty()) status.account = outcome.account;
  if (!outcome.limits.empty()) status.limits = outcome.limits;
  if (outcome.token_left) status.token_expires = ended + *outcome.token_left;
  if (!outcome.plan) return;
  const reconcile::ApplyReport* report = outcome.report ? &*outcome.report : nullptr;
  status.plan = std::make_shared<const core::CloudPlan>(what_is_left(*outcome.plan, report));
  status.fingerprint = outcome.fingerprint;
  status.images = outcome.images;
  status.refusals = refusals_of(outcome, status.refusals, ended);
}

void count_outcome(Metrics& metrics, const CloudOutcome& outcome, Duration took) {
  for (std::int64_t i = 0; i < outcome.logins; ++i) metrics.token_refreshed(outcome.cloud, true);
  for (std::int64_t i = 0; i < outcome.failed_logins; ++i) metrics.token_refreshed(outcome.cloud, false);
  metrics.pass_ended({.cloud = outcome.cloud,
                      .result = outcome.result,
                      .took = took,
                      .plan = outcome.plan.get(),
                      .report = outcome.report ? &*outcome.report : nullptr});
}

}  // namespace retouch::service
