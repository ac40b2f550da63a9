#include "pass_journal.hpp"

#include <algorithm>
#include <unordered_map>

#include "applier.hpp"
#include "retouch/core/remembering.hpp"
#include "retouch/state/group_commit.hpp"

namespace retouch::reconcile {

namespace {

using core::ChangeRecord;
using core::ChangeStatus;
using core::FieldChange;
using core::FieldKey;

class NoJournal final : public PassJournal {
 public:
  task<Result<void>> intend(const core::CloudPlan&, const std::vector<ImageJob>&) override { co_return Result<void>{}; }
  task<Result<void>> intend_anew(const std::string&, std::span<const FieldChange>,
                                 const std::set<std::string>&) override {
    co_return Result<void>{};
  }
  void settle(const ImageJob&, const JobOutcome&) override {}
  void not_kept(const std::string&, const std::string&, const core::Value&, bool) override {}
  const std::optional<Error>& failed() const override { return none_; }
  task<Result<void>> close() override { co_return Result<void>{}; }

 private:
  std::optional<Error> none_;
};

struct Verdict {
  ChangeStatus status = ChangeStatus::skipped;
  std::string error{};
};

// What became of one field; what was found to be so already, without a request of ours, was skipped.
Verdict verdict_of(const std::string& field, const JobOutcome& outcome) {
  const bool carried = outcome.carried.contains(field);
  if (const auto it = outcome.suspended.find(field); it != outcome.suspended.end())
    return {ChangeStatus::skipped, it->second.message};
  const bool done = std::ranges::find(outcome.done, field, &FieldChange::name) != outcome.done.end();
  if (done) return {carried ? ChangeStatus::applied : ChangeStatus::skipped, carried ? "" : "it was so already"};
  const auto failure = std::ranges::find_if(outcome.failures, [&](const auto& f) { return f.field.name == field; });
  if (failure == outcome.failures.end()) return {ChangeStatus::skipped, "the pass ended first"};
  // Without an answer, or between two steps, it may stand there in part.
  const bool unclear = outcome.in_doubt.contains(field) || outcome.begun.contains(field);
  return {unclear ? ChangeStatus::uncertain : ChangeStatus::failed, describe(failure->error)};
}

// `ours` and what else of `before` stands there still.
core::Value with_what_stays(const core::Value& ours, const core::Value& before, const core::Value& live) {
  if (const auto *had = std::get_if<core::List>(&before), *has = std::get_if<core::List>(&live);
      had != nullptr && has != nullptr) {
    const auto* mine = std::get_if<core::List>(&ours);
    core::List all = mine == nullptr ? core::List{} : *mine;
    for (const std::string& item : *had) {
      const bool there = std::ranges::find(*has, item) != has->end();
      if (there && std::ranges::find(all, item) == all.end()) all.push_back(item);
    }
    return all.empty() ? ours : core::Value(core::make_list(std::move(all)));
  }
  if (const auto *had = std::get_if<core::Map>(&before), *has = std::get_if<core::Map>(&live);
      had != nullptr && has != nullptr) {
    const auto* mine = std::get_if<core::Map>(&ours);
    core::Map all = mine == nullptr ? core::Map{} : *mine;
    for (const auto& [key, value] : *had) {
      const auto it = has->find(key);
      if (it != has->end() && it->second == value) all.try_emplace(key, value);
    }
    return all.empty() ? ours : core::Value(std::move(all));
  }
  return ours;
}

class StoredJournal final : public PassJournal {
 public:
  StoredJournal(asio::any_io_executor executor, RunJournal& run, JournalFacts facts, async::Clock& clock)
      : run_(run),
        facts_(std::move(facts)),
        clock_(clock),
        results_(std::move(executor), run.store(), clock, facts_.account, facts_.cloud) {}

  task<Result<void>> intend(const core::CloudPlan& plan, const std::vector<ImageJob>& jobs) override {
    std::vector<ChangeRecord> records;
    records.reserve(jobs.size());
    for (const ImageJob& job : jobs) {
      for (std::size_t i = 0; i < job.fields.size(); ++i) {
        const core::ImageChange& change = plan.changes[job.change_of[i]];
        records.push_back(record(change.entry, change.image_id, change.image_name, job.fields[i]));
      }
    }
    return commit(std::move(records), holds_of(jobs));
  }

  task<Result<void>> intend_anew(const std::string& image, std::span<const FieldChange> fields,
                                 const std::set<std::string>& carried) override {
    std::vector<ChangeRecord> records;
    core::MemoryUpdate replaced;
    for (const FieldChange& field : fields) {
      const auto it = records_.find(FieldKey{image, field.name});
      if (it == records_.end()) continue;
      const ChangeRecord& before = it->second;
      if (before.change.before == field.before && before.change.after == field.after) continue;
      const bool sent = carried.contains(field.name);
      replaced.settled.push_back({.change = before.id,
                                  .status = sent ? ChangeStatus::uncertain : ChangeStatus::skipped,
                                  .at = clock_.wall(),
                                  .error = "the image had moved; planned anew"});
      records.push_back(record(before.entry, image, before.image_name, field));
    }
    if (!records.empty()) results_.add(std::move(replaced));
    return commit(std::move(records), {});
  }

