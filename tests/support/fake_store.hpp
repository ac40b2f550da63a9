// A store in memory, with the same answers as the real one; what was called stands in `calls`. Everything it holds is
// public: a test fills it and looks at it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "retouch/state/store.hpp"

namespace retouch::test {

class FakeStore : public state::Store {
 public:
  std::map<std::string, std::map<std::string, core::ImageMemory, std::less<>>> images;  // by account
  std::vector<core::RunRecord> run_records;                                             // in order of `begin`
  std::vector<core::ChangeRecord> change_records;                                       // ids from 1, in order
  std::vector<state::Suspended> suspensions;
  std::map<std::string, std::vector<core::GuardRefusal>> guard_refusals;  // by cloud
  std::map<std::string, std::int64_t> entries;                            // by source
  std::map<std::string, std::int64_t> selected;                           // by entry
  std::map<std::string, state::PassNote> pass_notes;                      // by cloud
  std::vector<std::string> calls;
  std::optional<Error> broken;           // what every call fails with
  std::map<std::string, Error> failing;  // by call: "intend", "commit", ...

  task<Result<core::Memory>> recall(state::MemoryOf what) override {
    RETOUCH_CO_CHECK(called("recall"));
    core::Memory memory{.images = images[what.account], .most_entries = entries, .selected = selected};
    for (const core::ChangeRecord& change : change_records) {
      const bool sent = change.status == core::ChangeStatus::applied || change.status == core::ChangeStatus::found ||
                        change.status == core::ChangeStatus::not_kept;
      const bool lately = change.settled_at && *change.settled_at > what.now - std::chrono::hours(24);
      const auto accepted = [&](const core::RunRecord& run) {
        return run.id == change.run && std::ranges::find(run.accepted, "changed_percent") != run.accepted.end();
      };
      if (std::ranges::any_of(run_records, accepted)) continue;
      if (change.account == what.account && sent && lately) memory.changed_lately.insert(change.image_id);
    }
    for (const state::Suspended& each : suspensions) {
      if (!each.suspension.in_force(what.now)) continue;
      if (each.what == state::Suspended::What::entry) memory.suspended_entries.emplace(each.name, each.suspension);
      if (each.what == state::Suspended::What::cloud && each.name == what.cloud)
        memory.suspended_cloud = each.suspension;
    }
    co_return memory;
  }

  task<Result<void>> begin(core::RunRecord run) override {
    RETOUCH_CO_CHECK(called("begin"));
    run_records.push_back(std::move(run));
    co_return Result<void>{};
  }
  task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) override {
    RETOUCH_CO_CHECK(called("intend"));
    for (core::ChangeRecord& change : changes) {
      change.id = std::ssize(change_records) + 1;
      change_records.push_back(change);
    }
    co_return changes;
  }
  task<Result<void>> commit(state::MemoryOf what, core::MemoryUpdate update) override {
    RETOUCH_CO_CHECK(called("commit"));
    for (core::Settled& settled : update.settled) {
      core::ChangeRecord& change = change_records.at(static_cast<std::size_t>(settled.change - 1));
      change.status = settled.status;
      change.settled_at = settled.at;
      change.request_id = std::move(settled.request_id);
      change.error = std::move(settled.error);
    }
    auto& of_account = images[what.account];
    for (auto& [key, remembered] : update.remember)
      of_account[key.image_id].fields.insert_or_assign(key.field, std::move(remembered));
    for (const core::FieldKey& key : update.forget) of_account[key.image_id].fields.erase(key.field);
    for (auto& [key, hold] : update.hold) of_account[key.image_id].holds.insert_or_assign(key.field, std::move(hold));
    for (const core::FieldKey& key : update.release) of_account[key.image_id].holds.erase(key.field);
    std::erase_if(of_account, [](const auto& each) { return each.second.fields.empty() && each.second.holds.empty(); });
    if (update.entries_reset) entries.clear();
    for (const auto& [source, count] : update.entries) entries[source] = std::max(entries[source], count);
    for (const auto& [entry, count] : update.selected) selected[entry] = count;
    co_return Result<void>{};
  }
  task<Result<void>> finish(core::RunRecord run) override {
    RETOUCH_CO_CHECK(called("finish"));
    for (core::RunRecord& each : run_records) {
      if (each.id == run.id) each = run;
    }
    co_return Result<void>{};
  }

