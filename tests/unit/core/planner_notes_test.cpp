// What an apply should remember although nothing is sent for it.
#include "planning_fixture.hpp"
#include "retouch/core/remembering.hpp"

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

using Names = std::vector<std::string>;
using Counts = std::map<std::string, std::int64_t>;

// Entry "a" wishes `b: x`, which is there.
Planning in_order() {
  return {.entries = {entry("a", {"1"}, {field("b", "x")})},
          .images = {image("1", {{"b", "x"}})},
          .memory = Memory{},
          .all_entries = std::set<std::string, std::less<>>{"a"}};
}

Names fields_of(const std::vector<Notes::InForce>& notes) {
  Names names;
  for (const Notes::InForce& note : notes) names.push_back(note.image_id + " " + note.field);
  return names;
}

Names fields_of(const std::vector<Notes::Field>& notes) {
  Names names;
  for (const Notes::Field& note : notes) names.push_back(note.image_id + " " + note.field);
  return names;
}

Names in_force(const Planning& p) { return fields_of(p.plan().notes.in_force); }
Names released(const Planning& p) { return fields_of(p.plan().notes.released); }

// As a store does it.
void take_over(Planning& p) {
  for (const Notes::InForce& note : p.plan().notes.in_force) {
    p.remember(note.image_id, note.field, {.wish = note.wish, .entry = note.entry, .place = note.place});
  }
}

}  // namespace

TEST(InForce, IsNotedOnceAndNotAgain) {
  Planning p = in_order();
  const CloudPlan plan = p.plan();
  ASSERT_EQ(plan.notes.in_force.size(), 1u);
  EXPECT_EQ(plan.notes.in_force[0], (Notes::InForce{"1", "b", {.value = "x"}, "a", {"m.yaml", 1, 5}}));
  take_over(p);
  EXPECT_EQ(in_force(p), Names{});
}

TEST(InForce, IsNotedAnewWhenWishEntryOrPlaceAreOthers) {
  Planning p = in_order();
  take_over(p);
  Remembered& record = p.memory->images["1"].fields["b"];
  const Remembered as_it_was = record;
  record.wish.value = "other";
  EXPECT_EQ(in_force(p), Names{"1 b"});
  record = as_it_was;
  record.entry = "other";
  EXPECT_EQ(in_force(p), Names{"1 b"});
  record = as_it_was;
  record.place.line = 77;
  EXPECT_EQ(in_force(p), Names{"1 b"});
  record = as_it_was;
  record.kept_instead = "y";
  EXPECT_EQ(in_force(p), Names{"1 b"}) << "it came to be kept after all";
}

TEST(InForce, IsOnlyWhatIsEnforcedWithoutDifference) {
  Planning p = in_order();
  p.images[0].attributes["b"] = "y";
  EXPECT_EQ(in_force(p), Names{}) << "it differs";
  p = in_order();
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_EQ(in_force(p), Names{});
  p = in_order();
  p.entries[0].suspended = true;
  EXPECT_EQ(in_force(p), Names{});
  p = in_order();
  p.entries.push_back(entry("z", {"1"}, {field("b", "y")}));
  EXPECT_EQ(in_force(p), Names{}) << "two entries contradict each other";
  p = in_order();
  p.wanted_entry = [](const DesiredEntry&) { return false; };
  EXPECT_EQ(in_force(p), Names{});
  p = in_order();
  p.entries[0].fields[0].only_while = "z";
  EXPECT_EQ(in_force(p), Names{}) << "a rollback is not what the manifests wish";
}

TEST(InForce, OfExactIsNotedWhereNothingIsLeftToRemove) {
  Planning p = in_order();
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_EQ(in_force(p), (Names{"1 b", "1 *"}));
  take_over(p);
  EXPECT_EQ(in_force(p), Names{});
  p.memory->images["1"].fields["*"].entry = "other";
  EXPECT_EQ(in_force(p), Names{"1 *"});
  p.images[0].attributes["stray"] = "x";
  EXPECT_EQ(in_force(p), Names{});
  p.images[0].attributes.erase("stray");
  p.entries_missing = true;
  EXPECT_EQ(in_force(p), Names{}) << "nobody knows what the other files list";
}

TEST(Released, IsWhatNoEntryClaimsAnyMore) {
  Planning p = in_order();
  p.remember("1", "left", remembered("x"));
  EXPECT_EQ(released(p), Names{"1 left"});
  p.entries.push_back(entry("z", {"1"}, {field("left", "y")}));
  EXPECT_EQ(released(p), Names{}) << "another entry claims it";
  p.entries.pop_back();
  p.entries_missing = true;
  EXPECT_EQ(released(p), Names{});
}

TEST(Released, NeedsTheEntryThatHadItInScope) {
  Planning p = in_order();
  p.entries.push_back(entry("z", {"1"}, {}));
  p.remember("1", "left", remembered("x", "z"));
  EXPECT_EQ(released(p), Names{"1 left"});
  p.wanted_entry = [](const DesiredEntry& each) { return each.name == "a"; };
  EXPECT_EQ(released(p), Names{});
  p.wanted_entry = nullptr;
  p.entries[1].suspended = true;
  EXPECT_EQ(released(p), Names{});
  p.entries[1].suspended = false;
  p.entries[1].select.ids = {"1", "2"};
  p.images.push_back(image("2", {}));
  EXPECT_EQ(released(p), Names{}) << "it does not know whether it means this image";
}

