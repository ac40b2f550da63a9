// The writing half of Passes.
#include "account_share.hpp"
#include "may_send.hpp"
#include "pass_journal.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"
#include "retouch/reconcile/passes.hpp"

namespace retouch::reconcile {

task<void> Passes::apply(std::function<void(const Progress&)> progress) {
  std::vector<Progress> of_cloud(clouds_.size());
  std::vector<std::function<task<void>()>> work;
  for (std::size_t i = 0; i < clouds_.size(); ++i) {
    CloudPass& pass = clouds_[i];
    if (!may_send(pass)) continue;
    of_cloud[i].total = std::ssize(jobs_of(*pass.planned));
    work.emplace_back([this, &pass, &of_cloud, &progress, i]() -> task<void> {
      const std::shared_ptr<AccountShare> share = pass.session->share();
      const auto permit = co_await share->turn.acquire();
      if (share->written != pass.planned_after) co_await renew(pass);
      if (!may_send(pass)) co_return;
      // The listing counts; that somebody thought about the plan, or another pass had the turn, does not.
      ApplyOptions options{.deadline = world_.clock.now() + pass.cloud->policy.deadline - pass.planned->listing_time};
      options.progress = [&of_cloud, &progress, i](const Progress& mine) {
        of_cloud[i] = mine;
        Progress sum;
        for (const Progress& one : of_cloud) {
          sum.done += one.done;
          sum.total += one.total;
          sum.failed += one.failed;
        }
        if (progress) progress(sum);
      };
      pass.report = co_await apply_to(pass, std::move(options));
      ++share->written;
    });
  }
  co_await async::join_all(std::move(work));
}

// Lists are written as a whole: to send one that was made before another pass wrote would take its items out again.
task<void> Passes::renew(CloudPass& pass) {
  const Planned before = *std::move(pass.planned);
  auto planning = plan_one(pass);
  const auto planned = co_await async::unless_stopped(world_.stop, std::move(planning));
  if (planned) {
    narrow_to(*pass.planned, before, pass.session->target(), pass.scope);
    co_return;
  }
  pass.planned.reset();
  pass.error = planned.error();
  if (pass.error->where.empty()) pass.error->where = pass.cloud->name;
}

task<ApplyReport> Passes::apply_to(CloudPass& pass, ApplyOptions options) {
  const Target target = pass.session->target();
  std::unique_ptr<PassJournal> journal;
  if (run_) {
    run_->planned(core::fingerprint(document()), pass.scope.forced);
    JournalFacts facts{.cloud = pass.cloud->name,
                       .account = pass.session->account_key(),
                       .revisions = revisions_of(*pass.planned),
                       .memory = pass.planned->recollection.memory,
                       .entries_missing = pass.scope.entries_missing};
    if (const auto undo = run_request_.undo_of_cloud.find(pass.cloud->name); undo != run_request_.undo_of_cloud.end()) {
      facts.holds = undo->second.holds;
      for (auto& [key, hold] : facts.holds) hold.run = run_->run().id;
      // What is held since after the change that is taken back now is the later wish, and still the manifests': it
      // stays.
      std::erase_if(facts.holds, [&](const auto& placed) {
        const core::Hold* held = facts.memory ? facts.memory->hold(placed.first.image_id, placed.first.field) : nullptr;
        return held != nullptr && held->why == core::Hold::Why::rollback &&
               held->since >= undo->second.undone_at.at(placed.first);
      });
      facts.releases.insert(undo->second.releases.begin(), undo->second.releases.end());
    }
    const auto executor = co_await asio::this_coro::executor;
    journal = make_pass_journal(executor, *run_, std::move(facts), world_.clock);
    options.journal = journal.get();
    options.suspended = [store = run_request_.store] { return store->suspended(); };
  }
  co_return co_await apply_plan(target, *pass.planned, pass.scope, std::move(options), world_.clock, world_.stop,
                                log_of(pass));
}

}  // namespace retouch::reconcile
