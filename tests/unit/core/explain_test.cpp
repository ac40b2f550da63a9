#include "retouch/core/explain.hpp"

#include "planning_fixture.hpp"

namespace retouch::core {

namespace {

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    planning.entries = {test::entry("mine", {"1"}, {test::field("os_distro", "ubuntu", 7)})};
    planning.images = {test::image("1", {{"os_distro", "debian"}})};
  }

  Explanation explained() {
    const CloudPlan plan = [&] {
      CloudPlan made = planning.plan();
      made.guards = guards;
      return made;
    }();
    Selection selection(planning.entries);
    for (const Image& image : planning.images) selection.offer(image);
    const auto found = explain({.entry = "mine",
                                .entries = planning.entries,
                                .selection = &selection,
                                .plan = &plan,
                                .memory = &memory,
                                .now = Wall{} + std::chrono::hours(1)});
    return found.value_or(Explanation{});
  }
  ExplainedImage only() {
    const Explanation all = explained();
    EXPECT_EQ(all.fields.size(), 1u);
    return all.fields.at(0).images.at(0);
  }
  // "fate: why"
  std::string fate() {
    const ExplainedImage image = only();
    return std::string(image.fate) + ": " + image.why;
  }
  DesiredEntry& mine() { return planning.entries.at(0); }
  void add(DesiredEntry entry, int priority) {
    entry.priority = priority;
    planning.entries.push_back(std::move(entry));
  }

  test::Planning planning;
  Memory memory;
  std::vector<GuardVerdict> guards;
};

}  // namespace

TEST_F(ExplainTest, SaysWhatIsSentAndWhy) {
  const ExplainedImage image = only();
  EXPECT_EQ(image.id, "1");
  EXPECT_EQ(image.name, "Image 1");
  EXPECT_EQ(image.live, Value{"debian"});
  EXPECT_TRUE(image.claims.empty());
  EXPECT_EQ(fate(), "will be sent: retouch has not applied it yet");
}

TEST_F(ExplainTest, SaysThatNothingIsToBeDone) {
  planning.images = {test::image("1", {{"os_distro", "ubuntu"}})};
  EXPECT_EQ(fate(), "nothing to do: the image is as it should be");
}

TEST_F(ExplainTest, ShowsWhatIsRememberedAndHeld) {
  memory.images["1"].fields["os_distro"] = {.wish = {.value = "fedora"}, .entry = "old", .run = "r1"};
  memory.images["1"].holds["os_distro"] = {.wish = {.value = "ubuntu"}, .run = "r2"};
  const ExplainedImage image = only();
  ASSERT_TRUE(image.remembered);
  EXPECT_EQ(image.remembered->run, "r1");
  ASSERT_TRUE(image.hold);
  EXPECT_EQ(image.hold->run, "r2");
  memory.images["1"].holds["os_distro"].until = Wall{};
  EXPECT_FALSE(only().hold) << "its time is over";
}

TEST_F(ExplainTest, NamesWhoElseClaimsTheFieldAndWhoWins) {
  add(test::entry("theirs", {"1"}, {test::field("os_distro", "fedora", 9)}), 5);
  const ExplainedImage image = only();
  ASSERT_EQ(image.claims.size(), 2u);
  EXPECT_EQ(image.claims[0].entry, "mine");
  EXPECT_FALSE(image.claims[0].wins);
  EXPECT_EQ(image.claims[1].wish, "\"fedora\"");
  EXPECT_EQ(image.claims[1].priority, 5);
  EXPECT_EQ(image.claims[1].place.line, 9);
  EXPECT_TRUE(image.claims[1].wins);
  EXPECT_EQ(fate(), "left to another entry: entry theirs has the higher priority (5 over 0)");
}

TEST_F(ExplainTest, ListsTheImagesByName) {
  mine().select.ids = {"1", "2", "3"};
  mine().match = Match::all;
  planning.images = {test::image("1", {{"name", "c"}}), test::image("2", {{"name", "a"}}),
                     test::image("3", {{"name", "b"}})};
  std::string names;
  for (const ExplainedImage& image : explained().fields.at(0).images) names += image.name;
  EXPECT_EQ(names, "abc");
}

