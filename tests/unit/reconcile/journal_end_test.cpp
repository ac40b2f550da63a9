// How a run ends in the journal, and what it leaves in the memory when it was not whole.
#include "journal_fixture.hpp"

namespace retouch::reconcile {

using test_fixture::JournalTest;

TEST_F(JournalTest, ARunWhoseLastCommitFailedHasEndedAllTheSame) {
  add("lab", {1, 2});
  set_live(2, "os_distro", "ubuntu");
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await all->apply(nullptr);
    store.failing["commit"] = {.code = Errc::io, .reaction = Reaction::permanent, .message = "the disk is full"};
    const auto recorded = co_await all->record();
    EXPECT_FALSE(recorded);
    EXPECT_TRUE(store.run_records.at(0).ended);
    EXPECT_EQ(store.run_records[0].exit_code, exit_error) << "as the process";
  });
}

TEST_F(JournalTest, KeepsTheExitCodeOfTheProcess) {
  add("lab", {1});
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await all->apply(nullptr);
    EXPECT_TRUE(co_await all->record(exit_invalid));
    EXPECT_EQ(store.run_records.at(0).exit_code, exit_invalid);
  });
}

TEST_F(JournalTest, AnItemThatLeavesAListWhileFilesAreLeftOutStaysOurs) {
  add("lab", {1});
  auto& entry = desired.entries["lab"][0];
  entry.manage.remove_on_removal = true;
  const auto wants_tags = [&](core::List tags) {
    entry.fields = {{.name = "tags", .value = std::move(tags), .place = {"m.yaml", 1, 5}}};
  };
  wants_tags({"goes", "stays"});
  run([&]() -> task<void> { co_await applied(); });
  wants_tags({"more", "stays"});
  run([&]() -> task<void> {
    const auto all = remembering();
    all->set_scope([](const CloudPass&) { return Scope{.entries_missing = true}; });
    co_await all->open();
    co_await all->lock("/locks", "us", {});
    co_await all->plan();
    co_await all->apply(nullptr);
    EXPECT_TRUE(co_await all->record());
    EXPECT_EQ(live(1).attributes.at("tags"), Json::parse(R"(["goes","more","stays"])")) << "somebody may want it";
    EXPECT_EQ(remembered(1, "tags")->ours, core::Value(core::List{"goes", "more", "stays"}));
  });
  run([&]() -> task<void> {
    co_await applied();
    EXPECT_EQ(live(1).attributes.at("tags"), Json::parse(R"(["more","stays"])"));
  });
}

}  // namespace retouch::reconcile
