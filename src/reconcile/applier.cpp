#include "applier.hpp"

#include <algorithm>

#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::reconcile {

namespace {

using core::ImageWay;

// What is left of a step's effect when its answer does not show the image.
void assume_applied(core::Image& live, const std::vector<core::FieldChange>& fields,
                    const std::vector<std::string>& sent) {
  for (const core::FieldChange& field : fields) {
    if (std::ranges::find(sent, field.name) == sent.end()) continue;
    if (core::is_absent(field.after)) {
      live.attributes.erase(field.name);
    } else {
      live.attributes.insert_or_assign(field.name, field.after);
    }
  }
}

// What a step brings to its end: IMS tags are deleted by one step and created by the next, and done only after both.
std::vector<std::string> finished_by(const std::vector<providers::Step>& steps, std::size_t index) {
  std::vector<std::string> finished;
  for (const std::string& name : steps[index].fields) {
    const bool later =
        std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(index) + 1, steps.end(),
                    [&](const auto& step) { return std::ranges::find(step.fields, name) != step.fields.end(); });
    if (!later) finished.push_back(name);
  }
  return finished;
}

// Fields of which this step is not the last: between two steps they are worse off than before.
void note_begun(JobOutcome& outcome, const std::vector<std::string>& fields, const std::vector<std::string>& finished) {
  for (const std::string& name : fields) {
    if (std::ranges::find(finished, name) == finished.end()) outcome.begun.insert(name);
  }
}

void note_carried(JobOutcome& outcome, const std::vector<std::string>& fields, const std::string& request_id,
                  bool in_doubt) {
  for (const std::string& name : fields) {
    outcome.carried.insert(name);
    if (in_doubt) outcome.in_doubt.insert(name);
    if (!request_id.empty()) outcome.request_ids[name] = request_id;
  }
}

// Not about this image: whoever settled it knows that the account or the origin has to be left alone.
bool ends_the_pass(const Error& error) {
  return error.settled || error.reaction == Reaction::throttled ||
         (error.reaction == Reaction::auth && error.status != 403) || error.code == Errc::credentials ||
         error.code == Errc::cancelled;
}

// Nothing of the step left, or the account was turned away before anybody looked at the step.
bool was_not_tried(const Error& error) {
  if (error.code == Errc::cancelled) return error.reaction != Reaction::uncertain;
  return error.settled && (error.reaction == Reaction::transient || error.reaction == Reaction::throttled);
}

}  // namespace

Applier::Applier(const Target& target, const Scope& scope, const ApplyOptions& options, async::Clock& clock,
                 const async::Stop& stop, Log log)
    : target_(target),
      options_(options),
      clock_(clock),
      stop_(stop),
      log_(std::move(log)),
      rules_{.reread_after_rejection = target.provider->table().provider() == "ims"},
      failures_forced_(scope.forced.contains("failures")),
      no_journal_(options.journal == nullptr ? make_no_journal() : nullptr),
      journal_(options.journal == nullptr ? *no_journal_ : *options.journal) {}

task<std::vector<JobOutcome>> Applier::run(const core::CloudPlan& plan, const std::vector<ImageJob>& jobs) {
  std::vector<JobOutcome> outcomes(jobs.size());
  if (may_go_on()) {
    if (const auto intended = co_await journal_.intend(plan, jobs); !intended) ended(intended.error());
  }
  plan_ = &plan;
  next_ = 0;
  progress_ = {.total = std::ssize(jobs)};
  guard_.emplace(target_.policy.guards, std::ssize(jobs), failures_forced_);
  std::vector<std::function<task<void>()>> lanes;
  const std::size_t width = std::min(std::max<std::size_t>(1, target_.limits.concurrency), jobs.size());
  for (std::size_t i = 0; i < width; ++i) {
    lanes.emplace_back([this, &jobs, &outcomes] { return lane(jobs, outcomes); });
  }
  co_await async::join_all(std::move(lanes));
  co_await outlive_what_timed_out();
  for (std::size_t i = next_; i < jobs.size(); ++i) journal_.settle(jobs[i], outcomes[i]);  // never begun
  co_return outcomes;
}

