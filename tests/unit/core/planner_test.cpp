#include "planning_fixture.hpp"
#include "retouch/core/diff.hpp"

namespace retouch::core {

using test::entry;
using test::field;
using test::image;
using test::Planning;

namespace {

const FieldChange& only_field(const CloudPlan& plan) {
  EXPECT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes.at(0).fields.size(), 1u);
  return plan.changes.at(0).fields.at(0);
}

}  // namespace

TEST(Planner, SendsNothingWhenNothingDiffers) {
  Planning p{.entries = {entry("a", {"1"}, {field("min_ram", std::int64_t{512}), field("os_distro", "ubuntu")})},
             .images = {image("1", {{"min_ram", std::int64_t{512}}, {"os_distro", "ubuntu"}})}};
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(plan.changes.empty());
  EXPECT_EQ(plan.images_matched, 1);
}

TEST(Planner, ChoosesTheOpFromTheLiveState) {
  Planning p{.entries = {entry("a", {"1"},
                               {field("b", "new"), field("c", "new"), field("d", Absent{}), field("e", Absent{})})},
             .images = {image("1", {{"c", "old"}, {"d", "old"}})}};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.changes.size(), 1u);
  const auto& fields = plan.changes[0].fields;
  ASSERT_EQ(fields.size(), 3u) << "e is absent already";
  EXPECT_EQ(fields[0].op, Op::add);
  EXPECT_EQ(fields[1].op, Op::replace);
  EXPECT_EQ(fields[2].op, Op::remove);
  EXPECT_EQ(fields[0].cause, Cause::unknown);
  EXPECT_EQ(fields[0].place.file.text(), "m.yaml");
}

TEST(Planner, LeavesUnlistedAttributesAlone) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {{"b", "x"}, {"other", "y"}})}};
  EXPECT_TRUE(p.plan().changes.empty());
}

TEST(Planner, ExactRemovesTheRestButNeverThePlatformsKeys) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})},
             .images = {image("1", {{"b", "x"},
                                    {"stray", "y"},
                                    {"os_glance_stage", "z"},
                                    {"__private", "z"},
                                    {"checksum", "abc"},
                                    {"min_ram", std::int64_t{3}},
                                    {"ci_run", "7"}})}};
  p.entries[0].manage.properties = Manage::exact;
  p.entries[0].manage.ignore = {"ci_*"};
  const FieldChange change = only_field(p.plan());
  EXPECT_EQ(change.name, "stray");
  EXPECT_EQ(change.op, Op::remove);
}

TEST(Planner, ExactClearsFieldsOfTheApisOwnWhereTheTableSaysSo) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})},
             .images = {image("1", {{"b", "x"}, {"homepage", "y"}, {"title", "z"}})}};
  p.table = AttributeTable("joy",
                           {{.name = "b"},
                            {.name = "homepage", .clear = Clear::null, .exact_clears = true},
                            {.name = "title", .clear = Clear::null}},
                           std::nullopt, {}, {});
  p.entries[0].manage.properties = Manage::exact;
  const FieldChange change = only_field(p.plan());
  EXPECT_EQ(change.name, "homepage");
  EXPECT_EQ(change.op, Op::remove);
}

TEST(Planner, TheStateOfAnImageIsWhateverTheFamilyCallsIt) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}};
  p.images = {{.id = "1", .attributes = {{"state", "disabled"}}}};
  ASSERT_EQ(p.plan().changes.size(), 1u);
  EXPECT_EQ(p.plan().changes[0].status, "disabled");
}

TEST(Planner, ExactClaimsOnlyKeysThatNoOtherEntryManages) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")}), entry("other", {"1"}, {field("c", "y")})},
             .images = {image("1", {{"b", "x"}, {"c", "y"}})}};
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_TRUE(p.plan().changes.empty());
}

TEST(Planner, ExactRemovesNothingWhereOnlyOwnKeysMayGo) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {{"stray", "y"}})}, .entries_missing = true};
  p.entries[0].manage.properties = Manage::exact;
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(plan.changes.empty());
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_NE(plan.warnings[0].find("stray"), std::string::npos);
}

TEST(Planner, ListedTagsAreEnsuredAndExactTagsAreTheWholeList) {
  Planning p{.entries = {entry("a", {"1"}, {field("tags", List{"b"})})}, .images = {image("1", {{"tags", List{"a"}}})}};
  EXPECT_EQ(only_field(p.plan()).after, Value(List{"a", "b"}));
  p.entries[0].manage.tags = Manage::exact;
  EXPECT_EQ(only_field(p.plan()).after, Value(List{"b"}));
}

TEST(Planner, AbsentTagsGoAndTheRestStays) {
  Planning p{.entries = {entry("a", {"1"}, {field("tags", List{"b"})})},
             .images = {image("1", {{"tags", List{"a", "old"}}})}};
  p.entries[0].fields[0].absent_items = {"old"};
  EXPECT_EQ(only_field(p.plan()).after, Value(List{"a", "b"}));
}

