// What `exact` may remove where only our own keys may go (ims), and how it says what it leaves.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::change_of;
using test::entry;
using test::image;
using test::Planning;
using test::remembered;

TEST(ExactOnlyOurs, RemovesWhatWePutThereAndWhatIsStillOurs) {
  Planning p{.entries = {entry("a", {"1"}, {})},
             .images = {image("1", {{"ours", "x"}, {"moved", "y"}, {"found", "x"}, {"stray", "x"}})},
             .exact_only_ours = true};
  p.entries[0].manage.properties = Manage::exact;
  p.remember("1", "ours", remembered("x"));
  p.remember("1", "moved", remembered("x"));
  p.remember("1", "found", remembered("x")).ours = Absent{};
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(change_of(plan, "ours"));
  EXPECT_FALSE(change_of(plan, "moved"));
  EXPECT_FALSE(change_of(plan, "found"));
  EXPECT_FALSE(change_of(plan, "stray"));
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_EQ(plan.warnings[0],
            "a: image 1: `exact` leaves found, moved, stray alone: on IMS it removes only what retouch itself put "
            "there and nobody has changed since");
}

TEST(ExactOnlyOurs, SaysItOnceAnEntryHoweverManyImagesAndKeys) {
  Planning p{.entries = {entry("a", {"1", "2"}, {})}, .exact_only_ours = true};
  p.entries[0].match = Match::all;
  p.entries[0].manage.properties = Manage::exact;
  for (const std::string id : {"1", "2"}) {
    p.images.push_back(image(id, {}));
    for (char key = 'a'; key < 'a' + 10; ++key) p.images.back().attributes[std::string(1, key)] = "x";
  }
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_EQ(plan.warnings[0],
            "a: 2 images: `exact` leaves a, b, c, d, e, f, g, h and 2 more alone: on IMS it removes only what retouch "
            "itself put there and nobody has changed since, and nothing of that is known: there is no state");
}

}  // namespace retouch::core
