// Whole passes with a memory: the simulated cloud, and a store whose every call can be looked at.
#pragma once

#include "fake_store.hpp"
#include "passes_fixture.hpp"

namespace retouch::reconcile::test_fixture {

// Notes how many requests had written when an intent was committed.
class WatchedStore final : public test::FakeStore {
 public:
  explicit WatchedStore(sandbox::Cloud& cloud) : cloud_(cloud) {}
  task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) override {
    intents.emplace_back(changes.size(), cloud_.log().count({.method = "PATCH"}));
    co_return co_await FakeStore::intend(std::move(changes));
  }
  std::vector<std::pair<std::size_t, std::size_t>> intents;  // how many, after how many PATCHes

 private:
  sandbox::Cloud& cloud_;
};

class JournalTest : public PassesTest {
 protected:
  JournalTest() { world.user = "ops@build7"; }

  std::unique_ptr<Passes> remembering(RunRequest request = {}, const std::string& only_cloud = {}) {
    request.store = &store;
    std::vector<const config::Cloud*> clouds;
    for (const auto& each : configured) {
      if (only_cloud.empty() || each->name == only_cloud) clouds.push_back(each.get());
    }
    DesiredState copy{.sources = sources, .tables = desired.tables, .entries = desired.entries};
    copy.sources_replaced = desired.sources_replaced;
    return std::make_unique<Passes>(clouds, std::move(copy), world, std::move(request));
  }

  // Open, lock, plan, apply, record.
  task<std::unique_ptr<Passes>> applied(RunRequest request = {}) {
    auto all = remembering(std::move(request));
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    if (all->anything_to_send()) co_await all->apply(nullptr);
    const auto recorded = co_await all->record();
    EXPECT_TRUE(recorded) << describe(recorded.error());
    co_return all;
  }

  std::size_t patches() { return cloud.log().count({.method = "PATCH"}); }
  sandbox::Image live(int number) {
    for (const auto& [key, entry] : cloud.images().all()) {
      if (entry->image->text("name") == "image-" + std::to_string(number)) return *entry->image;
    }
    ADD_FAILURE() << "no image " << number;
    return {};
  }
  void set_live(int number, const std::string& field, const Json& value) {
    sandbox::Image image = live(number);
    if (value.is_null()) {
      image.attributes.erase(field);
    } else {
      image.attributes[field] = value;
    }
    cloud.images().save(image);
  }
  const core::Remembered* remembered(int number, const std::string& field = "os_distro") {
    for (const auto& [account, images] : store.images) {
      const auto image = images.find(live(number).id);
      if (image == images.end()) continue;
      const auto it = image->second.fields.find(field);
      if (it != image->second.fields.end()) return &it->second;
    }
    return nullptr;
  }
  std::vector<core::ChangeStatus> statuses() {
    std::vector<core::ChangeStatus> all;
    for (const auto& change : store.change_records) all.push_back(change.status);
    return all;
  }

  std::vector<core::SourceRevision> sources;
  WatchedStore store{cloud};
};

}  // namespace retouch::reconcile::test_fixture
