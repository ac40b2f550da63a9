// The passes of one run over all its clouds: open -> lock -> plan -> (confirm) -> apply -> record. Each step works on
// all clouds side by side; a cloud that fails stops only itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/core/plan_document.hpp"
#include "retouch/core/undo.hpp"
#include "retouch/reconcile/apply_pass.hpp"
#include "retouch/reconcile/desired_state.hpp"
#include "retouch/reconcile/exit_code.hpp"
#include "retouch/reconcile/session.hpp"
#include "retouch/state/account_lock.hpp"
#include "retouch/state/store.hpp"

namespace retouch::reconcile {

class RunJournal;
class RunningHere;

struct CloudPass {
  const config::Cloud* cloud = nullptr;
  std::vector<core::DesiredEntry> entries{};
  core::AttributeTable table{};
  Scope scope{};
  std::shared_ptr<os::Files::Lock> lock{};  // shared by clouds of one account
  std::shared_ptr<RunningHere> running{};   // beside the lock
  std::unique_ptr<Session> session{};
  std::optional<Mono> began{};
  std::uint64_t planned_after = 0;  // passes over its account: what they wrote is in the plan
  std::optional<Planned> planned{};
  std::optional<ApplyReport> report{};
  std::optional<Error> error{};  // why this cloud takes no further step
};

// What it has come to: its plan, or one that says why there is none.
core::CloudPlan plan_of(const CloudPass& pass);
// The same without a copy, for a look at it: what cannot be had from `pass` is made in `room`.
const core::CloudPlan& plan_in(const CloudPass& pass, core::CloudPlan& room);

// Where a run is remembered, and under which name.
struct RunRequest {
  state::Store* store = nullptr;  // null: `state: none`, or nothing was ever applied
  bool remembers = true;          // false: `state: none`
  std::string verb = "apply";
  std::string undoes{};  // of a rollback
  std::map<std::string, core::UndoOfCloud>
      undo_of_cloud{};  // its holds, by cloud; its entries are in the desired state
  // Shared with other Passes of this process, which may be under way beside this one; outlives it. Null: its own.
  Accounts* accounts = nullptr;
  // Names of all entries of all clouds, where `desired` holds only a part of them. Null: those of `desired`.
  std::shared_ptr<const std::set<std::string, std::less<>>> all_entries{};
};

class Passes {
 public:
  // One pass for each of `clouds`, which like `world` and the store must outlive it.
  Passes(const std::vector<const config::Cloud*>& clouds, DesiredState desired, World& world, RunRequest run = {});
  ~Passes();

  // --entry, -l, --where, --force, of every cloud; --since narrows by cloud.
  void set_scope(const std::function<Scope(const CloudPass& pass)>& scope);

  task<void> open(SessionOptions options = {});
  // For who will write. `directory`: of the lock files.
  task<void> lock(std::string directory, std::string holder, Duration wait);
  task<void> plan();
  // Clouds with a plan that some guard does not refuse, and something to send. Where another pass has written to the
  // account since the plan was made, it is made anew, of the same fields, and judged by the guards again.
  task<void> apply(std::function<void(const Progress&)> progress);
  // What the plans saw and the passes came to, into the state; after apply(), and when there was nothing to apply.
  // `exit_code`: what the process will end with, if that is not apply_exit_code()'s. An error: not all of it could be
  // written; that the run has ended is written all the same.
  task<Result<void>> record(std::optional<int> exit_code = std::nullopt);

  void limit(std::int64_t images);
  // Leaves out what a reviewed plan does not hold in the same form.
  void keep_only(const core::PlanFile& reviewed);

  // Leaves out the fields that `keep` does not accept.
  void keep_fields(const std::function<bool(const core::FieldChange&)>& keep);

  core::Plan document() const;
  const std::string& id() const { return id_; }  // of the run
  bool journalled() const;                       // the run is in the journal: something was sent, or was to be
  std::vector<CloudPass>& clouds() { return clouds_; }
  const std::vector<CloudPass>& clouds() const { return clouds_; }
  bool anything_to_send() const;
  bool any_failed() const;  // some cloud could not be opened, locked or listed

  ExitCode plan_exit_code(bool detailed) const;
  ExitCode drift_exit_code() const;  // of plans that were narrowed to what drifted
  ExitCode apply_exit_code() const;

 private:
  task<void> each(std::function<task<Result<void>>(CloudPass&)> step);
  task<Result<void>> lock_account_of(CloudPass& pass, state::LockRequest request);
  Log log_of(const CloudPass& pass) const;
  void log_end(const CloudPass& pass) const;
  state::MemoryOf memory_of(const CloudPass& pass) const;
  task<Result<Recollection>> recall(const CloudPass& pass);
  task<Result<void>> plan_one(CloudPass& pass);
  task<void> renew(CloudPass& pass);
  task<ApplyReport> apply_to(CloudPass& pass, ApplyOptions options);
  task<Result<bool>> settle_doubts_of(CloudPass& pass);  // true: something was
  task<Result<void>> remember(const CloudPass& pass);
  bool undoing() const { return !run_request_.undoes.empty(); }
  std::map<std::string, std::string> revisions_of(const Planned& planned) const;
  std::vector<core::SourceRevision> sources_;
  std::shared_ptr<const std::set<std::string, std::less<>>> all_entries_;  // names, of all clouds
  RunRequest run_request_;
  World& world_;
  std::string id_;                   // of the run
  std::unique_ptr<RunJournal> run_;  // null without a store
  std::unique_ptr<Accounts> own_accounts_;
  Accounts& accounts_;
  std::vector<CloudPass> clouds_;
};

}  // namespace retouch::reconcile