  void settle(const ImageJob& job, const JobOutcome& outcome) override {
    core::MemoryUpdate update;
    for (const FieldChange& field : job.fields) {
      const FieldKey key{job.live->id, field.name};
      const auto it = records_.find(key);
      if (it == records_.end()) continue;  // nothing was intended, so nothing was sent
      const Verdict verdict = verdict_of(field.name, outcome);
      const auto request = outcome.request_ids.find(field.name);
      update.settled.push_back({.change = it->second.id,
                                .status = verdict.status,
                                .at = clock_.wall(),
                                .request_id = request == outcome.request_ids.end() ? "" : request->second,
                                .error = verdict.error});
      if (verdict.status == ChangeStatus::applied) {
        applied(key, it->second, update);
      } else if (verdict.status != ChangeStatus::uncertain && facts_.holds.contains(key)) {
        update.release.push_back(key);
      }
    }
    if (update.rows() > 0) results_.add(std::move(update));
  }

  void not_kept(const std::string& image, const std::string& field, const core::Value& live, bool remembered) override {
    const FieldKey key{image, field};
    const auto it = records_.find(key);
    if (it == records_.end()) return;
    core::MemoryUpdate update;
    update.settled.push_back({.change = it->second.id,
                              .status = ChangeStatus::not_kept,
                              .at = clock_.wall(),
                              .error = "the cloud accepted it and has " + core::to_text(live)});
    if (const auto known = remembered_.find(key); remembered && known != remembered_.end()) {
      known->second.kept_instead = live;
      update.remember.emplace_back(key, known->second);
    }
    results_.add(std::move(update));
  }

  const std::optional<Error>& failed() const override { return results_.failed(); }
  task<Result<void>> close() override {
    co_await results_.close();
    if (results_.failed()) co_return fail(*results_.failed());
    co_return Result<void>{};
  }

 private:
  ChangeRecord record(const std::string& entry, const std::string& image, const std::string& name,
                      const FieldChange& change) const {
    const auto revision = facts_.revisions.find(entry);
    return {.run = run_.run().id,
            .cloud = facts_.cloud,
            .account = facts_.account,
            .entry = entry,
            .image_id = image,
            .image_name = name,
            .revision = revision == facts_.revisions.end() ? "" : revision->second,
            .change = change,
            .intended_at = clock_.wall()};
  }

  core::MemoryUpdate holds_of(const std::vector<ImageJob>& jobs) const {
    core::MemoryUpdate update;
    for (const ImageJob& job : jobs) {
      for (const FieldChange& field : job.fields) {
        const auto it = facts_.holds.find(FieldKey{job.live->id, field.name});
        if (it != facts_.holds.end()) update.hold.emplace_back(*it);
      }
    }
    return update;
  }

  task<Result<void>> commit(std::vector<ChangeRecord> records, core::MemoryUpdate with) {
    if (records.empty()) co_return Result<void>{};
    RETOUCH_CO_CHECK(co_await run_.begin());
    if (with.rows() > 0) {
      state::MemoryOf of{.account = facts_.account, .cloud = facts_.cloud, .now = clock_.wall()};
      RETOUCH_CO_CHECK(co_await run_.store().commit(std::move(of), std::move(with)));
    }
    RETOUCH_CO_TRY(records, co_await run_.store().intend(std::move(records)));
    for (ChangeRecord& each : records) {
      FieldKey key{each.image_id, each.change.name};
      records_.insert_or_assign(std::move(key), std::move(each));
    }
    co_return Result<void>{};
  }

  void applied(const FieldKey& key, const ChangeRecord& record, core::MemoryUpdate& update) {
    // A key that somebody put in again and `exact` took away again is remembered, or nobody would count how often.
    if (!record.change.wish && record.change.cause != core::Cause::drift) {
      update.forget.push_back(key);
      remembered_.erase(key);
    } else {
      const auto mine = remembered_.find(key);
      const core::Remembered* previous = mine != remembered_.end() ? &mine->second
                                         : facts_.memory           ? facts_.memory->find(key.image_id, key.field)
                                                                   : nullptr;
      core::Remembered now = core::after_change(record, previous, clock_.wall());
      if (facts_.entries_missing && previous != nullptr)
        now.ours = with_what_stays(now.ours, previous->ours, record.change.after);
      // What a rollback brings back was there before us.
      if (!run_.run().undoes.empty()) now.ours = core::Absent{};
      remembered_.insert_or_assign(key, now);
      update.remember.emplace_back(key, std::move(now));
    }
    if (facts_.releases.contains(key)) update.release.push_back(key);
  }

  RunJournal& run_;
  JournalFacts facts_;
  async::Clock& clock_;
  state::GroupCommit results_;
  std::unordered_map<FieldKey, ChangeRecord, core::FieldKeyHash> records_;         // the last intent of each field
  std::unordered_map<FieldKey, core::Remembered, core::FieldKeyHash> remembered_;  // what this pass made of it
};

}  // namespace

std::unique_ptr<PassJournal> make_no_journal() { return std::make_unique<NoJournal>(); }

std::unique_ptr<PassJournal> make_pass_journal(asio::any_io_executor executor, RunJournal& run, JournalFacts facts,
                                               async::Clock& clock) {
  return std::make_unique<StoredJournal>(std::move(executor), run, std::move(facts), clock);
}

task<Result<void>> RunJournal::begin() {
  const auto permit = co_await turn_.acquire();
  if (begun_) co_return Result<void>{};
  RETOUCH_CO_CHECK(co_await store_.begin(run_));
  begun_ = true;
  co_return Result<void>{};
}

task<Result<void>> RunJournal::finish(Wall ended, int exit_code, std::vector<core::PassRecord> passes) {
  if (!begun_) co_return Result<void>{};
  run_.ended = ended;
  run_.exit_code = exit_code;
  run_.passes = std::move(passes);
  co_return co_await store_.finish(run_);
}

}  // namespace retouch::reconcile
