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
      record.image_id = live(number).id;
      record.change = {.name = "os_distro", .op = core::Op::add, .after = core::Value{"ubuntu"}};
      record.change.wish = core::Wish{.value = core::Value{"ubuntu"}};
      store.change_records.push_back(record);
    }
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
  EXPECT_EQ(store.change_records[2].status, ChangeStatus::uncertain);
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

}  // namespace retouch::reconcile
