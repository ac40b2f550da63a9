#include "retouch/reconcile/passes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "account_share.hpp"
#include "may_send.hpp"
#include "pass_journal.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

namespace {

// Null: there are others, which were not read.
EntryNames names_in(const DesiredState& desired) { return desired.sources_replaced ? nullptr : entry_names(desired); }

// "20261122T051233Z-4f2a": sorts by time, and can be typed.
std::string run_id(Wall now, Random& random) {
  return fmt::format("{}-{:04x}", format_basic_utc(now), random.next() & 0xffff);
}

}  // namespace

core::CloudPlan plan_of(const CloudPass& pass) {
  if (pass.planned) return pass.planned->plan;
  core::CloudPlan plan{.cloud = pass.cloud->name, .provider = pass.cloud->provider, .outcome = core::Outcome::failed};
  plan.error = describe(*pass.error);
  plan.exit_code = exit_code_of(*pass.error);
  plan.entries = std::ssize(pass.entries);
  return plan;
}

const core::CloudPlan& plan_in(const CloudPass& pass, core::CloudPlan& room) {
  return pass.planned ? pass.planned->plan : room = plan_of(pass);
}

Passes::Passes(const std::vector<const config::Cloud*>& clouds, DesiredState desired, World& world, RunRequest run)
    : sources_(std::move(desired.sources)),
      all_entries_(run.all_entries ? run.all_entries : names_in(desired)),
      run_request_(std::move(run)),
      world_(world),
      id_(run_id(world.clock.wall(), world.random)),
      own_accounts_(run_request_.accounts == nullptr ? std::make_unique<Accounts>() : nullptr),
      accounts_(run_request_.accounts == nullptr ? *own_accounts_ : *run_request_.accounts) {
  if (run_request_.store != nullptr) {
    core::RunRecord record{.id = id_,
                           .verb = run_request_.verb,
                           .by = world.user,
                           .began = world.clock.wall(),
                           .undoes = run_request_.undoes,
                           .sources = sources_};
    run_ = std::make_unique<RunJournal>(*run_request_.store, std::move(record));
  }
  for (const config::Cloud* cloud : clouds) {
    CloudPass pass{.cloud = cloud};
    if (const auto it = desired.entries.find(cloud->name); it != desired.entries.end())
      pass.entries = std::move(it->second);
    if (const auto it = desired.tables.find(cloud->name); it != desired.tables.end())
      pass.table = std::move(it->second);
    clouds_.push_back(std::move(pass));
  }
  std::ranges::sort(clouds_, {}, [](const CloudPass& pass) { return pass.cloud->name; });
}

Passes::~Passes() = default;

Log Passes::log_of(const CloudPass& pass) const {
  return world_.log.with({{"run_id", id_}, {"cloud", pass.cloud->name}});
}

