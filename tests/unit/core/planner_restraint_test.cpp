// What stops a change although the manifests want it: a rollback, contention, a cloud that does not keep it, a live
// value that has moved on.
#include "planning_fixture.hpp"

namespace retouch::core {

using std::chrono::hours;
using test::change_of;
using test::entry;
using test::field;
using test::image;
using test::noon;
using test::Planning;
using test::remembered;

namespace {

// Entry "a" wishes `b: x`, remembered so; somebody has made it "theirs".
Planning drifted() {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {{"b", "theirs"}})}};
  p.remember("1", "b", remembered("x"));
  return p;
}

FieldChange change(const Planning& p, const std::string& name = "b") {
  const auto found = change_of(p.plan(), name);
  EXPECT_TRUE(found) << "no change of " << name;
  return found.value_or(FieldChange{});
}

Hold rolled_back(Value value) {
  return {.why = Hold::Why::rollback, .wish = {.value = std::move(value)}, .since = noon - hours(1), .run = "R7"};
}

std::vector<Wall> hours_ago(std::initializer_list<double> ago) {
  std::vector<Wall> times;
  for (const double each : ago) times.push_back(noon - std::chrono::minutes(static_cast<int>(each * 60)));
  return times;
}

}  // namespace

TEST(AHold, StopsTheWishThatWasRolledBack) {
  Planning p = drifted();
  p.hold("1", "b", rolled_back("x"));
  const CloudPlan plan = p.plan();
  const auto held = change_of(plan, "b");
  EXPECT_EQ(held->action, Action::held);
  EXPECT_EQ(held->reason, "run R7 took it back on " + format_rfc3339(noon - hours(1)) +
                              "; not sent until the manifests want something else; to send it all the same: retouch "
                              "resume --cloud lab --image 1 --field b");
  EXPECT_EQ(plan.held.size(), 1u);
  EXPECT_TRUE(plan.notes.void_holds.empty());
}

TEST(AHold, IsVoidAsSoonAsTheManifestsWishSomethingElse) {
  Planning p = drifted();
  p.hold("1", "b", rolled_back("something else"));
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::apply);
  EXPECT_EQ(plan.notes.void_holds, (std::vector<Notes::Field>{{"1", "b"}}));
}

TEST(AHold, IsSaidRatherThanTheExposure) {
  Planning p{.entries = {entry("a", {"1"}, {field("visibility", "public")})},
             .images = {image("1", {{"visibility", "private"}})}};
  p.hold("1", "visibility", rolled_back("public"));
  EXPECT_EQ(change(p, "visibility").reason.find("run R7 took it back"), 0u) << "--force exposure would not help";
}

TEST(AHold, EndsWithItsTime) {
  Planning p = drifted();
  Hold& hold = p.hold("1", "b", rolled_back("x"));
  hold.until = noon + std::chrono::seconds(1);
  EXPECT_EQ(change(p).action, Action::held);
  EXPECT_NE(change(p).reason.find("held until " + format_rfc3339(*hold.until)), std::string::npos);
  hold.until = noon;
  EXPECT_EQ(change(p).action, Action::apply);
  EXPECT_EQ(p.plan().notes.void_holds.size(), 1u);
}

TEST(AHold, OfContentionNamesBothValues) {
  Planning p = drifted();
  p.hold("1", "b", {.why = Hold::Why::contention, .wish = {.value = "x"}, .live = "theirs", .since = noon});
  EXPECT_NE(change(p).reason.find("the manifests want \"x\", somebody keeps writing \"theirs\""), std::string::npos);
  p.images[0].attributes["b"] = "newer";
  EXPECT_NE(change(p).reason.find("somebody keeps writing \"newer\""), std::string::npos) << "it is what is live now";
}

TEST(AHold, StopsARemovalThatNoManifestSpellsOut) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {{"stray", "x"}, {"left", "x"}})}};
  p.entries[0].manage.remove_on_removal = true;
  p.remember("1", "left", remembered("x"));
  p.hold("1", "left", rolled_back(Absent{}));
  EXPECT_EQ(change(p, "left").action, Action::held);
  p.entries[0].manage.properties = Manage::exact;
  p.hold("1", "stray", rolled_back(Absent{}));
  EXPECT_EQ(change(p, "left").action, Action::held);
  EXPECT_EQ(change(p, "stray").action, Action::held);
  EXPECT_TRUE(p.plan().notes.void_holds.empty());
  p.hold("1", "stray", rolled_back("y"));
  EXPECT_EQ(change(p, "stray").action, Action::apply);
  EXPECT_EQ(p.plan().notes.void_holds, (std::vector<Notes::Field>{{"1", "stray"}}));
}

