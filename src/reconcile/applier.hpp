// Sends the jobs of one cloud: the shell around core::ImageWay. Private to this layer.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "pass_journal.hpp"
#include "retouch/core/image_way.hpp"
#include "retouch/reconcile/apply_pass.hpp"

namespace retouch::reconcile {

// What became of one image's job.
struct JobOutcome {
  bool sent = false;  // at least one request was accepted, or may have been
  std::vector<core::FieldChange> done{};
  std::vector<core::ImageWay::Failure> failures{};
  // Accepted, but the answer already shows another value, this one: the cloud does not keep it. Sent once, not again.
  std::map<std::string, core::Value> not_kept{};
  std::map<std::string, Error> suspended{};          // fields that were not tried, and who stopped them
  std::optional<Error> rejection{};                  // the last answer that refused something of it
  std::set<std::string> carried{};                   // by a request that was accepted, or may have been
  std::set<std::string> in_doubt{};                  // of these: no answer came to one of their requests
  std::map<std::string, std::string> request_ids{};  // the cloud's, by field
  std::map<std::string, Duration> took{};            // its requests, waits for the limiter included, by field
  std::set<std::string> begun{};  // of which a step has left that is not their last: IMS has deleted the old tags
};

class Applier {
 public:
  Applier(const Target& target, const Scope& scope, const ApplyOptions& options, async::Clock& clock,
          const async::Stop& stop, Log log);

  // All jobs, `concurrency` at a time; one outcome a job, in order. `plan` is what the jobs were made of.
  task<std::vector<JobOutcome>> run(const core::CloudPlan& plan, const std::vector<ImageJob>& jobs);

  const std::optional<Error>& ended_by() const { return ended_by_; }
  const std::optional<core::GuardVerdict>& failures() const { return tripped_; }

 private:
  task<void> lane(const std::vector<ImageJob>& jobs, std::vector<JobOutcome>& outcomes);
  bool may_go_on();
  task<void> look_at_suspensions();
  std::vector<core::FieldChange> not_suspended(const ImageJob& job, JobOutcome& outcome) const;
  void ended(const Error& error);
  task<JobOutcome> perform(const ImageJob& job);
  task<core::ImageWay::Action> send(core::ImageWay& way, core::Image& live, const core::ImageWay::Send& wanted,
                                    JobOutcome& outcome);
  task<core::ImageWay::Action> send_steps(core::ImageWay& way, core::Image& live, const core::ImageWay::Send& wanted,
                                          bool begun, JobOutcome& outcome);
  void note_not_kept(const core::Image& live, const std::vector<core::FieldChange>& fields,
                     const std::vector<std::string>& finished, JobOutcome& outcome) const;
  task<core::ImageWay::Action> reread(core::ImageWay& way, core::Image& live, Duration pause, bool must_finish);
  core::ImageWay::Action step_failed(core::ImageWay& way, const Error& error, const std::vector<std::string>& fields,
                                     JobOutcome& outcome);
  task<void> outlive_what_timed_out();
  void finish(const ImageJob& job, const JobOutcome& outcome);
  void log_changes(const ImageJob& job, const JobOutcome& outcome) const;

  const Target& target_;
  const ApplyOptions& options_;
  async::Clock& clock_;
  const async::Stop& stop_;
  Log log_;
  core::WayRules rules_;
  bool failures_forced_;
  std::optional<core::FailureGuard> guard_;
  const core::CloudPlan* plan_ = nullptr;  // of the jobs
  std::size_t next_ = 0;
  Mono may_run_until_ = Mono::min();  // a request that left and got no answer in time
  Mono next_look_{};                  // at suspensions
  std::optional<core::Suspension> suspended_cloud_;
  std::map<std::string, core::Suspension> suspended_entries_;
  Progress progress_;
  std::map<std::string, Error> refused_fields_;  // 403: the account may not write them, on any image
  std::optional<Error> ended_by_;
  std::optional<core::GuardVerdict> tripped_;
  std::unique_ptr<PassJournal> no_journal_;  // when the options bring none
  PassJournal& journal_;
};

}  // namespace retouch::reconcile
