// The passes of one run over all its clouds: open -> lock -> plan -> (confirm) -> apply. Each step works on all clouds
// side by side; a cloud that fails stops only itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/core/plan_document.hpp"
#include "retouch/reconcile/apply_pass.hpp"
#include "retouch/reconcile/desired_state.hpp"
#include "retouch/reconcile/exit_code.hpp"
#include "retouch/reconcile/session.hpp"

namespace retouch::reconcile {

struct CloudPass {
  const config::Cloud* cloud = nullptr;
  std::vector<core::DesiredEntry> entries{};
  core::AttributeTable table{};
  Scope scope{};
  std::shared_ptr<os::Files::Lock> lock{};  // shared by clouds of one account
  std::unique_ptr<Session> session{};
  std::optional<Planned> planned{};
  std::optional<ApplyReport> report{};
  std::optional<Error> error{};  // why this cloud takes no further step
};

class Passes {
 public:
  // One pass for each of `clouds`, which like `world` must outlive it.
  Passes(const std::vector<const config::Cloud*>& clouds, DesiredState desired, World& world);
  ~Passes();

  // --entry, -l, --where, --force, of every cloud; --since narrows by cloud.
  void set_scope(const std::function<Scope(const CloudPass& pass)>& scope);

  task<void> open(SessionOptions options = {});
  // For who will write. `directory`: of the lock files.
  task<void> lock(std::string directory, std::string holder, Duration wait);
  task<void> plan();
  // Clouds with a plan that some guard does not refuse, and something to send.
  task<void> apply(std::function<void(const Progress&)> progress);

  void limit(std::int64_t images);
  // Leaves out what a reviewed plan does not hold in the same form.
  void keep_only(const core::PlanFile& reviewed);

  core::Plan document() const;
  std::vector<CloudPass>& clouds() { return clouds_; }
  const std::vector<CloudPass>& clouds() const { return clouds_; }
  bool anything_to_send() const;
  bool any_failed() const;  // some cloud could not be opened, locked or listed

  ExitCode plan_exit_code(bool detailed) const;
  ExitCode apply_exit_code() const;

 private:
  task<void> each(std::function<task<Result<void>>(CloudPass&)> step);
  std::vector<core::SourceRevision> sources_;
  Accounts accounts_;
  World& world_;
  std::vector<CloudPass> clouds_;
};

}  // namespace retouch::reconcile
