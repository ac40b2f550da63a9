#include "retouch/reconcile/apply_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "applier.hpp"

namespace retouch::reconcile {

namespace {

using core::FieldChange;

// What was written should be seen once more even when the deadline has passed, but not for ever, nor for longer than
// the whole pass may take.
constexpr Duration closing_patience = std::chrono::minutes(1);

// Of an image whose parts ended differently.
Status combine(Status a, Status b) {
  if (a == b) return a;
  const auto good = [](Status s) { return s == Status::changed || s == Status::unchanged; };
  if (good(a) && good(b)) return Status::changed;
  return good(a) || good(b) || a == Status::partial || b == Status::partial ? Status::partial : Status::failed;
}

// One apply with its closing listing: first round, verify, one more round for what was lost, verify.
class ApplyPass {
 public:
  ApplyPass(const Target& target, const Planned& planned, const Scope& scope, const ApplyOptions& options,
            async::Clock& clock, const async::Stop& stop, Log log)
      : target_(target),
        planned_(planned),
        scope_(scope),
        options_(options),
        applier_(target, scope, options_, clock, stop, log),
        clock_(clock),
        deadline_(options.deadline),
        log_(log) {}

  task<ApplyReport> run() {
    const std::vector<ImageJob> jobs = jobs_of(planned_);
    outcomes_ = co_await applier_.run(planned_.plan, jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) job_of_[jobs[i].live->id] = i;
    if (target_.policy.verify == config::Verify::listing) {
      co_await verify_by_listing();
    } else {
      drop_not_kept([](const std::string&, const std::string&) { return true; });
    }
    ApplyReport result = report(jobs);
    co_await close_journal(result);
    co_return result;
  }

 private:
  bool sent_something() const { return std::ranges::any_of(outcomes_, &JobOutcome::sent); }

  task<void> verify_by_listing() {
    if (!sent_something()) co_return;
    auto closing = co_await list_again();
    if (!closing) {
      drop_not_kept([](const std::string&, const std::string&) { return true; });  // the answers are all there is
      co_return;
    }
    std::vector<ImageJob> lost = lost_jobs(*closing);
    drop_not_kept([&](const std::string& id, const std::string& field) { return differs(*closing, id, field); });
    if (lost.empty()) co_return;
    if (applier_.ended_by() || applier_.failures()) {
      mark_lost(lost);  // nothing is sent any more, so this is how it stands
      drop_not_kept([&](const std::string& id, const std::string& field) { return differs(*closing, id, field); });
      co_return;
    }
    for (const ImageJob& job : lost) {
      warnings_.push_back(fmt::format("image {}: {} was accepted and lost again (another writer?); sent once more",
                                      job.live->id, job.fields.front().name));
      log_.warning(warnings_.back(), {{"image_id", job.live->id}, {"field", job.fields.front().name}});
    }
    const std::vector<JobOutcome> again = co_await applier_.run(closing->plan, lost);
    merge_second_round(lost, again);
    auto final_listing = co_await list_again();
    if (!final_listing) {
      mark_lost(lost);  // lost once, and nobody could look again
      drop_not_kept([](const std::string&, const std::string&) { return true; });
      co_return;
    }
    mark_lost(lost_jobs(*final_listing));
    drop_not_kept([&](const std::string& id, const std::string& field) { return differs(*final_listing, id, field); });
  }

  void mark_lost(const std::vector<ImageJob>& lost) {
    for (const ImageJob& job : lost) {
      JobOutcome& outcome = outcomes_[job_of_.at(job.live->id)];
      for (const FieldChange& field : job.fields) {
        outcome.not_kept.insert_or_assign(field.name, field.before);
        lost_.emplace(job.live->id, field.name);
      }
    }
  }