task<void> Applier::lane(const std::vector<ImageJob>& jobs, std::vector<JobOutcome>& outcomes) {
  while (next_ < jobs.size() && may_go_on()) {
    co_await look_at_suspensions();
    if (next_ >= jobs.size() || !may_go_on()) break;  // another lane was faster
    const std::size_t mine = next_++;
    outcomes[mine] = co_await perform(jobs[mine]);
    finish(jobs[mine], outcomes[mine]);
    journal_.settle(jobs[mine], outcomes[mine]);
  }
}

// Asked before each image, and again when the limiter would let its request go: that may be long after.
bool Applier::may_go_on() {
  if (ended_by_ || tripped_) return false;
  if (journal_.failed()) {
    ended_by_ = journal_.failed();
  } else if (stop_.requested()) {
    ended_by_ = Error{.code = Errc::cancelled, .message = "stopped before it was tried"};
  } else if (clock_.now() >= options_.deadline) {
    ended_by_ = overdue(target_, "the pass", "the rest is left for the next run");
  }
  return !ended_by_;
}

task<JobOutcome> Applier::perform(const ImageJob& job) {
  JobOutcome outcome;
  std::vector<core::FieldChange> fields = not_suspended(job, outcome);
  if (fields.empty()) co_return outcome;
  ImageWay way(std::move(fields), target_.provider->table(), rules_, refused_fields_);
  core::Image live = *job.live;
  ImageWay::Action action = way.begin();
  while (!std::holds_alternative<ImageWay::Done>(action)) {
    if (const auto* wanted = std::get_if<ImageWay::Send>(&action)) {
      const ImageWay::Send send_now = *wanted;
      action = co_await send(way, live, send_now, outcome);
    } else {
      const Duration pause = std::get<ImageWay::Reread>(action).pause;
      const bool must_finish = !outcome.begun.empty();
      action = co_await reread(way, live, pause, must_finish);
    }
  }
  outcome.done = way.done();
  outcome.failures = way.failures();
  // It is left for the next run, as are those that did not begin; the pass says why.
  if (!outcome.sent) std::erase_if(outcome.failures, [](const auto& failure) { return was_not_tried(failure.error); });
  co_return outcome;
}

task<ImageWay::Action> Applier::send(ImageWay& way, core::Image& live, const ImageWay::Send& wanted,
                                     JobOutcome& outcome) {
  // What has begun is brought to its end: between two steps (IMS deletes tags, then creates them) is no place to stop.
  const bool begun =
      std::ranges::any_of(wanted.fields, [&](const auto& field) { return outcome.begun.contains(field.name); });
  if (!begun && !may_go_on()) {
    const Error unsent{.code = Errc::cancelled, .message = "the pass had ended before it was sent", .settled = true};
    co_return way.give_up(outcome.rejection.value_or(unsent));
  }
  const auto intended = co_await journal_.intend_anew(live.id, wanted.fields, outcome.carried);
  if (!intended) {
    ended(intended.error());
    co_return way.give_up(intended.error());
  }
  co_return co_await send_steps(way, live, wanted, begun, outcome);
}

