// What the journal gets to know of one cloud's pass: intents before their requests, results after them. Private to this
// layer.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "retouch/async/semaphore.hpp"
#include "retouch/core/journal.hpp"
#include "retouch/reconcile/plan_pass.hpp"
#include "retouch/state/store.hpp"

namespace retouch::reconcile {

struct JobOutcome;

class PassJournal {
 public:
  virtual ~PassJournal() = default;

  // All fields of all jobs, together, before the first of their requests leaves. An error: nothing may be sent.
  virtual task<Result<void>> intend(const core::CloudPlan& plan, const std::vector<ImageJob>& jobs) = 0;
  // What of `fields` is not what was intended (the image had moved, so they were planned anew): before it is sent.
  // `carried`: fields that an earlier request of this image carried.
  virtual task<Result<void>> intend_anew(const std::string& image, std::span<const core::FieldChange> fields,
                                         const std::set<std::string>& carried) = 0;
  // Grouped with others; on the disk a moment later.
  virtual void settle(const ImageJob& job, const JobOutcome& outcome) = 0;
  // What was accepted is another value now; `remembered`: nor will it be sent again while both stay as they are.
  virtual void not_kept(const std::string& image, const std::string& field, const core::Value& live,
                        bool remembered) = 0;
  // Why results can no longer be written; whoever sends stops then.
  virtual const std::optional<Error>& failed() const = 0;
  // Everything is on the disk, or the error.
  virtual task<Result<void>> close() = 0;
};

// `state: none`.
std::unique_ptr<PassJournal> make_no_journal();

// The run that the passes of all clouds belong to: in the journal from the first intent on, so that a run that sends
// nothing leaves no trace.
class RunJournal {
 public:
  RunJournal(state::Store& store, core::RunRecord run) : store_(store), run_(std::move(run)) {}
  void planned(std::string fingerprint, const std::set<std::string>& accepted) {
    run_.fingerprint = std::move(fingerprint);
    run_.accepted.assign(accepted.begin(), accepted.end());
  }
  task<Result<void>> begin();  // once, whoever comes first
  // Nothing when it never began.
  task<Result<void>> finish(Wall ended, int exit_code, std::vector<core::PassRecord> passes);
  const core::RunRecord& run() const { return run_; }
  bool begun() const { return begun_; }
  state::Store& store() { return store_; }

 private:
  state::Store& store_;
  core::RunRecord run_;
  async::Semaphore turn_{1};
  bool begun_ = false;
};

struct JournalFacts {
  std::string cloud;
  std::string account;                           // key
  std::map<std::string, std::string> revisions;  // by entry
  // Of a rollback: holds that are placed with the intents, so that they stand also if it is killed, and lifted again
  // where nothing came of the intent; and holds that are lifted once their field was applied.
  std::map<core::FieldKey, core::Hold> holds;
  std::set<core::FieldKey> releases;
  std::shared_ptr<const core::Memory> memory;  // as it was when the plan was made
  // Files were left out, so that what left a list could not be taken out of it (on_removal): it stays ours.
  bool entries_missing = false;
};
// `run` and `clock` outlive it; it must be closed.
std::unique_ptr<PassJournal> make_pass_journal(asio::any_io_executor executor, RunJournal& run, JournalFacts facts,
                                               async::Clock& clock);

}  // namespace retouch::reconcile
