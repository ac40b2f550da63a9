// `on_removal: remove`: what we applied, what left its entry and what is still ours.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::change_of;
using test::entry;
using test::field;
using test::image;
using test::Planning;
using test::remembered;

namespace {

// Entry "a" says remove and wishes `c`; it once wished `b: x`, which we put there and which is live.
Planning left_behind() {
  Planning p{.entries = {entry("a", {"1"}, {field("c", "y")})}, .images = {image("1", {{"b", "x"}, {"c", "y"}})}};
  p.entries[0].manage.remove_on_removal = true;
  p.remember("1", "b", remembered("x"));
  p.remember("1", "c", remembered("y"));
  return p;
}

}  // namespace

TEST(OnRemoval, RemovesWhatWeAppliedAndWhatLeftItsEntry) {
  const CloudPlan plan = left_behind().plan();
  const auto change = change_of(plan, "b");
  ASSERT_TRUE(change);
  EXPECT_EQ(change->op, Op::remove);
  EXPECT_EQ(change->action, Action::apply);
  EXPECT_EQ(change->cause, Cause::pending);
  EXPECT_EQ(change->reason, "on_removal: remove: b left the entry a");
  EXPECT_FALSE(change->wish);
  EXPECT_FALSE(change_of(plan, "c"));
  EXPECT_TRUE(plan.notes.released.empty()) << "it is remembered until it is gone";
}

TEST(OnRemoval, RemovesNothingWithoutMemoryAndNothingThatIsKept) {
  Planning p = left_behind();
  p.entries[0].manage.remove_on_removal = false;
  EXPECT_FALSE(change_of(p.plan(), "b"));
  p = left_behind();
  p.memory.reset();
  EXPECT_FALSE(change_of(p.plan(), "b"));
}

TEST(OnRemoval, RemovesOnlyWhatIsOursAndStillIs) {
  Planning p = left_behind();
  p.images[0].attributes["b"] = "theirs";
  EXPECT_FALSE(change_of(p.plan(), "b")) << "somebody else's value";
  p = left_behind();
  p.memory->images["1"].fields["b"].ours = Absent{};
  EXPECT_FALSE(change_of(p.plan(), "b")) << "we found it so";
  p = left_behind();
  p.images[0].attributes.erase("b");
  EXPECT_FALSE(change_of(p.plan(), "b"));
}

TEST(OnRemoval, TakesNoAbsenceForOursNorOursForAbsence) {
  Planning p = left_behind();
  p.table = AttributeTable("x", {{.name = "b", .absent_means = "x"}}, Attribute{.name = "*"}, {}, {});
  EXPECT_TRUE(change_of(p.plan(), "b"));
  p.memory->images["1"].fields["b"].ours = Absent{};
  EXPECT_FALSE(change_of(p.plan(), "b")) << "absence means x, but x is not ours";
  p = left_behind();
  p.table = AttributeTable("x", {{.name = "b", .absent_means = "x"}}, Attribute{.name = "*"}, {}, {});
  p.images[0].attributes.erase("b");
  EXPECT_FALSE(change_of(p.plan(), "b")) << "there is nothing to remove";
}

TEST(OnRemoval, IsNoneWhenTheKeyMovedToAnotherEntry) {
  Planning p = left_behind();
  p.entries.push_back(entry("z", {"1"}, {field("b", "x")}));
  EXPECT_FALSE(change_of(p.plan(), "b"));
  p.entries[1].fields[0].mode = FieldMode::warn;
  EXPECT_FALSE(change_of(p.plan(), "b")) << "to report it is to claim it";
  p.entries[1].suspended = true;
  EXPECT_FALSE(change_of(p.plan(), "b"));
}

TEST(OnRemoval, LeavesWhatAnEntryThatDoesNotKnowItsImageClaims) {
  Planning p = left_behind();
  p.entries.push_back(entry("unsure", {"1", "2"}, {field("b", "z")}));
  p.images.push_back(image("2", {}));
  EXPECT_FALSE(change_of(p.plan(), "b"));
}

TEST(OnRemoval, LeavesWhatIsIgnored) {
  Planning p = left_behind();
  p.entries[0].manage.ignore = {"b*"};
  CloudPlan plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b"));
  EXPECT_TRUE(plan.notes.released.empty());
  p = left_behind();
  p.entries[0].fields.push_back(field("b", "x"));
  p.entries[0].fields.back().mode = FieldMode::ignore;
  plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b"));
  EXPECT_TRUE(plan.notes.released.empty()) << "to look away is not to let go";
}

