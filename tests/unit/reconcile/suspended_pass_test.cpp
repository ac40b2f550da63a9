// `suspend` while a pass is under way: it stops before the next image, and says so.
#include "journal_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;
using core::ChangeStatus;
using What = state::Suspended::What;
using Stops = std::vector<state::Suspended>;

namespace {

class SuspendedPassTest : public test_fixture::JournalTest {
 protected:
  using Planning = std::vector<core::ImageChange>;  // in the order in which images are written
  // Applies to images, three seconds each; somebody suspends in the middle of the second one.
  std::unique_ptr<Passes> apply_while(const std::function<std::vector<state::Suspended>(const Planning&)>& suspends) {
    std::unique_ptr<Passes> all;
    run([&]() -> task<void> {
      all = remembering();
      co_await all->open();
      co_await all->lock("/locks", "us", {});
      co_await all->plan();
      slow_down(3s);
      co_await async::join_all({[&]() -> task<void> { co_await all->apply(nullptr); },
                                [&]() -> task<void> {
                                  co_await clock.sleep_for(4s);
                                  store.suspensions = suspends(all->clouds()[0].planned->plan.changes);
                                }});
      EXPECT_TRUE(co_await all->record());
    });
    return all;
  }
  core::Suspension by_ada(std::optional<Wall> until = std::nullopt) {
    return {.since = clock.wall(), .until = until, .by = "ada@site", .reason = "migration"};
  }
};

}  // namespace

TEST_F(SuspendedPassTest, StopsBeforeTheNextImageAndSaysWhy) {
  add("lab", {1, 2, 3, 4, 5, 6});
  const auto all = apply_while([&](const Planning&) { return Stops{{What::cloud, "lab", by_ada()}}; });
  EXPECT_EQ(patches(), 2u);
  const ApplyReport& report = *all->clouds()[0].report;
  EXPECT_EQ(report.count(Status::changed), 2);
  EXPECT_EQ(report.count(Status::skipped), 4);
  ASSERT_TRUE(report.results[2].error);
  EXPECT_NE(report.results[2].error->message.find("cloud lab was suspended while the pass was under way"),
            std::string::npos)
      << report.results[2].error->message;
  EXPECT_NE(report.results[2].error->message.find("by ada@site: migration"), std::string::npos);
  EXPECT_EQ(all->apply_exit_code(), exit_partial);
  EXPECT_EQ(std::ranges::count(statuses(), ChangeStatus::skipped), 4);
  EXPECT_NE(store.change_records.at(3).error.find("suspended"), std::string::npos);
}

TEST_F(SuspendedPassTest, LeavesOutTheEntryThatIsMeantAndNoOther) {
  add("lab", {1, 2, 3, 4, 5, 6});
  core::ImageChange meant;
  const auto all = apply_while([&](const Planning& changes) {
    meant = changes.at(3);
    return Stops{{What::entry, meant.entry, by_ada()}, {What::cloud, "other", by_ada()}};
  });
  EXPECT_EQ(patches(), 5u);
  EXPECT_FALSE(cloud.images().find(meant.image_id)->attributes.contains("os_distro"));
  EXPECT_EQ(all->apply_exit_code(), exit_partial);
}

TEST_F(SuspendedPassTest, OfAnImageOfSeveralEntriesSendsTheFieldsOfTheOthers) {
  add("lab", {1, 2, 3});
  for (const int image : {1, 2, 3}) {
    core::DesiredEntry second = test_fixture::wants_name(image);
    second.name = "another-" + std::to_string(image);
    second.fields[0].name = "os_version";
    desired.entries["lab"].push_back(second);
  }
  core::ImageChange meant;
  apply_while([&](const Planning& changes) {
    meant = changes.back();
    return Stops{{What::entry, meant.entry, by_ada()}};
  });
  EXPECT_FALSE(cloud.images().find(meant.image_id)->attributes.contains(meant.fields.at(0).name));
  EXPECT_EQ(patches(), 3u) << "its other field is sent";
}

TEST_F(SuspendedPassTest, GoesOnWhenTheSuspensionIsOver) {
  add("lab", {1, 2, 3});
  apply_while([&](const Planning&) { return Stops{{What::cloud, "lab", by_ada(clock.wall())}}; });
  EXPECT_EQ(patches(), 3u);
}

TEST_F(SuspendedPassTest, AsksAtMostOnceASecond) {
  add("lab", {1, 2, 3, 4, 5, 6});
  run([&]() -> task<void> { co_await applied(); });
  EXPECT_EQ(patches(), 6u);
  EXPECT_EQ(std::ranges::count(store.calls, "suspended"), 1) << "all of it took no time";
}

TEST_F(SuspendedPassTest, AStateThatCannotBeAskedEndsThePass) {
  add("lab", {1, 2});
  store.failing["suspended"] = {.code = Errc::io, .message = "the disk is gone"};
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_EQ(all->apply_exit_code(), exit_error);
  });
  EXPECT_EQ(patches(), 0u);
}

}  // namespace retouch::reconcile
