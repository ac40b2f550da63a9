#include "retouch/core/undo.hpp"

#include <gtest/gtest.h>

namespace retouch::core {

namespace {

ChangeRecord change(std::string image, std::string field, Value before, Value after,
                    ChangeStatus status = ChangeStatus::applied) {
  ChangeRecord record{.run = "r1", .cloud = "lab", .entry = "e", .image_id = std::move(image), .status = status};
  record.change = {.name = std::move(field), .before = std::move(before), .after = std::move(after)};
  record.change.wish = Wish{.value = record.change.after};
  return record;
}

Value text(const char* value) { return Value{std::string(value)}; }

}  // namespace

TEST(Undo, AsksForTheValueOfBeforeWhileTheRunsValueStands) {
  const std::vector changes{change("i1", "os_distro", text("debian"), text("ubuntu"))};
  const auto undone = undo(changes, {}, "r2", Wall{});
  const UndoOfCloud& lab = undone.at("lab");
  ASSERT_EQ(lab.entries.size(), 1u);
  EXPECT_EQ(lab.entries[0].select.ids, std::vector<std::string>{"i1"});
  ASSERT_EQ(lab.entries[0].fields.size(), 1u);
  EXPECT_EQ(lab.entries[0].fields[0].value, text("debian"));
  EXPECT_EQ(lab.entries[0].fields[0].only_while, text("ubuntu"));
  const Hold& hold = lab.holds.at({"i1", "os_distro"});
  EXPECT_EQ(hold.wish.value, text("ubuntu"));
  EXPECT_EQ(hold.run, "r2");
}

TEST(Undo, GoesFromTheLastValueToTheFirst) {
  const std::vector changes{change("i1", "f", text("a"), text("b")), change("i1", "f", text("b"), text("c"))};
  const auto undone = undo(changes, {}, "", Wall{});
  const DesiredField& field = undone.at("lab").entries.at(0).fields.at(0);
  EXPECT_EQ(field.value, text("a"));
  EXPECT_EQ(field.only_while, text("c"));
}

TEST(Undo, LeavesOutWhatNeverStoodThere) {
  using enum ChangeStatus;
  for (const ChangeStatus status : {failed, skipped, not_kept, not_found}) {
    const std::vector changes{change("i1", "f", text("a"), text("b"), status)};
    EXPECT_TRUE(undo(changes, {}, "", Wall{}).empty()) << to_string(status);
  }
  for (const ChangeStatus status : {applied, found, uncertain, intended}) {
    const std::vector changes{change("i1", "f", text("a"), text("b"), status)};
    EXPECT_FALSE(undo(changes, {}, "", Wall{}).empty()) << to_string(status);
  }
}

TEST(Undo, RestoresListsAndMapsAsAWholeAndNoOtherProperty) {
  const std::vector changes{change("i1", "tags", List{"a"}, List{"a", "b"})};
  const auto undone = undo(changes, {}, "", Wall{});
  const DesiredEntry& entry = undone.at("lab").entries.at(0);
  EXPECT_EQ(entry.manage.tags, Manage::exact);
  EXPECT_EQ(entry.manage.acl, Manage::exact);
  EXPECT_EQ(entry.manage.properties, Manage::listed) << "exact would remove whatever the run had not touched";
}

TEST(Undo, KeepsTheFieldsOfAnImageTogetherAndEntriesApart) {
  std::vector changes{change("i1", "a", text("1"), text("2")), change("i1", "b", text("1"), text("2")),
                      change("i2", "a", text("1"), text("2"))};
  changes[1].entry = "other";
  const auto undone = undo(changes, {}, "", Wall{});
  const auto& entries = undone.at("lab").entries;
  ASSERT_EQ(entries.size(), 3u);
  changes[1].entry = "e";
  EXPECT_EQ(undo(changes, {}, "", Wall{}).at("lab").entries.size(), 2u);
}

TEST(Undo, OfARollbackLiftsHoldsInsteadOfPlacingThem) {
  const std::vector changes{change("i1", "f", text("b"), text("a"))};
  const auto undone = undo(changes, {"r1"}, "", Wall{});
  EXPECT_TRUE(undone.at("lab").holds.empty());
  EXPECT_EQ(undone.at("lab").releases, (std::vector<FieldKey>{{"i1", "f"}}));
}

TEST(Undo, OfARemovalThatNoManifestAskedForHoldsTheAbsence) {
  std::vector changes{change("i1", "f", text("a"), Absent{})};
  changes[0].change.wish.reset();
  const auto undone = undo(changes, {}, "", Wall{});
  EXPECT_EQ(undone.at("lab").holds.at({"i1", "f"}).wish, Wish{});
  EXPECT_EQ(undone.at("lab").entries.at(0).fields.at(0).value, text("a"));
}

}  // namespace retouch::core