TEST(OnRemoval, NeedsTheEntryThatHadIt) {
  Planning p = left_behind();
  p.entries[0].name = "other";
  EXPECT_FALSE(change_of(p.plan(), "b")) << "an entry that leaves the manifests leaves everything behind";
  p = left_behind();
  p.entries[0].suspended = true;
  p.entries.push_back(entry("z", {"1"}, {field("d", "x")}));
  CloudPlan plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b"));
  EXPECT_TRUE(plan.notes.released.empty()) << "it is removed when the entry is back";
  p.entries[0].suspended = false;
  p.wanted_entry = [](const DesiredEntry& each) { return each.name == "z"; };
  plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b"));
  EXPECT_TRUE(plan.notes.released.empty());
  p.wanted_entry = nullptr;
  p.entries[0].select.ids = {"2"};  // and z still means image 1
  plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b")) << "it means another image now";
  EXPECT_EQ(plan.notes.released, (std::vector<Notes::Field>{{"1", "b"}, {"1", "c"}}));
}

TEST(OnRemoval, RemovesNothingWhileFilesAreLeftOut) {
  Planning p = left_behind();
  p.memory->images["1"].fields["tags"] = remembered(List{"t"});
  p.images[0].attributes["tags"] = List{"t"};
  p.entries[0].fields.push_back(field("tags", List{}));
  p.entries_missing = true;
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(plan.changes.empty());
  EXPECT_TRUE(plan.notes.released.empty());
}

TEST(OnRemoval, SaysWhatCannotGo) {
  Planning p = left_behind();
  p.remember("1", "min_ram", remembered(std::int64_t{512}));
  p.images[0].attributes["min_ram"] = std::int64_t{512};
  p.remember("1", "__odd", remembered("x"));
  p.images[0].attributes["__odd"] = "x";
  const CloudPlan plan = p.plan();
  EXPECT_FALSE(change_of(plan, "min_ram"));
  EXPECT_FALSE(change_of(plan, "__odd"));
  ASSERT_EQ(plan.warnings.size(), 2u);
  EXPECT_EQ(plan.warnings[0], "a: image 1: __odd left the entry and stays: its name is the platform's");
  EXPECT_EQ(plan.warnings[1],
            "a: image 1: min_ram left the entry and stays: `min_ram` cannot be removed here: give it a value");
  EXPECT_EQ(plan.notes.released.size(), 2u) << "it is said once";
}

TEST(OnRemoval, RemovesAPlatformsKeyThatTheTableOffers) {
  Planning p = left_behind();
  p.remember("1", "__gpu", remembered("M60"));
  p.images[0].attributes["__gpu"] = "M60";
  EXPECT_TRUE(change_of(p.plan(), "__gpu"));
}

TEST(OnRemoval, LeavesWhatItsEntrySelectsBy) {
  Planning p = left_behind();
  p.entries[0].select.ids.clear();
  p.entries[0].select.criteria = {{.attribute = "b", .any_of = {"x"}}};
  const CloudPlan plan = p.plan();
  EXPECT_FALSE(change_of(plan, "b"));
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_NE(plan.warnings[0].find("`select` finds the image by it"), std::string::npos);
}

TEST(OnRemoval, IsRefusedWhereAnotherEntrySelectsByIt) {
  Planning p = left_behind();
  p.entries.push_back(entry("z", {}, {}));
  p.entries[1].select.criteria = {{.attribute = "b", .any_of = {"x"}}};
  EXPECT_EQ(change_of(p.plan(), "b")->action, Action::refused);
}

TEST(OnRemoval, TakesOurItemsOutOfAListThatNobodyClaims) {
  Planning p = left_behind();
  p.remember("1", "tags", remembered(List{"ours", "gone"}));
  p.images[0].attributes["tags"] = List{"ours", "theirs"};
  auto change = change_of(p.plan(), "tags");
  ASSERT_TRUE(change);
  EXPECT_EQ(change->op, Op::replace);
  EXPECT_EQ(change->after, Value(List{"theirs"}));
  p.images[0].attributes["tags"] = List{"ours"};
  change = change_of(p.plan(), "tags");
  EXPECT_EQ(change->op, Op::remove);
  EXPECT_TRUE(is_absent(change->after));
  p.images[0].attributes["tags"] = List{"theirs"};
  EXPECT_FALSE(change_of(p.plan(), "tags"));
}

TEST(OnRemoval, TakesOurKeysOutOfAMapOnlyWithOurValues) {
  Planning p = left_behind();
  p.remember("1", "meta", remembered(Map{{"a", "1"}, {"b", "1"}}));
  p.images[0].attributes["meta"] = Map{{"a", "1"}, {"b", "theirs"}, {"c", "1"}};
  EXPECT_EQ(change_of(p.plan(), "meta")->after, (Value(Map{{"b", "theirs"}, {"c", "1"}})));
}