TEST(Planner, RefusesWhatTheMergedValueWouldBreak) {
  Planning p{.entries = {entry("a", {"1"}, {field("tags", List{"x", "y"})})},
             .images = {image("1", {{"tags", List{"a", "b"}}})}};
  const CloudPlan plan = p.plan();
  EXPECT_EQ(only_field(plan).action, Action::refused) << "four tags, the table allows three";
  ASSERT_EQ(plan.refused.size(), 1u);
  EXPECT_EQ(plan.refused[0].field, "tags");
}

TEST(Planner, RefusesAFieldThatTwoEntriesWantDifferently) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x", 3)}), entry("z", {"1"}, {field("b", "y", 9)})},
             .images = {image("1", {})}};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.refused.size(), 1u);
  EXPECT_NE(plan.refused[0].reason.find("m.yaml:3:5"), std::string::npos);
  EXPECT_NE(plan.refused[0].reason.find("m.yaml:9:5"), std::string::npos);
}

TEST(Planner, EqualWishesAreNoConflictAndPriorityDecidesOthers) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")}), entry("z", {"1"}, {field("b", "x")})},
             .images = {image("1", {})}};
  EXPECT_EQ(only_field(p.plan()).action, Action::apply);
  p.entries[1].fields[0].value = "strong";
  p.entries[1].priority = 1;
  const CloudPlan plan = p.plan();
  EXPECT_EQ(only_field(plan).after, Value("strong"));
  EXPECT_EQ(plan.changes[0].entry, "z");
}

TEST(Planner, WarnsWithoutSendingAndIgnoresInSilence) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x"), field("c", "x"), field("ci_x", "x")})},
             .images = {image("1", {})}};
  p.entries[0].fields[0].mode = FieldMode::warn;
  p.entries[0].fields[1].mode = FieldMode::ignore;
  p.entries[0].manage.ignore = {"ci_*"};
  EXPECT_EQ(only_field(p.plan()).action, Action::warn);
}

TEST(Planner, RefusesAnImageThatCannotBeChanged) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {})}};
  p.unchangeable = [](const Image&) { return std::optional<std::string>("owned by another project"); };
  const CloudPlan plan = p.plan();
  EXPECT_EQ(only_field(plan).action, Action::refused);
  EXPECT_EQ(plan.refused.at(0).reason, "owned by another project");
}

TEST(Planner, AsksNothingOfAnImageThatIsRight) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {{"b", "x"}})}};
  p.unchangeable = [](const Image&) { return std::optional<std::string>("owned by another project"); };
  EXPECT_TRUE(p.plan().refused.empty());
}

TEST(Planner, RefusesAttributesThatExcludeEachOther) {
  Planning p{.entries = {entry("a", {"1"}, {field("__gpu", "M60")})},
             .images = {image("1", {{"__support_xen", "true"}})}};
  EXPECT_EQ(p.plan().refused.size(), 1u);
  p.entries[0].fields.push_back(field("__support_xen", Absent{}));
  EXPECT_TRUE(p.plan().refused.empty()) << "it goes in the same request";
}

struct ExposureCase {
  std::string attribute;
  Value before;
  Value after;
  bool held;
};

class ExposureTest : public ::testing::TestWithParam<ExposureCase> {};

TEST_P(ExposureTest, HoldsOnlyWhatOpensAnImage) {
  const ExposureCase& c = GetParam();
  Planning p{.entries = {entry("a", {"1"}, {field(c.attribute, c.after), field("other", "x")})},
             .images = {image("1", is_absent(c.before) ? decltype(Image::attributes){}
                                                       : decltype(Image::attributes){{c.attribute, c.before}})}};
  p.entries[0].manage.acl = Manage::exact;
  const auto action_of = [&](const std::string& name) {
    const CloudPlan plan = p.plan();
    for (const FieldChange& change : plan.changes.at(0).fields) {
      if (change.name == name) return change.action;
    }
    return Action::refused;
  };
  EXPECT_EQ(action_of(c.attribute), c.held ? Action::held : Action::apply);
  EXPECT_EQ(action_of("other"), Action::apply) << "only that field of that image is held";
  p.entries[0].accept = {"exposure"};
  EXPECT_EQ(action_of(c.attribute), Action::apply);
  p.entries[0].accept = {};
  p.exposure_guard = false;
  EXPECT_EQ(action_of(c.attribute), Action::apply);
}

