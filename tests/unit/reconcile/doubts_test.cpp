// What a process left behind that was killed between an intent and its result.
#include "journal_fixture.hpp"

namespace retouch::reconcile {

using core::ChangeStatus;
using test_fixture::JournalTest;

namespace {

class DoubtsTest : public JournalTest {
 protected:
  // As if a process had committed these intents for images 1, 2, … and died; the journal knows the account by now.
  void killed_after_intents(int images) {
    run([&]() -> task<void> {
      const auto all = remembering();
      co_await all->open();
      account = all->clouds()[0].session->account_key();
    });
    for (int number = 1; number <= images; ++number) {
      core::ChangeRecord record{.id = number, .run = "dead", .cloud = "lab", .account = account};
      record.entry = "image-" + std::to_string(number);
      record.intended_at = clock.wall();
      record.image_id = live(number).id;
      record.change = {.name = "os_distro", .op = core::Op::add, .after = core::Value{"ubuntu"}};
      record.change.wish = core::Wish{.value = core::Value{"ubuntu"}};
      store.change_records.push_back(record);
    }
  }
  // One that left this intent for a field of image 1.
  void killed_after(core::FieldChange change, ChangeStatus status = ChangeStatus::intended) {
    killed_after_intents(1);
    store.change_records.back().change = std::move(change);
    store.change_records.back().status = status;
  }
  core::Cause cause_without_lock() {
    core::Cause cause = core::Cause::unknown;
    run([&]() -> task<void> {
      const auto all = remembering({.verb = "drift"});
      co_await all->open();
      co_await all->plan();
      cause = all->document().clouds.at(0).changes.at(0).fields.at(0).cause;
    });
    return cause;
  }
  std::string account;
};

}  // namespace

TEST_F(DoubtsTest, AreSettledByWhatTheListingShows) {
  add("lab", {1, 2, 3});
  killed_after_intents(3);
  set_live(1, "os_distro", "ubuntu");  // its request had arrived
  set_live(3, "os_distro", "plan9");   // and this one is a third party's
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(store.change_records[0].status, ChangeStatus::found);
  EXPECT_EQ(store.change_records[1].status, ChangeStatus::not_found);
  EXPECT_EQ(store.change_records[2].status, ChangeStatus::not_found) << "a doubt does not last for ever";
  EXPECT_NE(store.change_records[2].error.find("plan9"), std::string::npos);
  ASSERT_TRUE(remembered(1));
  EXPECT_EQ(core::to_text(remembered(1)->ours), "\"ubuntu\"") << "we wrote it, and did not merely find it so";
  EXPECT_EQ(patches(), 2u) << "the others are written now";
}

TEST_F(DoubtsTest, ArePlannedWithWhatTheyHadDone) {
  add("lab", {1});
  killed_after_intents(1);
  set_live(1, "os_distro", "ubuntu");
  desired.entries["lab"][0].fields.clear();  // the manifests want it no more
  desired.entries["lab"][0].manage.remove_on_removal = true;
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_FALSE(all->clouds()[0].planned->plan.changes.empty()) << "it was ours";
  });
  EXPECT_FALSE(live(1).attributes.contains("os_distro")) << "and not only in the run after";
}

TEST_F(DoubtsTest, StayOpenWhereTheListingDidNotShowTheImage) {
  add("lab", {1});
  killed_after_intents(2);
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(store.change_records[1].status, ChangeStatus::intended);
}

TEST_F(DoubtsTest, AreNotTouchedWithoutTheAccountsLock) {
  add("lab", {1});
  killed_after_intents(1);
  run([&]() -> task<void> {
    const auto all = remembering();
    co_await all->open();
    co_await all->plan();
  });
  EXPECT_EQ(store.change_records[0].status, ChangeStatus::intended) << "its process may be alive";
}

TEST_F(DoubtsTest, AreNoDriftForWhoLooksWithoutTheLock) {
  add("lab", {1});
  desired.entries["lab"][0].fields[0].value = "debian";
  run([&]() -> task<void> { co_await applied(); });
  store.change_records.clear();
  killed_after_intents(1);
  set_live(1, "os_distro", "ubuntu");  // its request had arrived; the manifests have moved back since
  EXPECT_EQ(cause_without_lock(), core::Cause::pending);
  EXPECT_EQ(store.change_records[0].status, ChangeStatus::intended);
  set_live(1, "os_distro", "plan9");
  EXPECT_EQ(cause_without_lock(), core::Cause::drift) << "that was none of us";
}

TEST_F(DoubtsTest, WhatGotNoAnswerIsLookedAtByTheNextRunAsWell) {
  add("lab", {1});
  killed_after_intents(1);
  store.change_records[0].status = ChangeStatus::uncertain;
  set_live(1, "os_distro", "ubuntu");
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::found});
  EXPECT_TRUE(remembered(1));
}

TEST_F(DoubtsTest, AHalfWrittenListCanBeTakenBack) {
  add("lab", {1});
  const core::FieldChange swap{.name = "tags",
                               .op = core::Op::replace,
                               .before = core::List{"kept", "old"},
                               .after = core::List{"kept", "new"},
                               .wish = core::Wish{.value = core::List{"kept", "new"}}};
  killed_after(swap, ChangeStatus::uncertain);
  set_live(1, "tags", Json::array({"kept"}));
  desired.entries["lab"].clear();
  desired.entries["lab"].push_back(test_fixture::wants_name(1));
  desired.entries["lab"][0].fields.clear();
  run([&]() -> task<void> { co_await applied(); });
  ASSERT_EQ(statuses(), (std::vector{ChangeStatus::not_found, ChangeStatus::applied})) << "nothing is open";
  const core::ChangeRecord& half = store.change_records[1];
  EXPECT_EQ(half.run, "dead");
  EXPECT_EQ(half.change.before, core::Value(core::List{"kept", "old"}));
  EXPECT_EQ(half.change.after, core::Value(core::List{"kept"}));

  const auto undo = core::undo(store.change_records, {}, "", clock.wall());
  ASSERT_EQ(undo.size(), 1u);
  desired.entries["lab"] = undo.at("lab").entries;
  run([&]() -> task<void> { co_await applied({.verb = "rollback", .undoes = "run dead", .undo_of_cloud = undo}); });
  EXPECT_EQ(live(1).attributes.at("tags"), Json::parse(R"(["kept","old"])"));
}

TEST_F(DoubtsTest, WhatSomebodyElseMadeOfAListIsNoHalfOfOurs) {
  add("lab", {1});
  killed_after({.name = "tags",
                .op = core::Op::replace,
                .before = core::List{"kept", "old"},
                .after = core::List{"kept", "new"}});
  set_live(1, "tags", Json::array({"kept", "theirs"}));
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(store.change_records[0].status, ChangeStatus::not_found);
  for (const auto& change : store.change_records) EXPECT_FALSE(change.run == "dead" && change.id != 1);
}

}  // namespace retouch::reconcile
