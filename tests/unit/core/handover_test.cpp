// An entry may not move an image out of, or into, what another entry selects.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::entry;
using test::field;
using test::image;
using test::Planning;

namespace {

// Selects by this attribute; `line` of the selector.
DesiredEntry selecting(std::string name, std::string attribute, std::vector<std::string> values, int line = 20) {
  DesiredEntry result = entry(std::move(name), {}, {});
  result.select.criteria = {
      {.attribute = std::move(attribute), .any_of = std::move(values), .place = {"b.yaml", line, 7}}};
  return result;
}

DesiredEntry named(std::string name, std::vector<std::string> names) {
  return selecting(std::move(name), "name", std::move(names));
}

std::vector<std::string> refused(const CloudPlan& plan) {
  std::vector<std::string> out;
  for (const Refusal& each : plan.refused) out.push_back(each.entry + " " + each.image_id + " " + each.field);
  return out;
}

using Refused = std::vector<std::string>;

}  // namespace

TEST(Handover, RefusesARenameThatTakesTheImageFromAnotherEntry) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new", 3), field("os", "x")}), named("b", {"old"})},
             .images = {image("1", {{"name", "old"}})}};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(refused(plan), Refused{"a 1 name"});
  EXPECT_EQ(
      plan.refused[0].reason,
      "entry a (m.yaml:3:5) would make name \"new\", and entry b (b.yaml:20:7) would no longer find the image, "
      "which it selects by name \"old\"; add the new value to that `select`, or leave the image to one of the two");
  ASSERT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes[0].fields.at(1).action, Action::apply) << "the rest of the image is changed";
}

TEST(Handover, AllowsARenameThatTheOtherEntrySelectsToo) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new")}), named("b", {"old", "new"})},
             .images = {image("1", {{"name", "old"}})}};
  EXPECT_TRUE(p.plan().refused.empty());
}

TEST(Handover, LeavesAnEntrysOwnSelectorToItsManifest) {
  Planning p{.entries = {named("a", {"old"})}, .images = {image("1", {{"name", "old"}})}};
  p.entries[0].fields = {field("name", "new")};
  EXPECT_TRUE(p.plan().refused.empty());
}

TEST(Handover, RefusesItForEntriesThatAreSuspendedOrOutsideTheFilterToo) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new")}), named("b", {"old"})},
             .images = {image("1", {{"name", "old"}})}};
  p.entries[1].suspended = true;
  EXPECT_EQ(refused(p.plan()), Refused{"a 1 name"});
  p.entries[1].suspended = false;
  p.wanted_entry = [](const DesiredEntry& e) { return e.name == "a"; };
  EXPECT_EQ(refused(p.plan()), Refused{"a 1 name"});
}

TEST(Handover, ConcernsEveryMatchModeAndAttribute) {
  Planning p{.entries = {entry("a", {"1"}, {field("channel", Absent{}), field("tags", List{})}),
                         selecting("b", "channel", {"stable"}), entry("c", {}, {})},
             .images = {image("1", {{"channel", "stable"}, {"tags", List{"kept", "t"}}}),
                        image("2", {{"channel", "stable"}, {"tags", List{"t"}}})}};
  p.entries[0].fields[1].absent_items = {"t"};
  p.entries[1].match = Match::all;
  p.entries[2].select.tags = {"t"};
  p.entries[2].match = Match::all;
  EXPECT_EQ(refused(p.plan()), (Refused{"a 1 channel", "a 1 tags"}));
}

TEST(Handover, RefusesWhatExactWouldStripFromAnothersSelector) {
  Planning p{.entries = {entry("a", {"1"}, {}), selecting("b", "channel", {"stable"})},
             .images = {image("1", {{"channel", "stable"}, {"stray", "x"}})}};
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_EQ(refused(p.plan()), Refused{"a 1 channel"});
}

TEST(Handover, AllowsToTakeOneFromAnEntryThatFindsTooManyAnyway) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new")}), named("b", {"old"})},
             .images = {image("1", {{"name", "old"}}), image("2", {{"name", "old"}})}};
  const CloudPlan plan = p.plan();
  EXPECT_EQ(plan.unresolved.size(), 1u);
  EXPECT_TRUE(plan.refused.empty());
}

TEST(Handover, CountsOnlyWhatWouldBeSent) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new")}), named("b", {"old"})},
             .images = {image("1", {{"name", "old"}})}};
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_TRUE(p.plan().refused.empty());
}

