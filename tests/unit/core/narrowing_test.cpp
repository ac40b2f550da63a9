#include "retouch/core/narrowing.hpp"

#include <gtest/gtest.h>

namespace retouch::core {

namespace {

FieldChange field(const std::string& name, Cause cause, Action action = Action::apply) {
  return {.name = name, .before = "a", .after = "b", .cause = cause, .action = action, .reason = name + " may not"};
}

ImageChange change(const std::string& image, std::vector<FieldChange> fields) {
  return {.entry = "e", .image_id = image, .fields = std::move(fields)};
}

CloudPlan sample() {
  CloudPlan plan{.cloud = "lab", .images_matched = 3};
  plan.changes = {
      change("1", {field("a", Cause::drift), field("b", Cause::pending), field("c", Cause::both, Action::refused),
                   field("d", Cause::pending, Action::refused), field("e", Cause::drift, Action::held),
                   field("f", Cause::unknown, Action::held)}),
      change("2", {field("a", Cause::pending)}),
  };
  for (const FieldChange& each : plan.changes[0].fields) {
    if (each.action == Action::refused) plan.refused.push_back({"e", "1", each.name, each.reason});
    if (each.action == Action::held) plan.held.push_back(held_line("e", "1", each));
  }
  plan.refused.push_back({"e", "3", "", "the whole image"});
  return plan;
}

}  // namespace

TEST(OnlyFields, LeavesOutWhatIsNotMeantAndWhatWasSaidOfIt) {
  const CloudPlan drift = only_fields(sample(), drifted);
  ASSERT_EQ(drift.changes.size(), 1u);
  std::string names;
  for (const FieldChange& each : drift.changes[0].fields) names += each.name;
  EXPECT_EQ(names, "ace");
  ASSERT_EQ(drift.refused.size(), 2u);
  EXPECT_EQ(drift.refused[0].field, "c");
  EXPECT_EQ(drift.refused[1].image_id, "3");
  EXPECT_EQ(drift.held, std::vector<std::string>{"e: image 1: e may not"});
  EXPECT_EQ(drift.images_matched, 3);
}

TEST(OnlyFields, ThatAreAllIsTheSamePlan) {
  EXPECT_EQ(only_fields(sample(), [](const FieldChange&) { return true; }), sample());
}

}  // namespace retouch::core