void Passes::log_end(const CloudPass& pass) const {
  core::CloudPlan room;
  const core::CloudPlan& plan = plan_in(pass, room);
  const auto took = pass.began ? world_.clock.now() - *pass.began : Duration{};
  const auto count = [&](Status status) { return pass.report ? pass.report->count(status) : 0; };
  std::string text = fmt::format("the pass ends: {}; images changed {}, partial {}, failed {}, skipped {}",
                                 core::to_string(plan.outcome), count(Status::changed), count(Status::partial),
                                 count(Status::failed), count(Status::skipped));
  if (pass.report && pass.report->ended_by) text += "; ended early: " + describe(*pass.report->ended_by);
  if (!plan.error.empty()) text += "; " + plan.error;
  log_of(pass).info(text, {{"op", run_request_.verb},
                           {"duration_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

void Passes::set_scope(const std::function<Scope(const CloudPass& pass)>& scope) {
  for (CloudPass& pass : clouds_) pass.scope = scope(pass);
}

// One step on every cloud that has not failed; a requested stop tears it down.
task<void> Passes::each(std::function<task<Result<void>>(CloudPass&)> step) {
  std::vector<std::function<task<void>()>> work;
  for (CloudPass& pass : clouds_) {
    if (pass.error) continue;
    work.emplace_back([this, &pass, &step]() -> task<void> {
      auto running = step(pass);
      auto result = co_await async::unless_stopped(world_.stop, std::move(running));
      if (result) co_return;
      pass.error = std::move(result).error();
      if (pass.error->where.empty()) pass.error->where = pass.cloud->name;
    });
  }
  co_await async::join_all(std::move(work));
}

task<void> Passes::open(SessionOptions options) {
  co_await each([this, options](CloudPass& pass) -> task<Result<void>> {
    pass.began = world_.clock.now();
    log_of(pass).info("the pass begins", {{"op", run_request_.verb}});
    RETOUCH_CO_TRY(pass.session, co_await open_session(*pass.cloud, pass.table, accounts_, world_, options));
    co_return Result<void>{};
  });
}

task<void> Passes::lock(std::string directory, std::string holder, Duration wait) {
  co_await each([&](CloudPass& pass) -> task<Result<void>> {
    return lock_account_of(
        pass, {.directory = directory, .account_key = pass.session->account_key(), .holder = holder, .wait = wait});
  });
}

// Clouds of one account must not wait for each other's lock, whichever Passes of this process they belong to.
task<Result<void>> Passes::lock_account_of(CloudPass& pass, state::LockRequest request) {
  const std::shared_ptr<AccountShare> share = pass.session->share();
  const auto permit = co_await share->locking.acquire();
  pass.lock = share->lock.lock();
  if (!pass.lock) {
    RETOUCH_CO_TRY(auto lock, co_await state::lock_account(std::move(request), world_.files, world_.blocking,
                                                           world_.clock, world_.stop));
    pass.lock = std::move(lock);
    share->lock = pass.lock;
  }
  pass.running = std::make_shared<RunningHere>(share, id_);
  co_return Result<void>{};
}

task<void> Passes::plan() {
  co_await each([this](CloudPass& pass) { return plan_one(pass); });
}

task<Result<void>> Passes::plan_one(CloudPass& pass) {
  pass.planned.reset();
  pass.planned_after = pass.session->share()->written;
  const Target target = pass.session->target();
  const Mono deadline = world_.clock.now() + target.policy.deadline;
  auto remembered = [this, &pass] { return recall(pass); };
  RETOUCH_CO_TRY(pass.planned,
                 co_await make_plan_until(deadline, world_.clock, target, pass.entries, pass.scope, remembered));
  if (!run_ || !pass.lock) co_return Result<void>{};
  RETOUCH_CO_TRY(const bool settled, co_await settle_doubts_of(pass));
  if (!settled) co_return Result<void>{};
  // What a dead process had done is remembered only now.
  RETOUCH_CO_TRY(pass.planned,
                 co_await make_plan_until(deadline, world_.clock, target, pass.entries, pass.scope, remembered));
  co_return Result<void>{};
}

void Passes::limit(std::int64_t images) {
  std::int64_t left = images;
  for (CloudPass& pass : clouds_) {
    if (!pass.planned) continue;
    limit_images(*pass.planned, pass.session->target(), pass.scope, left);
    left -= std::ssize(jobs_of(*pass.planned));
  }
}

void Passes::keep_only(const core::PlanFile& reviewed) {
  for (CloudPass& pass : clouds_) {
    if (!pass.planned) continue;
    const auto same = [&](const core::ImageChange& change) {
      return reviewed.changes.contains(core::change_digest(pass.cloud->name, change));
    };
    narrow(*pass.planned, pass.session->target(), pass.scope, same, "not what the reviewed plan holds (--skip-stale)");
  }
}

void Passes::keep_fields(const std::function<bool(const core::FieldChange&)>& keep) {
  for (CloudPass& pass : clouds_) {
    if (pass.planned) narrow_fields(*pass.planned, pass.session->target(), pass.scope, keep);
  }
}

core::Plan Passes::document() const {
  core::Plan plan{.created_at = world_.clock.wall(), .sources = sources_};
  plan.remembers = run_request_.remembers;
  for (const CloudPass& pass : clouds_) plan.clouds.push_back(plan_of(pass));
  return plan;
}

bool Passes::journalled() const { return run_ && run_->begun(); }

bool Passes::anything_to_send() const { return std::ranges::any_of(clouds_, may_send); }

bool Passes::any_failed() const {
  return std::ranges::any_of(clouds_, [](const CloudPass& pass) { return pass.error.has_value(); });
}

ExitCode Passes::plan_exit_code(bool detailed) const {
  std::vector<CloudCode> codes;
  for (const CloudPass& pass : clouds_) {
    codes.push_back({exit_code_of_plan(plan_of(pass), detailed), false});
  }
  return combine(codes);
}

ExitCode Passes::drift_exit_code() const {
  std::vector<CloudCode> codes;
  for (const CloudPass& pass : clouds_) codes.push_back({exit_code_of_drift(plan_of(pass)), false});
  return combine(codes);
}

ExitCode Passes::apply_exit_code() const {
  std::vector<CloudCode> codes;
  for (const CloudPass& pass : clouds_) {
    const ApplyReport* report = pass.report ? &*pass.report : nullptr;
    const bool did = report != nullptr && report->count(Status::changed) + report->count(Status::partial) > 0;
    core::CloudPlan room;
    codes.push_back({exit_code_of_apply(plan_in(pass, room), report), did});
  }
  return combine(codes);
}

}  // namespace retouch::reconcile