  task<Result<std::vector<core::RunRecord>>> runs(state::RunFilter filter) override {
    RETOUCH_CO_CHECK(called("runs"));
    std::vector<core::RunRecord> found;
    for (auto it = run_records.rbegin(); it != run_records.rend(); ++it) {
      if (!meets(*it, filter)) continue;
      found.push_back(counted(*it));
      if (std::ssize(found) == filter.newest) break;
    }
    co_return found;
  }
  task<Result<std::vector<core::ChangeRecord>>> changes(state::ChangeFilter filter) override {
    RETOUCH_CO_CHECK(called("changes"));
    std::vector<core::ChangeRecord> found;
    for (const core::ChangeRecord& change : change_records) {
      if (meets(change, filter)) found.push_back(change);
    }
    if (filter.newest > 0) {
      std::ranges::reverse(found);
      if (std::ssize(found) > filter.newest) found.resize(static_cast<std::size_t>(filter.newest));
    }
    co_return found;
  }

  task<Result<std::vector<state::HeldField>>> holds() override {
    RETOUCH_CO_CHECK(called("holds"));
    std::vector<state::HeldField> found;
    for (const auto& [account, of_account] : images) {
      for (const auto& [image, memory] : of_account) {
        for (const auto& [field, hold] : memory.holds) found.push_back({account, {image, field}, hold});
      }
    }
    co_return found;
  }
  task<Result<void>> release(std::string account, core::FieldKey key) override {
    RETOUCH_CO_CHECK(called("release"));
    core::ImageMemory& memory = images[account][key.image_id];
    memory.holds.erase(key.field);
    if (const auto it = memory.fields.find(key.field); it != memory.fields.end()) {
      it->second.corrections.clear();
      if (it->second.kept_instead) memory.fields.erase(it);
    }
    co_return Result<void>{};
  }
  task<Result<std::vector<state::Suspended>>> suspended() override {
    RETOUCH_CO_CHECK(called("suspended"));
    co_return suspensions;
  }
  task<Result<void>> suspend(state::Suspended what) override {
    RETOUCH_CO_CHECK(called("suspend"));
    std::erase_if(suspensions, [&](const auto& each) { return each.what == what.what && each.name == what.name; });
    suspensions.push_back(std::move(what));
    co_return Result<void>{};
  }
  task<Result<bool>> resume(state::Suspended::What what, std::string name) override {
    RETOUCH_CO_CHECK(called("resume"));
    co_return std::erase_if(suspensions, [&](const auto& each) { return each.what == what && each.name == name; }) > 0;
  }
  task<Result<std::vector<core::GuardRefusal>>> refusals() override {
    RETOUCH_CO_CHECK(called("refusals"));
    std::vector<core::GuardRefusal> found;
    for (const auto& [cloud, of_cloud] : guard_refusals) found.insert(found.end(), of_cloud.begin(), of_cloud.end());
    co_return found;
  }
  task<Result<void>> refused(std::string cloud, std::vector<core::GuardRefusal> refusals) override {
    RETOUCH_CO_CHECK(called("refused"));
    guard_refusals[cloud] = std::move(refusals);
    co_return Result<void>{};
  }
  task<Result<std::vector<state::PassNote>>> last_passes() override {
    RETOUCH_CO_CHECK(called("last_passes"));
    std::vector<state::PassNote> found;
    for (const auto& [cloud, note] : pass_notes) found.push_back(note);
    co_return found;
  }
  task<Result<void>> note_pass(state::PassNote note) override {
    RETOUCH_CO_CHECK(called("note_pass"));
    pass_notes.insert_or_assign(note.cloud, std::move(note));
    co_return Result<void>{};
  }

 private:
  Result<void> called(const std::string& call) {
    calls.push_back(call);
    if (broken) return fail(*broken);
    if (const auto it = failing.find(call); it != failing.end()) return fail(it->second);
    return {};
  }

