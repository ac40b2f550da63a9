// The real store, and the books of what it said it has written down (I7): no request without, and none of it lost.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "retouch/state/store.hpp"
#include "witness.hpp"

namespace retouch::sim {

class WatchedStore final : public state::Store {
 public:
  WatchedStore(std::unique_ptr<state::Store> store, Witness& witness, std::set<std::int64_t>& written)
      : store_(std::move(store)), witness_(witness), written_(written) {}

  task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) override {
    auto intended = co_await store_->intend(std::move(changes));
    if (!intended) co_return intended;
    for (const core::ChangeRecord& each : *intended) {
      written_.insert(each.id);
      fields_[each.id] = {each.image_id, each.change.name};
      witness_.intended(each.image_id, each.change.name);
    }
    co_return intended;
  }
  task<Result<void>> commit(state::MemoryOf what, core::MemoryUpdate update) override {
    const auto settled = update.settled;
    auto done = co_await store_->commit(std::move(what), std::move(update));
    for (const core::Settled& each : settled) {
      const auto found = fields_.find(each.change);
      if (!done || found == fields_.end()) continue;
      witness_.settled(found->second.image_id, found->second.field);
      fields_.erase(found);
    }
    co_return done;
  }

  task<Result<core::Memory>> recall(state::MemoryOf what) override { return store_->recall(std::move(what)); }
  task<Result<void>> begin(core::RunRecord run) override { return store_->begin(std::move(run)); }
  task<Result<void>> finish(core::RunRecord run) override { return store_->finish(std::move(run)); }
  task<Result<std::vector<core::RunRecord>>> runs(state::RunFilter filter) override {
    return store_->runs(std::move(filter));
  }
  task<Result<std::vector<core::ChangeRecord>>> changes(state::ChangeFilter filter) override {
    return store_->changes(std::move(filter));
  }
  task<Result<std::vector<state::HeldField>>> holds() override { return store_->holds(); }
  task<Result<void>> release(std::string account, core::FieldKey key) override {
    return store_->release(std::move(account), std::move(key));
  }
  task<Result<std::vector<state::Suspended>>> suspended() override { return store_->suspended(); }
  task<Result<void>> suspend(state::Suspended what) override { return store_->suspend(std::move(what)); }
  task<Result<bool>> resume(state::Suspended::What what, std::string name) override {
    return store_->resume(what, std::move(name));
  }
  task<Result<std::vector<core::GuardRefusal>>> refusals() override { return store_->refusals(); }
  task<Result<void>> refused(std::string cloud, std::vector<core::GuardRefusal> refusals) override {
    return store_->refused(std::move(cloud), std::move(refusals));
  }
  task<Result<std::vector<state::PassNote>>> last_passes() override { return store_->last_passes(); }
  task<Result<void>> note_pass(state::PassNote note) override { return store_->note_pass(std::move(note)); }

 private:
  std::unique_ptr<state::Store> store_;
  Witness& witness_;
  std::set<std::int64_t>& written_;
  std::map<std::int64_t, core::FieldKey> fields_;
};

}  // namespace retouch::sim