  task<std::optional<Planned>> list_again() {
    const Duration patience = std::min<Duration>(closing_patience, target_.policy.deadline);
    if (!closing_until_) closing_until_ = std::max(deadline_, clock_.now() + patience);
    // What was remembered before the pass is still what the differences are judged by.
    auto again = [recollection = planned_.recollection]() -> task<Result<Recollection>> { co_return recollection; };
    auto planned = co_await make_plan_until(*closing_until_, clock_, target_, planned_.entries, scope_, again);
    if (planned) co_return std::move(*planned);
    if (clock_.now() >= *closing_until_) {
      overdue_ = overdue(target_, "the pass with its closing listing", "the listing was given up; try later");
      planned = fail(*overdue_);
    }
    warnings_.push_back("the closing listing failed, so nothing says whether the cloud kept what it accepted: " +
                        describe(planned.error()));
    log_.warning(warnings_.back());
    co_return std::nullopt;
  }

  static bool differs(const Planned& listing, const std::string& id, const std::string& field) {
    for (const core::ImageChange& change : listing.plan.changes) {
      if (change.image_id != id) continue;
      if (std::ranges::any_of(change.fields, [&](const FieldChange& f) { return f.name == field; })) return true;
    }
    return false;
  }

  // What we counted as done and the listing shows to differ again, except what the answer itself had shown as not kept.
  std::vector<ImageJob> lost_jobs(const Planned& listing) {
    std::vector<ImageJob> lost;
    for (ImageJob& job : jobs_of(listing)) {
      const auto it = job_of_.find(job.live->id);
      if (it == job_of_.end()) continue;
      const JobOutcome& outcome = outcomes_[it->second];
      ImageJob mine{.live = job.live};
      for (std::size_t i = 0; i < job.fields.size(); ++i) {
        const auto same_name = [&](const FieldChange& f) { return f.name == job.fields[i].name; };
        if (std::ranges::none_of(outcome.done, same_name) || outcome.not_kept.contains(job.fields[i].name)) continue;
        mine.fields.push_back(job.fields[i]);
        mine.change_of.push_back(job.change_of[i]);
      }
      if (!mine.fields.empty()) lost.push_back(std::move(mine));
    }
    return lost;
  }

  void merge_second_round(const std::vector<ImageJob>& jobs, const std::vector<JobOutcome>& again) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      JobOutcome& outcome = outcomes_[job_of_.at(jobs[i].live->id)];
      outcome.not_kept.insert(again[i].not_kept.begin(), again[i].not_kept.end());
      for (const core::ImageWay::Failure& failure : again[i].failures) {
        std::erase_if(outcome.done, [&](const FieldChange& f) { return f.name == failure.field.name; });
        outcome.failures.push_back(failure);
      }
    }
  }

  // Accepted but not kept: reported as failed.
  void drop_not_kept(const std::function<bool(const std::string&, const std::string&)>& still_differs) {
    for (auto& [id, index] : job_of_) {
      JobOutcome& outcome = outcomes_[index];
      for (const auto& [name, live] : outcome.not_kept) {
        const auto it = std::ranges::find(outcome.done, name, &FieldChange::name);
        if (it == outcome.done.end() || !still_differs(id, name)) continue;
        outcome.failures.push_back({*it, Error{.code = Errc::http_status,
                                               .message = "the cloud accepted " + core::to_text(it->after) + " for " +
                                                          name + " but does not keep it",
                                               .where = target_.cloud + ": image " + id,
                                               .field = name}});
        log_.error(describe(outcome.failures.back().error), {{"image_id", id},
                                                             {"field", name},
                                                             {"op", core::to_string(it->op)},
                                                             {"cause", core::to_string(it->cause)},
                                                             {"manifest", to_string(it->place)}});
        tell_journal(id, name, live);
        outcome.done.erase(it);
      }
    }
  }

  // What a listing showed to be lost again may be another writer's doing: no reason to leave an image open to others.
  void tell_journal(const std::string& image, const std::string& field, const core::Value& live) {
    if (options_.journal == nullptr) return;
    const auto attribute = target_.provider->table().find(field);
    const bool exposes = attribute && attribute->exposure != core::Attribute::Exposure::none;
    options_.journal->not_kept(image, field, live, !exposes || !lost_.contains({image, field}));
  }