TEST(AHold, IsVoidWhenItsFieldLeftItsEntry) {
  Planning p = drifted();
  p.hold("1", "b", rolled_back("x"));
  p.entries[0].fields = {field("c", "y")};
  EXPECT_EQ(p.plan().notes.void_holds, (std::vector<Notes::Field>{{"1", "b"}}));
  p.memory->images["1"].fields["b"].entry = "of a sibling";
  EXPECT_TRUE(p.plan().notes.void_holds.empty()) << "the field may be wished on another cloud of the account";
}

TEST(AHold, StaysWhereTheWishIsNotClear) {
  Planning p = drifted();
  p.hold("1", "b", rolled_back("x"));
  p.entries.push_back(entry("z", {"1"}, {field("b", "y")}));
  EXPECT_TRUE(p.plan().notes.void_holds.empty()) << "two entries contradict each other";
  p = drifted();
  p.hold("1", "b", rolled_back("other"));
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_TRUE(p.plan().notes.void_holds.empty()) << "what is only reported is no wish";
}

TEST(NotKept, IsNotSentAgainWhileBothAreAsTheyWere) {
  Planning p = drifted();
  Remembered& record = p.memory->images["1"].fields["b"];
  record.kept_instead = "theirs";
  record.at = noon - hours(3);
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::refused);
  EXPECT_EQ(change_of(plan, "b")->reason, "the cloud accepted \"x\" on " + format_rfc3339(noon - hours(3)) +
                                              " and kept \"theirs\"; not sent again until the manifest or the image "
                                              "changes; to send it all the same: retouch resume --cloud lab --image 1 "
                                              "--field b");
  EXPECT_EQ(plan.refused.size(), 1u);
  p.images[0].attributes["b"] = "moved";
  EXPECT_EQ(change(p).action, Action::apply) << "the image changed";
  p.images[0].attributes["b"] = "theirs";
  p.entries[0].fields[0].value = "y";
  EXPECT_EQ(change(p).action, Action::apply) << "the manifest changed";
}

TEST(Contention, HoldsAFieldThatWasCorrectedTooOften) {
  Planning p = drifted();
  p.contention = {.corrections = 3, .within = hours(6), .hold = hours(24)};
  auto& corrections = p.memory->images["1"].fields["b"].corrections;
  corrections = hours_ago({4, 2});
  EXPECT_EQ(change(p).action, Action::apply) << "twice is not yet contended";
  corrections = hours_ago({6, 4, 2});
  EXPECT_EQ(change(p).action, Action::apply) << "the first is too long ago";
  corrections = hours_ago({5.9, 4, 2});
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::held);
  EXPECT_EQ(change_of(plan, "b")->reason,
            "contended: the manifests want \"x\", somebody keeps writing \"theirs\"; corrected 3 times within 6h, held "
            "until " +
                format_rfc3339(noon + hours(24)) +
                "; not sent until the manifests want something else; to send it all the same: retouch resume --cloud "
                "lab --image 1 --field b");
  EXPECT_EQ(plan.notes.contended, (std::vector<Notes::Contended>{{"1", "b", {.value = "x"}, "theirs"}}));
}

TEST(Contention, CanBeSwitchedOff) {
  Planning p = drifted();
  p.memory->images["1"].fields["b"].corrections = hours_ago({3, 2, 1});
  EXPECT_EQ(change(p).action, Action::held);
  p.contention.corrections = 0;
  EXPECT_EQ(change(p).action, Action::apply);
}

TEST(Contention, NeverStopsANewWish) {
  Planning p = drifted();
  p.memory->images["1"].fields["b"].corrections = hours_ago({3, 2, 1});
  p.entries[0].fields[0].value = "y";
  EXPECT_EQ(change(p).cause, Cause::both);
  EXPECT_EQ(change(p).action, Action::apply);
}