TEST_F(ExplainTest, AConflictIsRefused) {
  add(test::entry("theirs", {"1"}, {test::field("os_distro", "fedora", 9)}), 0);
  EXPECT_TRUE(fate().starts_with("refused: entry mine (m.yaml:7:5) wants")) << fate();
}

TEST_F(ExplainTest, WhoWantsTheSameSharesItsFate) {
  add(test::entry("theirs", {"1"}, {test::field("os_distro", "ubuntu", 9)}), 5);
  EXPECT_TRUE(fate().starts_with("will be sent: ")) << fate();
}

TEST_F(ExplainTest, NamesWhatKeepsItFromBeingSent) {
  planning.unchangeable = [](const Image&) { return "not active"; };
  EXPECT_EQ(fate(), "refused: not active");
  planning.unchangeable = {};
  mine().fields[0].mode = FieldMode::warn;
  EXPECT_EQ(fate(), "reported only: manage.fields says warn");
  mine().fields[0].mode = FieldMode::ignore;
  EXPECT_EQ(fate(), "never touched: manage.ignore, or manage.fields says ignore");
  mine().fields[0].mode = FieldMode::enforce;
  guards = {{.guard = "changed_images", .refused = true, .detail = "too many"}};
  EXPECT_EQ(fate(), "stopped by a guard: changed_images: too many");
}

TEST_F(ExplainTest, AnExposureIsHeld) {
  mine().fields = {test::field("visibility", "public")};
  planning.images = {test::image("1", {{"visibility", "private"}})};
  EXPECT_TRUE(fate().starts_with("held: visibility \"private\" -> \"public\"")) << fate();
}

TEST_F(ExplainTest, SaysWhoSuspendedIt) {
  memory.suspended_entries["mine"] = {.since = Wall{}, .by = "alice@host7", .reason = "move"};
  EXPECT_EQ(fate(), "suspended: entry mine since 1970-01-01T00:00:00Z, by alice@host7: move");
  memory.suspended_cloud = Suspension{.since = Wall{}, .until = Wall{} + std::chrono::hours(2)};
  EXPECT_EQ(fate(), "suspended: the whole cloud since 1970-01-01T00:00:00Z, until 1970-01-01T02:00:00Z");
  memory = {};
  mine().suspended = true;
  EXPECT_EQ(fate(), "suspended: `suspend` in the manifest of mine");
}

TEST_F(ExplainTest, SaysWhyAnEntrySelectsNothing) {
  planning.images.clear();
  const Explanation all = explained();
  EXPECT_EQ(all.unresolved, "no image has id \"1\"");
  ASSERT_EQ(all.fields.size(), 1u) << "where its fields come from is known all the same";
  EXPECT_TRUE(all.fields[0].images.empty());
}

TEST_F(ExplainTest, WhereTheCloudCannotBeAskedTheLinesAreKnown) {
  const Provenance lines{{"os_distro", {{.place = {"m.yaml", 7, 5}, .says = "ubuntu"}}}};
  const auto found = explain({.entry = "mine", .entries = planning.entries, .provenance = &lines});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fields.at(0).settings, lines.at("os_distro"));
  EXPECT_TRUE(found->fields.at(0).images.empty());
  EXPECT_FALSE(explain({.entry = "nobody", .entries = planning.entries}));
}

TEST_F(ExplainTest, ShowsWhatExactTakesAway) {
  mine().manage.properties = Manage::exact;
  planning.images = {test::image("1", {{"os_distro", "ubuntu"}, {"stray", "x"}})};
  const Explanation all = explained();
  ASSERT_EQ(all.fields.size(), 2u);
  EXPECT_EQ(all.fields[1].name, "stray");
  EXPECT_EQ(all.fields[1].wish, "");
  EXPECT_EQ(all.fields[1].images.at(0).fate, "will be sent");
  EXPECT_EQ(all.fields[1].images.at(0).why, "manage.properties: exact");
}

}  // namespace retouch::core
