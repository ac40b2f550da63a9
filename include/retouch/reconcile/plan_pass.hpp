// The reading half of a pass: list one cloud, plan it, judge the plan.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/core/journal.hpp"
#include "retouch/core/planner.hpp"
#include "retouch/providers/provider.hpp"

namespace retouch::reconcile {

// One opened cloud, as planning and applying need it. A view: the session owns what it points to.
struct Target {
  std::string cloud;
  providers::Provider* provider = nullptr;
  config::Limits limits{};
  config::Policy policy{};
};

// What the command line narrows a pass to.
struct Scope {
  std::function<bool(const core::DesiredEntry&)> entry{};  // --entry, -l, --since; null = all
  std::function<bool(const core::Image&)> image{};         // --where
  std::set<std::string> forced{};                          // --force
  bool entries_missing = false;  // files were left out (--keep-going): what they manage is not free for `exact`
};

// What is remembered of the account when the plan is made.
struct Recollection {
  std::shared_ptr<const core::Memory> memory{};  // null: `state: none`
  Wall now{};
  // Changes of the account that are in doubt, where nobody may settle them (the lock is not held): whatever of them the
  // listing shows is taken for ours.
  std::vector<core::ChangeRecord> open{};
  std::vector<std::string> sources{};  // that were read; one without entries for this cloud has shrunk to nothing
  std::shared_ptr<const std::set<std::string, std::less<>>> all_entries{};  // names; null = unknown
  bool undoing = false;                                                     // a rollback
};
using Recall = std::function<task<Result<Recollection>>()>;

struct Planned {
  core::CloudPlan plan;
  std::vector<core::DesiredEntry> entries;     // what selection points into
  std::unique_ptr<core::Selection> selection;  // the live images that the plan was made from
  std::int64_t list_requests = 0;
  Duration listing_time{};  // of make_plan_until: it counts against policy.deadline
  Recollection recollection{};
};

// The fields of one image that would be sent, whichever entries want them: they go as one.
struct ImageJob {
  const core::Image* live = nullptr;        // in Planned::selection
  std::vector<core::FieldChange> fields{};  // Action::apply only
  std::vector<std::size_t> change_of{};     // for each field: index into CloudPlan::changes
};
std::vector<ImageJob> jobs_of(const Planned& planned);

// Errors are those of the listing and of `recall` (null = no memory), which go side by side; a plan is made only from a
// complete listing.
task<Result<Planned>> make_plan(const Target& target, std::vector<core::DesiredEntry> entries, const Scope& scope,
                                Recall recall = {});
// The same within `deadline`: a listing that has not ended then is torn down, and the error is overdue()'s.
task<Result<Planned>> make_plan_until(Mono deadline, async::Clock& clock, const Target& target,
                                      std::vector<core::DesiredEntry> entries, const Scope& scope, Recall recall = {});
// Why a pass ends before its work is done: `what` took longer than policy.deadline (exit code 75).
Error overdue(const Target& target, const std::string& what, const std::string& consequence);

// Keeps only the changes that `keep` accepts; requests, guards and outcome are judged anew. A warning says how many
// images were left out, and `why`.
void narrow(Planned& planned, const Target& target, const Scope& scope,
            const std::function<bool(const core::ImageChange&)>& keep, const std::string& why);
// The same field by field (core::only_fields), without a word: what a verb does not show is no news.
void narrow_fields(Planned& planned, const Target& target, const Scope& scope,
                   const std::function<bool(const core::FieldChange&)>& keep);
// Of a plan that was made anew: sends no more than the fields that `before` would have sent, whatever their values are
// now, and keeps the warnings of what had been left out of it.
void narrow_to(Planned& renewed, const Planned& before, const Target& target, const Scope& scope);
// --limit: the first `images` images in the plan's order; a later run takes up the rest.
void limit_images(Planned& planned, const Target& target, const Scope& scope, std::int64_t images);

}  // namespace retouch::reconcile
