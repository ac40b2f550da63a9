#include "retouch/reconcile/exit_code.hpp"

#include <algorithm>

namespace retouch::reconcile {

namespace {

bool needs_attention(const core::CloudPlan& plan) {
  return !plan.unresolved.empty() || !plan.refused.empty() || !plan.held.empty();
}

}  // namespace

ExitCode exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::invalid_input:
      return exit_invalid;
    case Errc::credentials:
    case Errc::permission:
      return exit_auth;
    case Errc::stale_plan:
      return exit_stale;
    case Errc::locked:
      return exit_locked;
    case Errc::guard:
      return exit_guard;
    case Errc::cancelled:
      return exit_interrupted;
    default:
      break;
  }
  switch (error.reaction) {
    case Reaction::throttled:
    case Reaction::transient:
      return exit_later;
    case Reaction::auth:
      return exit_auth;
    default:
      return exit_error;
  }
}

ExitCode exit_code_of_plan(const core::CloudPlan& plan, bool detailed) {
  if (plan.outcome == core::Outcome::failed) return static_cast<ExitCode>(plan.exit_code);
  if (!detailed) return exit_ok;
  // What would be sent is told as changes, whatever a guard says to it; a refusal of nothing is an alarm by itself.
  if (plan.outcome == core::Outcome::refused && plan.writes == 0) return exit_guard;
  if (needs_attention(plan)) return exit_partial;
  return plan.writes > 0 ? exit_changes : exit_ok;
}

ExitCode exit_code_of_drift(const core::CloudPlan& plan) {
  if (plan.outcome == core::Outcome::failed) return static_cast<ExitCode>(plan.exit_code);
  for (const core::ImageChange& change : plan.changes) {
    const auto counts = [](const core::FieldChange& field) { return field.action != core::Action::warn; };
    if (std::ranges::any_of(change.fields, counts)) return exit_changes;
  }
  return exit_ok;
}

ExitCode exit_code_of_apply(const core::CloudPlan& plan, const ApplyReport* report) {
  if (plan.outcome == core::Outcome::failed) return static_cast<ExitCode>(plan.exit_code);
  if (report == nullptr) {
    if (plan.outcome == core::Outcome::refused) return exit_guard;
    return needs_attention(plan) ? exit_partial : exit_ok;
  }
  if (report->ended_by) return exit_code_of(*report->ended_by);
  if (report->failures) return exit_guard;
  const bool incomplete =
      report->count(Status::failed) + report->count(Status::partial) + report->count(Status::skipped) > 0;
  return incomplete || needs_attention(plan) ? exit_partial : exit_ok;
}

ExitCode combine(const std::vector<CloudCode>& clouds) {
  if (clouds.empty()) return exit_ok;
  const ExitCode first = clouds.front().code;
  if (std::ranges::all_of(clouds, [&](const CloudCode& c) { return c.code == first; })) return first;
  const auto any = [&](ExitCode code) {
    return std::ranges::any_of(clouds, [&](const CloudCode& c) { return c.code == code; });
  };
  if (any(exit_interrupted)) return exit_interrupted;
  if (std::ranges::any_of(clouds, &CloudCode::did_something)) return exit_partial;
  for (const ExitCode code : {exit_invalid, exit_locked, exit_auth, exit_guard, exit_stale, exit_later, exit_error,
                              exit_partial, exit_changes}) {
    if (any(code)) return code;
  }
  return exit_ok;
}

}  // namespace retouch::reconcile