task<ImageWay::Action> Applier::send_steps(ImageWay& way, core::Image& live, const ImageWay::Send& wanted, bool begun,
                                           JobOutcome& outcome) {
  std::vector<providers::Step> steps = target_.provider->prepare(live, wanted.fields);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::vector<std::string> names = steps[i].fields;
    const std::vector<std::string> finished = finished_by(steps, i);
    if (begun || i > 0) {
      steps[i].request.must_finish = true;
    } else {
      steps[i].request.wanted = [this] { return may_go_on(); };
    }
    const Mono left = clock_.now();
    auto answer = co_await target_.provider->perform(std::move(steps[i]));
    for (const std::string& name : names) outcome.took[name] += clock_.now() - left;
    // Without an answer nobody knows whether it was written: the closing listing has to look.
    if (answer || answer.error().reaction == Reaction::uncertain) {
      outcome.sent = true;
      note_begun(outcome, names, finished);
      note_carried(outcome, names, answer ? answer->request_id : answer.error().request_id, !answer);
    }
    if (!answer) co_return step_failed(way, answer.error(), names, outcome);
    if (answer->image) {
      live = *std::move(answer->image);
      note_not_kept(live, wanted.fields, finished, outcome);
    } else {
      assume_applied(live, wanted.fields, finished);
    }
    way.accepted(finished);
  }
  co_return way.sent();
}

void Applier::note_not_kept(const core::Image& live, const std::vector<core::FieldChange>& fields,
                            const std::vector<std::string>& finished, JobOutcome& outcome) const {
  for (const core::FieldChange& field : fields) {
    if (std::ranges::find(finished, field.name) == finished.end()) continue;
    const auto attribute = target_.provider->table().find(field.name);
    const bool kept = attribute && core::same(*attribute, core::normalized(*attribute, live.get(field.name)),
                                              core::normalized(*attribute, field.after));
    if (!kept) outcome.not_kept.insert_or_assign(field.name, live.get(field.name));
  }
}

// The first reason counts: what comes later is a consequence of it, or was under way.
void Applier::ended(const Error& error) {
  if (!ended_by_ && !tripped_) ended_by_ = error;
}

ImageWay::Action Applier::step_failed(ImageWay& way, const Error& error, const std::vector<std::string>& fields,
                                      JobOutcome& outcome) {
  if (error.code == Errc::timeout && error.reaction == Reaction::uncertain)
    may_run_until_ = clock_.now() + rules_.pause_after_timeout;
  if (ends_the_pass(error)) {
    ended(error);
    return way.give_up(was_not_tried(error) ? outcome.rejection.value_or(error) : error);
  }
  if (error.reaction == Reaction::permanent || error.reaction == Reaction::auth) outcome.rejection = error;
  if (error.status == 403 && !error.field.empty()) refused_fields_.try_emplace(error.field, error);
  log_.debug("a step was not accepted", {{"code", std::int64_t{error.status}}, {"request_id", error.request_id}});
  return way.failed(error, fields);
}

task<ImageWay::Action> Applier::reread(ImageWay& way, core::Image& live, Duration pause, bool must_finish) {
  if (pause > Duration{}) co_await clock_.sleep_for(pause);
  auto image = co_await target_.provider->read(live.id, must_finish);
  if (!image) {
    if (ends_the_pass(image.error())) ended(image.error());
    co_return way.give_up(image.error());
  }
  if (*image) live = **image;
  co_return way.reread(*image);
}

// Whoever looks next, this pass or one that is due at once, must not take for undone what the cloud is about to do.
task<void> Applier::outlive_what_timed_out() {
  if (clock_.now() >= may_run_until_ || stop_.requested()) co_return;
  auto wait = [this]() -> task<Result<void>> {
    co_await clock_.sleep_until(may_run_until_);
    co_return Result<void>{};
  };
  [[maybe_unused]] const auto waited = co_await async::unless_stopped(stop_, wait());
}

void Applier::finish(const ImageJob& job, const JobOutcome& outcome) {
  if (outcome.done.empty() && outcome.failures.empty()) return;  // skipped
  ++progress_.done;
  log_changes(job, outcome);
  if (!outcome.done.empty()) {
    guard_->succeeded();
  } else {
    ++progress_.failed;
    guard_->failed();
  }
  // What has ended the pass says nothing about this image, and `--force failures` would be no help against it.
  if (!tripped_ && !ended_by_) tripped_ = guard_->tripped();
  if (options_.progress) options_.progress(progress_);
}

}  // namespace retouch::reconcile