TEST(Handover, RefusesARenameThatGivesAnotherEntryASecondImage) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "x", 3)}), named("b", {"x"})},
             .images = {image("1", {{"name", "other"}}), image("2", {{"name", "x"}})}};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(refused(plan), Refused{"a 1 name"});
  EXPECT_EQ(plan.refused[0].reason,
            "entry a (m.yaml:3:5) would make name \"x\", and entry b (b.yaml:20:7) would find 2 images where it means "
            "one, by name \"x\"; choose another value, or select by id there");
  p.entries[1].match = Match::newest;
  EXPECT_TRUE(p.plan().refused.empty()) << "that is what newest is for";
  p.entries[1].match = Match::all;
  EXPECT_TRUE(p.plan().refused.empty());
  p.entries[1].max = 1;
  EXPECT_EQ(refused(p.plan()), Refused{"a 1 name"});
  EXPECT_NE(p.plan().refused[0].reason.find("where it means one, by"), std::string::npos);
}

TEST(Handover, AllowsTheFirstImageOfAnEntryAndRefusesTwoAtOnce) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "x")}), entry("c", {"2"}, {}), named("b", {"x"})},
             .images = {image("1", {}), image("2", {})}};
  EXPECT_TRUE(p.plan().refused.empty());
  p.entries[1].fields = {field("name", "x")};
  EXPECT_EQ(refused(p.plan()), (Refused{"a 1 name", "c 2 name"}));
}

TEST(Handover, SeesASecondImageThroughARenameOfTheFirst) {
  Planning p{.entries = {named("a", {"old", "new"}), entry("c", {"2"}, {field("name", "old")})},
             .images = {image("1", {{"name", "old"}}), image("2", {})}};
  p.entries[0].fields = {field("name", "new")};
  const CloudPlan plan = p.plan();
  ASSERT_EQ(refused(plan), Refused{"c 2 name"});
  EXPECT_NE(plan.refused[0].reason.find("would find 2 images"), std::string::npos) << plan.refused[0].reason;
}

TEST(Handover, IsAboutTagsAlone) {
  Planning p{.entries = {entry("a", {"1"}, {field("tags", List{})}), entry("b", {}, {})},
             .images = {image("1", {{"tags", List{"t"}}})}};
  p.entries[0].fields[0].absent_items = {"t"};
  p.entries[1].select.tags = {"t"};
  EXPECT_EQ(refused(p.plan()), Refused{"a 1 tags"});
}

TEST(Handover, AllowsAnotherOneForAnEntryThatFindsTooManyAnyway) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "x")}), named("b", {"x"})},
             .images = {image("1", {}), image("2", {{"name", "x"}}), image("3", {{"name", "x"}})}};
  EXPECT_TRUE(p.plan().refused.empty());
}

TEST(Handover, ARenameThatWasRefusedMakesNoRoomThoughTheImageChangesOtherwise) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "x")}), named("b", {"x"}),
                         entry("c", {"2"}, {field("channel", "beta"), field("name", "y")}),
                         selecting("d", "channel", {"stable", "beta"})},
             .images = {image("1", {}), image("2", {{"name", "x"}, {"channel", "stable"}})}};
  EXPECT_EQ(refused(p.plan()), (Refused{"a 1 name", "c 2 name"}));
}

TEST(Handover, ARefusalMayBringUpTheNext) {
  // b loses image 2 to c; that is refused, so the image keeps its name, and the one that a brings is one too many.
  Planning p{
      .entries = {entry("a", {"1"}, {field("name", "x")}), named("b", {"x"}), entry("c", {"2"}, {field("name", "y")})},
      .images = {image("1", {}), image("2", {{"name", "x"}})}};
  EXPECT_EQ(refused(p.plan()), (Refused{"a 1 name", "c 2 name"}));
}

TEST(Handover, ARemovalThatIsRefusedLeavesNoRoomForWhatItExcludes) {
  Planning p{.entries = {entry("a", {"1"}, {field("__gpu", "M60"), field("__support_xen", Absent{})}),
                         selecting("b", "__support_xen", {"true"})},
             .images = {image("1", {{"__support_xen", "true"}})}};
  EXPECT_EQ(refused(p.plan()), (Refused{"a 1 __gpu", "a 1 __support_xen"}));
}

TEST(Handover, AnEntryOfForeignImagesSeesTheChangeLikeAnyOther) {
  Planning p{.entries = {entry("a", {"1"}, {field("name", "new")}), named("b", {"old"})},
             .images = {image("1", {{"name", "old"}})}};
  p.entries[1].select.owners = {"someone"};
  EXPECT_TRUE(p.plan().refused.empty()) << "it never selected this image";
}

}  // namespace retouch::core