TEST(OnRemoval, TakesItemsThatLeftAClaimOutOfIt) {
  Planning p = left_behind();
  p.remember("1", "tags", remembered(List{"kept", "left"}));
  p.entries[0].fields.push_back(field("tags", List{"kept"}));
  p.images[0].attributes["tags"] = List{"kept", "left", "theirs"};
  auto change = change_of(p.plan(), "tags");
  ASSERT_TRUE(change);
  EXPECT_EQ(change->after, (Value(List{"kept", "theirs"})));
  EXPECT_EQ(change->cause, Cause::pending);
  EXPECT_EQ(change->reason, "on_removal: remove: left left the entry");
  EXPECT_EQ(change->wish->value, Value(List{"kept"}));
  p.memory->images["1"].fields["tags"].ours = List{"kept"};
  EXPECT_FALSE(change_of(p.plan(), "tags")) << "`left` was there before us";
  p.memory->images["1"].fields["tags"].ours = List{"kept", "left"};
  p.entries[0].manage.remove_on_removal = false;
  EXPECT_FALSE(change_of(p.plan(), "tags"));
  p.entries[0].manage.remove_on_removal = true;
  p.memory->images["1"].fields["tags"].entry = "gone";
  EXPECT_FALSE(change_of(p.plan(), "tags")) << "the entry that had it left as a whole";
}

TEST(OnRemoval, LeavesItemsOfAnEntryThatDoesNotKnowItsImage) {
  Planning p = left_behind();
  p.remember("1", "tags", remembered(List{"kept", "left"}));
  p.entries[0].fields.push_back(field("tags", List{"kept"}));
  p.images[0].attributes["tags"] = List{"kept", "left"};
  EXPECT_TRUE(change_of(p.plan(), "tags"));
  p.entries.push_back(entry("unsure", {"1", "2"}, {field("tags", List{"left"})}));
  p.images.push_back(image("2", {}));
  EXPECT_FALSE(change_of(p.plan(), "tags"));
}

TEST(OnRemoval, TakesKeysThatLeftAClaimOutOfItOnlyWithOurValues) {
  Planning p = left_behind();
  p.remember("1", "meta", remembered(Map{{"k", "1"}, {"left", "1"}, {"moved", "1"}}));
  p.entries[0].fields.push_back(field("meta", Map{{"k", "1"}}));
  p.images[0].attributes["meta"] = Map{{"k", "1"}, {"left", "1"}, {"moved", "2"}};
  EXPECT_EQ(change_of(p.plan(), "meta")->after, (Value(Map{{"k", "1"}, {"moved", "2"}})));
}

TEST(OnRemoval, LeavesItemsByWhichItsEntrySelects) {
  Planning p = left_behind();
  p.remember("1", "tags", remembered(List{"kept", "left"}));
  p.entries[0].fields.push_back(field("tags", List{"kept"}));
  p.entries[0].select.tags = {"left"};
  p.images[0].attributes["tags"] = List{"kept", "left"};
  EXPECT_FALSE(change_of(p.plan(), "tags"));
}

TEST(OnRemoval, DoesNotRemoveWhatIsOnlyReported) {
  Planning p = left_behind();
  p.remember("1", "tags", remembered(List{"kept", "left"}));
  p.entries[0].fields.push_back(field("tags", List{"kept"}));
  p.entries[0].fields.back().mode = FieldMode::warn;
  p.images[0].attributes["tags"] = List{"kept", "left"};
  EXPECT_FALSE(change_of(p.plan(), "tags"));
}

TEST(OnRemoval, HoldsWhatOpensAnImage) {
  Planning p = left_behind();
  p.table =
      AttributeTable("x", {{.name = "locked", .type = ValueType::boolean, .exposure = Attribute::Exposure::protection}},
                     Attribute{.name = "*"}, {}, {});
  p.remember("1", "locked", remembered(true));
  p.images[0].attributes["locked"] = true;
  EXPECT_EQ(change_of(p.plan(), "locked")->action, Action::held);
  p.entries[0].accept = {"exposure"};
  EXPECT_EQ(change_of(p.plan(), "locked")->action, Action::apply);
}

TEST(OnRemoval, GoesOnWhereExactMayRemoveOnlyOurs) {
  Planning p = left_behind();
  p.exact_only_ours = true;
  EXPECT_TRUE(change_of(p.plan(), "b"));
  p.entries[0].manage.properties = Manage::exact;
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes[0].fields.size(), 1u) << "it goes once";
}

}  // namespace retouch::core