TEST(Released, OfAnEntryThatIsGoneFromAllManifestsNotOfASiblings) {
  Planning p = in_order();
  p.remember("1", "left", remembered("x", "gone"));
  EXPECT_EQ(released(p), Names{"1 left"});
  p.all_entries->insert("gone");
  EXPECT_EQ(released(p), Names{}) << "it is an entry of another cloud of this account";
  p.all_entries.reset();
  EXPECT_EQ(released(p), Names{}) << "nobody has said which entries there are";
}

TEST(Released, IsNotWhatIsBeingRemoved) {
  Planning p = in_order();
  p.remember("1", "left", remembered("x"));
  p.images[0].attributes["left"] = "x";
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_TRUE(change_of(p.plan(), "left"));
  EXPECT_EQ(released(p), Names{});
}

TEST(Released, IsExactWhenNoEntryIsExactAnyMore) {
  Planning p = in_order();
  p.remember("1", std::string(exact_in_force), {.entry = "a"});
  EXPECT_EQ(released(p), Names{"1 *"});
  p.entries.push_back(entry("z", {"1"}, {}));
  p.entries[1].manage.properties = Manage::exact;
  p.entries[1].suspended = true;
  EXPECT_EQ(released(p), Names{});
}

TEST(Forgotten, IsAnEntryThatIsRememberedAndInNoManifest) {
  Planning p = in_order();
  p.remember("1", "b", remembered("x"));
  p.remember("7", "b", remembered("x", "gone"));
  p.remember("7", "c", remembered("x", "gone"));
  p.remember("7", "d", remembered("x", "sibling"));
  p.all_entries->insert("sibling");
  EXPECT_EQ(p.plan().notes.forgotten, Names{"gone"});
  p.wanted_entry = [](const DesiredEntry&) { return true; };
  EXPECT_EQ(p.plan().notes.forgotten, Names{}) << "the command line asks for a part";
  p.wanted_entry = nullptr;
  p.wanted_image = [](const Image&) { return true; };
  EXPECT_EQ(p.plan().notes.forgotten, Names{});
  p.wanted_image = nullptr;
  p.entries_missing = true;
  EXPECT_EQ(p.plan().notes.forgotten, Names{});
}

TEST(Forgotten, LetsGoOfWhatNoOtherEntrySelects) {
  Planning p = in_order();
  p.entries.push_back(entry("idle", {"2"}, {field("b", "x")}));
  p.entries[1].suspended = true;
  p.images.push_back(image("2", {{"b", "x"}}));
  p.all_entries->insert("idle");
  for (const std::string id : {"1", "2", "7"}) p.remember(id, "b", remembered("x", "gone"));
  const CloudPlan plan = p.plan();
  EXPECT_EQ(plan.notes.forgotten, Names{"gone"});
  EXPECT_EQ(fields_of(plan.notes.in_force), Names{"1 b"}) << "the entry was renamed";
  EXPECT_EQ(fields_of(plan.notes.released), Names{"7 b"}) << "of 2 a suspended entry decides later";
}

TEST(Forgotten, OfARenamedEntryNothingIsLost) {
  Planning p = in_order();
  p.remember("1", "b", remembered("x", "gone"));
  const CloudPlan plan = p.plan();
  const MemoryUpdate update = noted(plan, *p.memory, {});
  EXPECT_TRUE(update.forget.empty());
  ASSERT_EQ(update.remember.size(), 1u);
  EXPECT_EQ(update.remember[0].second.entry, "a");
  EXPECT_EQ(update.remember[0].second.ours, Value("x"));
}

TEST(NotesOfHolds, CallThoseVoidWhoseTimeIsOverOnAnyImage) {
  Planning p = in_order();
  p.hold("7", "b", {.wish = {.value = "x"}, .until = noon});
  p.hold("7", "c", {.wish = {.value = "x"}, .until = noon + hours(1)});
  p.hold("7", "d", {.wish = {.value = "x"}});
  EXPECT_EQ(fields_of(p.plan().notes.void_holds), Names{"7 b"});
}

TEST(NotesOfSources, CountAllEntriesWhateverIsAskedFor) {
  Planning p = in_order();
  p.entries.push_back(entry("z", {"2"}, {}));
  p.entries[0].source = p.entries[1].source = "site";
  p.entries[1].suspended = true;
  p.wanted_entry = [](const DesiredEntry& each) { return each.name == "a"; };
  p.sources = {"site", "empty"};
  EXPECT_EQ(p.plan().notes.entries, (Counts{{"empty", 0}, {"site", 2}}));
  p.entries_missing = true;
  EXPECT_EQ(p.plan().notes.entries, Counts{}) << "what was left out is unknown, not gone";
}

TEST(NotesOfSelections, CountTheImagesOfMatchAll) {
  Planning p{.entries = {entry("a", {"1", "2"}, {field("b", "x")}), entry("z", {"1", "2"}, {field("c", "x")}),
                         entry("one", {"2"}, {field("d", "x")}), entry("idle", {"1"}, {field("e", "x")})},
             .images = {image("1", {{"c", "x"}}), image("2", {{"c", "x"}})}};
  p.entries[0].match = p.entries[1].match = p.entries[3].match = Match::all;
  p.entries[3].suspended = true;
  CloudPlan plan = p.plan();
  EXPECT_EQ(plan.notes.selected, (Counts{{"a", 2}, {"z", 2}}));
  EXPECT_EQ(plan.notes.selecting, (Counts{{"a", 2}})) << "z has nothing to send";
  p.entries[0].max = 1;
  plan = p.plan();
  EXPECT_EQ(plan.notes.selected, (Counts{{"z", 2}})) << "too many: nothing is known of what it means";
  p.entries[0].max.reset();
  p.entries[0].fields[0].mode = FieldMode::warn;
  EXPECT_TRUE(p.plan().notes.selecting.empty());
}

}  // namespace retouch::core
