// IMS changes tags in two requests, delete and create. Between them an image is worse off than before, so that no end
// of a pass may come there. The limiter is real: it is where a stop holds requests back.
#include "passes_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;

class BegunChangeTest : public test_fixture::PassesTest {
 protected:
  BegunChangeTest() : PassesTest(test_fixture::simulated("ims", "{tags: {stage: test}}")) {
    lab.limits = {.requests = 100, .reads = 100, .writes = 1, .burst = 1, .concurrency = 3};
    for (core::DesiredEntry& entry : desired.entries["lab"]) {
      entry.fields = {{.name = "tags",
                       .value = core::Map{{"owner", std::string("platform")}},
                       .absent_items = {"stage"},
                       .place = entry.place}};
    }
  }

  // Opens, plans and applies; a stop is requested so much later.
  void apply(std::optional<Duration> stopped_after = std::nullopt) {
    run([&]() -> task<void> {
      all = passes();
      co_await all->open();
      co_await all->plan();
      slow_down(500ms);
      std::vector<std::function<task<void>()>> work{[&]() -> task<void> { co_await all->apply(nullptr); }};
      if (stopped_after) {
        work.emplace_back([&]() -> task<void> {
          co_await clock.sleep_for(*stopped_after);
          stop.request();
        });
      }
      co_await async::join_all(std::move(work));
    });
  }

  // How many images have these tags.
  std::int64_t tagged(const Json& tags) {
    std::int64_t count = 0;
    for (const sandbox::Image& seeded : cloud.seed().images) {
      if (cloud.images().find(seeded.id)->attributes.at("tags") == tags) ++count;
    }
    return count;
  }
  const ApplyReport& report() const { return all->clouds().at(0).report.value(); }

  config::Cloud& lab = add("lab", {1, 2, 3, 4, 5, 6});
  const Json before = Json::array({"stage=test"}), after = Json::array({"owner=platform"});
  std::unique_ptr<Passes> all;
};

TEST_F(BegunChangeTest, IsBroughtToItsEndAfterAStop) {
  apply(1500ms);
  EXPECT_EQ(tagged(after), 2) << "whose old tags were deleted in the first 1.5 seconds";
  EXPECT_EQ(tagged(before), 4);
  EXPECT_EQ(report().count(Status::changed), 2);
  EXPECT_EQ(report().count(Status::skipped), 4);
  EXPECT_EQ(all->apply_exit_code(), exit_interrupted);
}

TEST_F(BegunChangeTest, IsBroughtToItsEndAfterTheDeadline) {
  lab.policy.deadline = 1500ms;
  apply();
  EXPECT_EQ(tagged(after), 2);
  EXPECT_EQ(tagged(before), 4);
  EXPECT_EQ(report().count(Status::changed), 2);
  EXPECT_EQ(all->apply_exit_code(), exit_later);
}

TEST_F(BegunChangeTest, IsLookedAtAndGoesOnWhenTheAnswerToItsFirstHalfIsLost) {
  lab.limits.concurrency = 1;
  fault(R"({"kind":"lost","path":"*/tags/action","times":1})");
  apply(100ms);
  EXPECT_EQ(tagged(after), 1);
  EXPECT_EQ(tagged(before), 5);
  EXPECT_EQ(report().count(Status::changed), 1);
}

TEST_F(BegunChangeTest, IsSentOnceMoreWhenItsSecondHalfIsNotTakenAtOnce) {
  lab.limits.concurrency = 1;
  fault(R"({"kind":"status","status":503,"path":"*/tags/action","skip":1,"times":1})");
  apply(100ms);
  EXPECT_EQ(tagged(after), 1);
  EXPECT_EQ(tagged(before), 5);
  EXPECT_EQ(report().count(Status::changed), 1);
}

}  // namespace retouch::reconcile