  static bool meets(const core::ChangeRecord& change, const state::ChangeFilter& filter) {
    const auto fits = [](const std::string& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
    return fits(filter.run, change.run) && fits(filter.account, change.account) && fits(filter.cloud, change.cloud) &&
           fits(filter.entry, change.entry) && fits(filter.cause, core::to_string(change.change.cause)) &&
           fits(filter.image_id, change.image_id) && fits(filter.field, change.change.name) &&
           (!filter.open || change.status == core::ChangeStatus::intended ||
            change.status == core::ChangeStatus::uncertain);
  }
  // A run is about a cloud when it passed over it; about an entry or a cause when some change of it is.
  bool meets(const core::RunRecord& run, const state::RunFilter& filter) const {
    const auto of_cloud = [&](const core::PassRecord& pass) { return pass.cloud == filter.cloud; };
    const auto of_revision = [&](const core::SourceRevision& source) {
      return source.revision.starts_with(filter.revision);
    };
    const state::ChangeFilter changes{
        .run = run.id, .cloud = filter.cloud, .entry = filter.entry, .cause = filter.cause};
    const auto matching = [&](const core::ChangeRecord& change) { return meets(change, changes); };
    if (filter.since && run.began < *filter.since) return false;
    if (!run.id.starts_with(filter.id_prefix)) return false;
    if (!filter.revision.empty() && std::ranges::none_of(run.sources, of_revision)) return false;
    if (!filter.entry.empty() || !filter.cause.empty()) return std::ranges::any_of(change_records, matching);
    return filter.cloud.empty() || std::ranges::any_of(run.passes, of_cloud) ||
           std::ranges::any_of(change_records, matching);
  }
  core::RunRecord counted(core::RunRecord run) const {
    using enum core::ChangeStatus;
    run.applied = run.failed = run.open = 0;
    for (const core::ChangeRecord& change : change_records) {
      if (change.run != run.id) continue;
      if (change.status == applied || change.status == found) ++run.applied;
      if (change.status == failed || change.status == not_kept) ++run.failed;
      if (change.status == intended || change.status == uncertain) ++run.open;
    }
    return run;
  }
};

// What a verb is given and destroys; the test keeps its own.
class BorrowedStore final : public state::Store {
 public:
  explicit BorrowedStore(state::Store& owner) : owner_(owner) {}
  task<Result<core::Memory>> recall(state::MemoryOf what) override { return owner_.recall(std::move(what)); }
  task<Result<void>> begin(core::RunRecord run) override { return owner_.begin(std::move(run)); }
  task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) override {
    return owner_.intend(std::move(changes));
  }
  task<Result<void>> commit(state::MemoryOf what, core::MemoryUpdate update) override {
    return owner_.commit(std::move(what), std::move(update));
  }
  task<Result<void>> finish(core::RunRecord run) override { return owner_.finish(std::move(run)); }
  task<Result<std::vector<core::RunRecord>>> runs(state::RunFilter filter) override {
    return owner_.runs(std::move(filter));
  }
  task<Result<std::vector<core::ChangeRecord>>> changes(state::ChangeFilter filter) override {
    return owner_.changes(std::move(filter));
  }
  task<Result<std::vector<state::HeldField>>> holds() override { return owner_.holds(); }
  task<Result<void>> release(std::string account, core::FieldKey key) override {
    return owner_.release(std::move(account), std::move(key));
  }
  task<Result<std::vector<state::Suspended>>> suspended() override { return owner_.suspended(); }
  task<Result<void>> suspend(state::Suspended what) override { return owner_.suspend(std::move(what)); }
  task<Result<bool>> resume(state::Suspended::What what, std::string name) override {
    return owner_.resume(what, std::move(name));
  }
  task<Result<std::vector<core::GuardRefusal>>> refusals() override { return owner_.refusals(); }
  task<Result<void>> refused(std::string cloud, std::vector<core::GuardRefusal> refusals) override {
    return owner_.refused(std::move(cloud), std::move(refusals));
  }
  task<Result<std::vector<state::PassNote>>> last_passes() override { return owner_.last_passes(); }
  task<Result<void>> note_pass(state::PassNote note) override { return owner_.note_pass(std::move(note)); }

 private:
  state::Store& owner_;
};

}  // namespace retouch::test