  task<void> close_journal(ApplyReport& result) {
    if (options_.journal == nullptr) co_return;
    const auto closed = co_await options_.journal->close();
    if (!closed && !result.ended_by) result.ended_by = closed.error();
  }

  ApplyReport report(const std::vector<ImageJob>& jobs) {
    ApplyReport result{.ended_by = applier_.ended_by() ? applier_.ended_by() : overdue_,
                       .failures = applier_.failures(),
                       .warnings = std::move(warnings_)};
    std::map<std::size_t, ImageResult> by_change;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      for (std::size_t f = 0; f < jobs[i].fields.size(); ++f) {
        add_field(by_change[jobs[i].change_of[f]], jobs[i].change_of[f], jobs[i].fields[f], outcomes_[i]);
      }
    }
    for (auto& [index, image] : by_change) result.results.push_back(std::move(image));
    return result;
  }

  void add_field(ImageResult& image, std::size_t change_index, const FieldChange& field, const JobOutcome& outcome) {
    const core::ImageChange& change = planned_.plan.changes[change_index];
    const bool first = image.image_id.empty();
    if (first) {
      image.entry = change.entry;
      image.image_id = change.image_id;
      image.image_name = change.image_name;
      image.place = change.place;
    }
    const bool done = std::ranges::find(outcome.done, field.name, &FieldChange::name) != outcome.done.end();
    const auto failure = std::ranges::find_if(
        outcome.failures, [&](const core::ImageWay::Failure& f) { return f.field.name == field.name; });
    Status status = Status::skipped;
    if (done) status = outcome.sent ? Status::changed : Status::unchanged;
    if (failure != outcome.failures.end()) status = Status::failed;
    if (status == Status::failed && (first || image.status == Status::skipped || !image.error))
      image.error = failure->error;
    const auto stopped = outcome.suspended.find(field.name);
    if (stopped != outcome.suspended.end() && !image.error) image.error = stopped->second;
    image.status = first ? status : combine(image.status, status);
    image.fields.push_back(field);
    if (status == Status::failed || status == Status::skipped) image.undone.insert(field.name);
  }

  const Target& target_;
  const Planned& planned_;
  const Scope& scope_;
  ApplyOptions options_;
  Applier applier_;
  async::Clock& clock_;
  Mono deadline_;
  std::optional<Mono> closing_until_;  // also for a second one
  std::optional<Error> overdue_;       // the closing listing did not come to an end
  Log log_;
  std::vector<JobOutcome> outcomes_;
  std::map<std::string, std::size_t> job_of_;
  std::set<std::pair<std::string, std::string>> lost_;  // image, field: not there any more in the last listing
  std::vector<std::string> warnings_;
};

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::changed:
      return "changed";
    case Status::unchanged:
      return "unchanged";
    case Status::partial:
      return "partial";
    case Status::failed:
      return "failed";
    case Status::skipped:
      return "skipped";
  }
  return "?";
}

std::map<Status, std::int64_t> ApplyReport::counts() const {
  std::unordered_map<std::string_view, Status> images(results.size());
  for (const ImageResult& result : results) {
    const auto [it, fresh] = images.try_emplace(result.image_id, result.status);
    if (!fresh) it->second = combine(it->second, result.status);
  }
  std::map<Status, std::int64_t> counts;
  for (const auto& [image, status] : images) ++counts[status];
  return counts;
}

task<ApplyReport> apply_plan(const Target& target, const Planned& planned, const Scope& scope, ApplyOptions options,
                             async::Clock& clock, const async::Stop& stop, Log log) {
  ApplyPass pass(target, planned, scope, options, clock, stop, std::move(log));
  co_return co_await pass.run();
}

}  // namespace retouch::reconcile
