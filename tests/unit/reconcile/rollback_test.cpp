// Taking runs back: the values of before, where nobody has changed them since.
#include "journal_fixture.hpp"
#include "retouch/core/undo.hpp"

namespace retouch::reconcile {

using core::ChangeStatus;
using test_fixture::JournalTest;

namespace {

class RollbackTest : public JournalTest {
 protected:
  task<std::unique_ptr<Passes>> roll_back(std::string id) {
    std::vector<core::ChangeRecord> changes;
    std::set<std::string> rollbacks;
    for (const auto& change : store.change_records) {
      if (change.run == id) changes.push_back(change);
    }
    for (const auto& each : store.run_records) {
      if (!each.undoes.empty()) rollbacks.insert(each.id);
    }
    auto undo = core::undo(changes, rollbacks, "", clock.wall());
    desired.entries.clear();
    for (const auto& [name, of_cloud] : undo) desired.entries[name] = of_cloud.entries;
    co_return co_await applied({.verb = "rollback", .undoes = id, .undo_of_cloud = undo});
  }
  void wish(std::vector<int> images) {
    desired.entries.clear();
    for (const int image : images) desired.entries["lab"].push_back(test_fixture::wants_name(image));
  }
  std::string last_run() { return store.run_records.back().id; }
};

}  // namespace

TEST_F(RollbackTest, BringsBackTheValuesOfBeforeAndHoldsWhatWasWished) {
  add("lab", {1, 2});
  set_live(1, "os_distro", "debian");
  const sandbox::Image first = live(1), second = live(2);
  run([&]() -> task<void> {
    co_await applied();
    const auto all = co_await roll_back(last_run());
    EXPECT_EQ(all->apply_exit_code(), exit_ok);
  });
  EXPECT_EQ(live(1).text("os_distro"), "debian");
  EXPECT_FALSE(live(2).attributes.contains("os_distro"));
  ASSERT_TRUE(remembered(1));
  EXPECT_TRUE(core::is_absent(remembered(1)->ours)) << "what was there before us is not ours to remove";
  const auto& holds = store.images.begin()->second.at(live(1).id).holds;
  EXPECT_EQ(holds.at("os_distro").run, last_run());
  wish({1, 2});
  const std::size_t sent = patches();
  run([&]() -> task<void> {
    const auto all = co_await applied();
    const core::CloudPlan& plan = all->clouds()[0].planned->plan;
    EXPECT_EQ(plan.held.size(), 2u);
    for (const std::string& held : plan.held) EXPECT_NE(held.find("took it back"), std::string::npos) << held;
  });
  EXPECT_EQ(patches(), sent) << "the same manifests send nothing";
  desired.entries["lab"][0].fields[0].value = core::Value{"fedora"};
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(live(1).text("os_distro"), "fedora") << "a changed manifest is sent";
  EXPECT_FALSE(live(2).attributes.contains("os_distro"));
}

TEST_F(RollbackTest, RefusesAFieldThatMovedOnSince) {
  add("lab", {1, 2});
  run([&]() -> task<void> {
    co_await applied();
    set_live(1, "os_distro", "arch");
    const auto all = co_await roll_back(last_run());
    const auto& refused = all->clouds()[0].planned->plan.refused;
    EXPECT_EQ(refused.size(), 1u);
    for (const core::Refusal& each : refused) EXPECT_NE(each.reason.find("arch"), std::string::npos) << each.reason;
    EXPECT_EQ(all->apply_exit_code(), exit_partial);
  });
  EXPECT_EQ(live(1).text("os_distro"), "arch");
  EXPECT_FALSE(live(2).attributes.contains("os_distro"));
}

TEST_F(RollbackTest, OfARollbackLiftsItsHolds) {
  add("lab", {1});
  run([&]() -> task<void> {
    co_await applied();
    co_await roll_back(last_run());
    EXPECT_EQ(store.images.begin()->second.begin()->second.holds.size(), 1u);
    co_await roll_back(last_run());
  });
  EXPECT_EQ(live(1).text("os_distro"), "ubuntu");
  EXPECT_TRUE(store.images.begin()->second.begin()->second.holds.empty());
}

TEST_F(RollbackTest, HoldsAlsoWhatItWasKilledOver) {
  add("lab", {1, 2});
  run([&]() -> task<void> {
    co_await applied();
    // Killed after the requests, before any result was written.
    store.failing["commit"] = {};
    store.failing.clear();
    const auto undone = last_run();
    co_await roll_back(undone);
    for (auto& change : store.change_records) {
      if (change.run != undone) change.status = ChangeStatus::intended;
    }
    for (auto& [id, memory] : store.images.begin()->second) {
      memory.fields["os_distro"] = {.wish = {.value = "ubuntu"}, .ours = "ubuntu", .entry = "image-1"};
    }
    wish({1, 2});
    const std::size_t sent = patches();
    const auto all = co_await applied();
    EXPECT_EQ(patches(), sent) << "the next timer does not send it again";
    EXPECT_EQ(all->clouds()[0].planned->plan.held.size(), 2u);
  });
}

TEST_F(RollbackTest, PlacesItsHoldsWithTheIntentsAndLiftsThoseThatCameToNothing) {
  add("lab", {1, 2});
  run([&]() -> task<void> {
    co_await applied();
    fault(R"({"kind":"status","status":403,"method":"PATCH","message":"no","times":1})");
    store.calls.clear();
    co_await roll_back(last_run());
  });
  const auto commit = std::ranges::find(store.calls, "commit");
  EXPECT_LT(commit - store.calls.begin(), std::ranges::find(store.calls, "intend") - store.calls.begin());
  int held = 0;
  for (const auto& [id, memory] : store.images.begin()->second) held += static_cast<int>(memory.holds.size());
  EXPECT_EQ(held, 1) << "the one that was refused still has the manifests' value";
}

TEST_F(RollbackTest, OfAnEarlierRunKeepsTheHoldOfTheLaterWish) {
  add("lab", {1});
  const auto wish_value = [&](const char* value) {
    wish({1});
    desired.entries["lab"][0].fields[0].value = core::Value{std::string(value)};
  };
  run([&]() -> task<void> {
    wish_value("first");
    co_await applied();
    const std::string first = last_run();
    co_await clock.sleep_for(std::chrono::minutes(1));
    wish_value("second");
    co_await applied();
    co_await clock.sleep_for(std::chrono::minutes(1));
    co_await roll_back(last_run());
    co_await clock.sleep_for(std::chrono::minutes(1));
    co_await roll_back(first);
    EXPECT_FALSE(live(1).attributes.contains("os_distro"));
    wish_value("second");
    const auto all = co_await applied();
    EXPECT_EQ(all->clouds()[0].planned->plan.held.size(), 1u) << "these are the manifests that were rolled back first";
    EXPECT_FALSE(live(1).attributes.contains("os_distro"));
  });
}

TEST_F(RollbackTest, GoesThroughTheGuards) {
  add("lab", {1, 2});
  run([&]() -> task<void> {
    co_await applied();
    configured[0]->policy.guards.changed_images = 1;
    const auto all = co_await roll_back(last_run());
    EXPECT_EQ(all->apply_exit_code(), exit_guard);
  });
  EXPECT_EQ(live(1).text("os_distro"), "ubuntu");
}

TEST_F(RollbackTest, SaysNothingAboutHowMuchTheSourcesHold) {
  add("lab", {1});
  sources = {{"", "1"}};  // as what the entries of a rollback are of
  run([&]() -> task<void> {
    co_await applied();
    store.entries[""] = 100;
    const auto all = co_await roll_back(last_run());
    EXPECT_EQ(all->apply_exit_code(), exit_ok);
    EXPECT_EQ(store.entries[""], 100);
  });
}

TEST_F(RollbackTest, LearnsNothingFromItsOwnEntries) {
  add("lab", {1});
  desired.entries["lab"][0].source = "site";
  run([&]() -> task<void> {
    co_await applied();
    store.images.begin()->second["other"].fields["f"] = {.entry = "elsewhere"};
    set_live(1, "os_distro", nullptr);  // somebody has taken it back by hand
    co_await roll_back(last_run());
  });
  EXPECT_TRUE(store.images.begin()->second.contains("other"));
  EXPECT_FALSE(store.entries.contains("")) << "no source is called so";
  EXPECT_EQ(core::to_text(remembered(1)->wish.value), "\"ubuntu\"");
}

}  // namespace retouch::reconcile
