#include "retouch/service/pass.hpp"

#include <algorithm>

#include "retouch/service/image_states.hpp"

namespace retouch::service {

namespace {

using reconcile::CloudPass;
using reconcile::Passes;

std::string fingerprint_of(const core::CloudPlan& plan) { return core::fingerprint(std::span(&plan, 1)); }

std::optional<Error> error_of(const CloudPass& pass) {
  if (pass.error) return pass.error;
  if (pass.report && pass.report->ended_by) return pass.report->ended_by;
  if (pass.report && pass.report->failures)
    return Error{.code = Errc::guard, .message = "the guard failures ended the pass: " + pass.report->failures->detail};
  return std::nullopt;
}

void tell_of_session(const CloudPass& pass, Mono now, CloudOutcome& outcome) {
  if (!pass.session) {
    outcome.failed_logins = outcome.result == "auth" ? 1 : 0;
    return;
  }
  outcome.account = pass.session->account_key();
  outcome.token_left = pass.session->authorizer().token_left();
  const auth::AuthCounters& counters = pass.session->authorizer().counters();
  outcome.logins = counters.logins;
  outcome.failed_logins = counters.failed + counters.refused;
  if (outcome.account.empty()) return;
  const config::Limits limits = pass.session->target().limits;
  const reconcile::CurrentRates rates = pass.session->rates(now);
  outcome.limits["reads"] = {limits.reads, rates.reads, static_cast<std::int64_t>(rates.waiting_reads)};
  outcome.limits["writes"] = {limits.writes, rates.writes, static_cast<std::int64_t>(rates.waiting_writes)};
}

CloudOutcome outcome_of(CloudPass& pass, Mono now) {
  CloudOutcome outcome{.cloud = pass.cloud->name, .error = error_of(pass)};
  auto plan = std::make_shared<core::CloudPlan>(reconcile::plan_of(pass));
  const reconcile::ApplyReport* report = pass.report ? &*pass.report : nullptr;
  if (pass.error && pass.error->code == Errc::stale_plan) {
    outcome.exit_code = reconcile::exit_stale;
  } else {
    outcome.exit_code = reconcile::exit_code_of_apply(*plan, report);
  }
  outcome.result = result_word(outcome.exit_code, outcome.error);
  tell_of_session(pass, now, outcome);
  if (plan->outcome != core::Outcome::failed) {
    const core::Memory* memory = pass.planned ? pass.planned->recollection.memory.get() : nullptr;
    outcome.images = image_states(*plan, memory, report);
    outcome.fingerprint = fingerprint_of(*plan);
    outcome.plan = std::move(plan);
  }
  outcome.report = std::move(pass.report);
  return outcome;
}

// The same images, fields and values, whatever was to be done about them.
bool same_changes(const core::CloudPlan& a, const core::CloudPlan& b) {
  const auto bare = [](const core::CloudPlan& plan) {
    core::CloudPlan result{.cloud = plan.cloud, .changes = plan.changes};
    for (core::ImageChange& change : result.changes) {
      for (core::FieldChange& field : change.fields) field.action = core::Action::apply;
    }
    return result;
  };
  return fingerprint_of(bare(a)) == fingerprint_of(bare(b));
}

Error moved(const CloudPass& pass, const std::string& accept) {
  return {.code = Errc::stale_plan,
          .message = "the plan is not the one that was accepted (" + accept +
                     "); nothing was sent. Look at the new one: retouch status",
          .where = pass.cloud->name};
}

// Whether the plan is the one that somebody accepted; if so it is made again without the guards that refused it.
task<void> accept_plan(Passes& passes, const PassRequest& request) {
  CloudPass& pass = passes.clouds().front();
  if (pass.error || !pass.planned) co_return;
  const core::CloudPlan seen = pass.planned->plan;
  if (fingerprint_of(seen) != request.accept) {
    pass.error = moved(pass, request.accept);
    co_return;
  }
  for (const core::GuardVerdict& verdict : seen.guards) {
    if (!verdict.refused) continue;
    const bool was_seen = std::ranges::any_of(request.accepted, [&](const core::GuardVerdict& accepted) {
      return accepted.guard == verdict.guard && accepted.value >= verdict.value;
    });
    if (!was_seen) {
      pass.error = moved(pass, request.accept);
      co_return;
    }
    pass.scope.forced.insert(verdict.guard);
  }
  co_await passes.plan();
  if (!pass.planned || same_changes(seen, pass.planned->plan)) co_return;
  pass.planned.reset();  // nothing is learned of it either
  pass.error = moved(pass, request.accept);
}

task<void> write_pass(Passes& passes, const PassRequest& request, const std::function<void(std::string_view)>& phase,
                      PassOutcome& outcome) {
  phase("locking");
  co_await passes.lock(request.lock_directory, request.lock_holder, request.lock_wait);
  phase("planning");
  co_await passes.plan();
  if (!request.accept.empty()) co_await accept_plan(passes, request);
  if (passes.anything_to_send()) {
    phase("applying");
    co_await passes.apply(nullptr);
  }
  const auto recorded = co_await passes.record();
  if (!recorded) outcome.unrecorded = recorded.error();
}

}  // namespace

std::string result_word(int exit_code, const std::optional<Error>& error) {
  switch (exit_code) {
    case reconcile::exit_ok:
    case reconcile::exit_changes:
      return "success";
    case reconcile::exit_partial:
      return "partial";
    case reconcile::exit_guard:
    case reconcile::exit_stale:
      return "refused";
    case reconcile::exit_auth:
      return "auth";
    case reconcile::exit_interrupted:
      return "";
    default:
      break;
  }
  const bool throttled = error && (error->code == Errc::throttled || error->reaction == Reaction::throttled);
  return throttled ? "throttled" : "error";
}

Json outcome_document(const PassOutcome& outcome) {
  using reconcile::Status;
  const CloudOutcome& cloud = outcome.clouds.front();
  auto counts = cloud.report ? cloud.report->counts() : std::map<Status, std::int64_t>{};
  return {{"cloud", cloud.cloud},
          {"result", cloud.result},
          {"exit_code", cloud.exit_code},
          {"error", cloud.error ? Json(describe(*cloud.error)) : Json(nullptr)},
          {"fingerprint", cloud.fingerprint},
          {"run", outcome.run},
          {"changed", counts[Status::changed] + counts[Status::partial]},
          {"failed", counts[Status::failed] + counts[Status::partial]},
          {"images", cloud.images}};
}

int exit_code_of(std::span<const CloudOutcome> clouds) {
  std::vector<reconcile::CloudCode> codes;
  for (const CloudOutcome& cloud : clouds) {
    auto counts = cloud.report ? cloud.report->counts() : std::map<reconcile::Status, std::int64_t>{};
    const bool did = counts[reconcile::Status::changed] + counts[reconcile::Status::partial] > 0;
    codes.push_back({static_cast<reconcile::ExitCode>(cloud.exit_code), did});
  }
  return reconcile::combine(codes);
}

task<PassOutcome> run_pass(PassRequest request, reconcile::World& world) {
  const auto phase = [&request](std::string_view name) {
    if (request.phase) request.phase(name);
  };
  PassOutcome outcome{.began = world.clock.wall()};
  Passes passes(request.clouds, std::move(request.desired), world, request.run);
  passes.set_scope([&](const CloudPass&) { return reconcile::Scope{.entries_missing = request.entries_missing}; });
  phase("opening");
  co_await passes.open({.by_hand = request.by_hand, .read_only = !request.write});
  if (request.write) {
    co_await write_pass(passes, request, phase, outcome);
  } else {
    phase("planning");
    co_await passes.plan();
  }
  outcome.plan = passes.document();
  outcome.run = passes.journalled() ? passes.id() : "";
  for (CloudPass& pass : passes.clouds()) outcome.clouds.push_back(outcome_of(pass, world.clock.now()));
  outcome.exit_code = exit_code_of(outcome.clouds);
  co_return outcome;
}

}  // namespace retouch::service
