#include "retouch/core/claims.hpp"

#include "planning_fixture.hpp"

namespace retouch::core {

using test::entry;
using test::field;

namespace {

// What is said when two entries want these of the same field; "" = no conflict.
std::string conflict(const DesiredField& a, const DesiredField& b, int priority = 0) {
  std::vector<DesiredEntry> entries = {entry("a", {"1"}, {a}), entry("z", {"1"}, {b})};
  entries[1].priority = priority;
  return settle_claims({&entries[0], &entries[1]}).begin()->second.conflict;
}

DesiredField tags(List wanted, std::vector<std::string> absent) {
  DesiredField result = field("tags", std::move(wanted));
  result.absent_items = std::move(absent);
  return result;
}

}  // namespace

TEST(Claims, AConflictSaysWhatEachWantsAndWhere) {
  EXPECT_EQ(conflict(field("b", "x", 3), field("b", "y", 9)),
            "entry a (m.yaml:3:5) wants \"x\", entry z (m.yaml:9:5) wants \"y\"; give one of them a higher `priority`");
}

TEST(Claims, AWishForAbsentItemsAloneNamesThem) {
  const std::string said = conflict(tags({}, {"old", "older"}), tags({"new"}, {"old"}));
  EXPECT_NE(said.find("wants \"old\", \"older\" removed, entry z"), std::string::npos) << said;
  EXPECT_NE(said.find("wants [new] and \"old\" removed"), std::string::npos) << said;
}

TEST(Claims, AbsentItemsOfAMapAreNamed) {
  DesiredField map = field("tags", Map{});
  map.absent_items = {"k"};
  EXPECT_NE(conflict(map, field("tags", Map{{"a", std::string("b")}})).find("wants \"k\" removed, entry z"),
            std::string::npos);
}

TEST(Claims, DifferentAbsentItemsAreAConflict) {
  EXPECT_NE(conflict(tags({"a"}, {"x"}), tags({"a"}, {"y"})), "");
  EXPECT_EQ(conflict(tags({"a"}, {"x"}), tags({"a"}, {"x"})), "");
}

TEST(Claims, ToSendAndToReportAreAConflict) {
  DesiredField reported = field("b", "x");
  reported.mode = FieldMode::warn;
  const std::string said = conflict(reported, field("b", "x"));
  EXPECT_NE(said.find("wants \"x\" (reported only), entry z"), std::string::npos) << said;
}

TEST(Claims, AWeakerEntryIsNoConflict) {
  EXPECT_EQ(conflict(field("b", "x"), field("b", "y"), -1), "");
  EXPECT_EQ(conflict(field("b", "x"), field("b", "y"), 1), "");
}

}  // namespace retouch::core