INSTANTIATE_TEST_SUITE_P(
    All, ExposureTest,
    ::testing::Values(
        ExposureCase{"visibility", "private", "public", true}, ExposureCase{"visibility", "shared", "community", true},
        ExposureCase{"visibility", "public", "private", false}, ExposureCase{"visibility", "private", "shared", false},
        ExposureCase{"visibility", "community", "public", true},
        ExposureCase{"visibility", "public", "community", false}, ExposureCase{"protected", true, false, true},
        ExposureCase{"protected", Absent{}, false, false}, ExposureCase{"protected", false, true, false},
        ExposureCase{"os_hidden", true, false, true}, ExposureCase{"os_hidden", false, true, false},
        ExposureCase{"acl", List{"a"}, List{"a", "b"}, true}, ExposureCase{"acl", List{"a", "b"}, List{"a"}, false},
        ExposureCase{"acl", Absent{}, List{"a"}, true}));

TEST(Planner, NamesSuspendedEntriesAndPlansNothingForThem) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {})}};
  p.entries[0].suspended = true;
  const CloudPlan plan = p.plan();
  EXPECT_TRUE(plan.changes.empty());
  EXPECT_EQ(plan.suspended, std::vector<std::string>{"a"});
}

TEST(Planner, EntriesOutsideTheFilterKeepTheirClaims) {
  Planning p{.entries = {entry("a", {"1"}, {}), entry("hidden", {"1"}, {field("c", "y")})},
             .images = {image("1", {{"c", "z"}, {"d", "z"}})}};
  p.entries[0].manage.properties = Manage::exact;
  p.wanted_entry = [](const DesiredEntry& e) { return e.name == "a"; };
  EXPECT_EQ(only_field(p.plan()).name, "d") << "c belongs to the entry that is not shown";
}

TEST(Planner, SuspendedEntriesKeepTheirClaims) {
  Planning p{.entries = {entry("strict", {"1"}, {field("b", "weak")}),
                         entry("strong", {"1"}, {field("b", "x"), field("c", "y")})},
             .images = {image("1", {{"b", "old"}, {"c", "old"}})}};
  p.entries[0].manage.properties = Manage::exact;
  p.entries[1].priority = 10;
  p.entries[1].suspended = true;
  EXPECT_TRUE(p.plan().changes.empty()) << "neither may `exact` remove c, nor the weaker entry write b";
}

TEST(Planner, ExactLeavesTheKeysOfAnEntryThatDoesNotKnowItsImage) {
  Planning p{.entries = {entry("strict", {"1"}, {}), entry("unsure", {"1", "2"}, {field("c", "y")})},
             .images = {image("1", {{"c", "z"}}), image("2", {})}};
  p.entries[0].manage.properties = Manage::exact;
  const CloudPlan plan = p.plan();
  EXPECT_EQ(plan.unresolved.size(), 1u);
  EXPECT_TRUE(plan.changes.empty());
}

const Attribute tags{.name = "tags", .type = ValueType::map, .clear = Clear::empty_map, .empty_is_absent = true};

TEST(Rebased, CarriesTheItemsOfAMapOver) {
  const FieldChange planned{.name = "tags",
                            .before = Map{{"keep", "1"}, {"old", "1"}, {"moved", "1"}},
                            .after = Map{{"keep", "1"}, {"moved", "2"}, {"new", "1"}}};
  const Map live{{"keep", "9"}, {"old", "1"}, {"moved", "1"}, {"theirs", true}};
  EXPECT_EQ(rebased(tags, planned, live).after,
            (Value{Map{{"keep", "9"}, {"moved", "2"}, {"new", "1"}, {"theirs", true}}}));
}

TEST(Rebased, ClearingTakesAwayOnlyWhatWasThere) {
  const FieldChange planned{.name = "tags", .before = Map{{"a", "1"}}, .after = Absent{}};
  EXPECT_EQ(rebased(tags, planned, Map{{"a", "1"}, {"theirs", "1"}}).after, (Value{Map{{"theirs", "1"}}}));
}

TEST(Rebased, LeavesWholeValuesAsTheyAreWanted) {
  EXPECT_EQ(rebased({.name = "a"}, {.name = "a", .before = "x", .after = "y"}, "z").after, Value{"y"});
}

TEST(Rebased, HasTheOperationThatItIsNow) {
  const FieldChange replaced{
      .name = "tags", .op = Op::replace, .before = Map{{"a", "1"}, {"b", "1"}}, .after = Map{{"b", "1"}}};
  const FieldChange gone = rebased(tags, replaced, Map{{"a", "1"}});
  EXPECT_EQ(gone.op, Op::remove) << "somebody took b away meanwhile";
  EXPECT_TRUE(is_absent(gone.after));
  EXPECT_EQ(rebased(tags, {.name = "tags", .op = Op::remove, .before = Map{{"a", "1"}}, .after = Absent{}},
                    Map{{"a", "1"}, {"theirs", "1"}})
                .op,
            Op::replace);
  EXPECT_EQ(rebased({.name = "a"}, {.name = "a", .op = Op::replace, .before = "x", .after = "y"}, Absent{}).op,
            Op::add);
  EXPECT_EQ(rebased({.name = "a"}, {.name = "a", .op = Op::add, .before = Absent{}, .after = "y"}, "z").op,
            Op::replace);
}

}  // namespace retouch::core