TEST(Contention, IsNotHeldAnewWhileItIsHeld) {
  Planning p = drifted();
  p.memory->images["1"].fields["b"].corrections = hours_ago({3, 2, 1});
  p.hold("1", "b", {.why = Hold::Why::contention, .wish = {.value = "x"}, .live = "theirs", .until = noon + hours(20)});
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::held);
  EXPECT_TRUE(plan.notes.contended.empty());
}

TEST(Contention, LeavesExposureCorrectedAndSaysSo) {
  Planning p{.entries = {entry("a", {"1"}, {field("visibility", "private")})},
             .images = {image("1", {{"visibility", "public"}})}};
  p.remember("1", "visibility", remembered("private")).corrections = hours_ago({3, 2, 1});
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "visibility")->action, Action::apply);
  EXPECT_TRUE(plan.notes.contended.empty());
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_EQ(plan.warnings[0],
            "a: image 1: visibility is contended: the manifests want \"private\", somebody keeps writing \"public\"; "
            "corrected 3 times within 6h; it decides over who may see or delete the image, so it is corrected all the "
            "same");
}

TEST(Contention, IsCountedOfKeysThatExactRemoves) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {{"stray", "x"}})}};
  p.entries[0].manage.properties = Manage::exact;
  p.remember("1", "stray", remembered(Absent{})).corrections = hours_ago({3, 2, 1});
  EXPECT_EQ(change(p, "stray").action, Action::held);
  EXPECT_EQ(p.plan().notes.contended, (std::vector<Notes::Contended>{{"1", "stray", {}, "x"}}));
  p.images[0].attributes.erase("stray");
  EXPECT_TRUE(p.plan().notes.released.empty()) << "it may come again";
  p.memory->images["1"].fields["stray"].corrections = hours_ago({7, 6});
  EXPECT_EQ(p.plan().notes.released.size(), 1u);
  p.memory->images["1"].fields["stray"].corrections = hours_ago({1});
  p.entries[0].manage.properties = Manage::listed;
  EXPECT_EQ(p.plan().notes.released.size(), 1u);
}

TEST(Contention, IsNoneOfWhatIsOnlyReported) {
  Planning p = drifted();
  p.memory->images["1"].fields["b"].corrections = hours_ago({3, 2, 1});
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_EQ(change(p).action, Action::warn);
  EXPECT_TRUE(p.plan().notes.contended.empty());
}

TEST(OnlyWhile, SendsARollbackOnlyWhileNobodyMovedOn) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "before")})}, .images = {image("1", {{"b", "after"}})}};
  p.entries[0].fields[0].only_while = "after";
  EXPECT_EQ(change(p).action, Action::apply);
  p.images[0].attributes["b"] = "moved";
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::refused);
  EXPECT_EQ(change_of(plan, "b")->reason, "the live value moved on since: expected \"after\", is \"moved\"");
  p.images[0].attributes["b"] = "before";
  EXPECT_TRUE(p.plan().changes.empty()) << "it is undone already";
}

TEST(OnlyWhile, GoesByTheTablesComparison) {
  Planning p{.entries = {entry("a", {"1"}, {field("tags", List{})})},
             .images = {image("1", {{"tags", List{"b", "a"}}})}};
  p.entries[0].manage.tags = Manage::exact;
  p.entries[0].fields[0].only_while = List{"a", "b"};
  EXPECT_EQ(change(p, "tags").action, Action::apply);
}

TEST(OnlyWhile, IsStoppedByNothingThatStopsTheManifests) {
  Planning p = drifted();
  p.entries[0].fields[0].only_while = "theirs";
  p.hold("1", "b", rolled_back("x"));
  Remembered& record = p.memory->images["1"].fields["b"];
  record.kept_instead = "theirs";
  record.corrections = hours_ago({3, 2, 1});
  const CloudPlan plan = p.plan();
  EXPECT_EQ(change_of(plan, "b")->action, Action::apply);
  EXPECT_TRUE(plan.notes.contended.empty());
  p.entries[0].fields[0].value = "y";
  EXPECT_TRUE(p.plan().notes.void_holds.empty()) << "a rollback is not what the manifests wish";
}

}  // namespace retouch::core
