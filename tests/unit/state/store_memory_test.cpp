#include "store_fixture.hpp"

namespace retouch::state {

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, ::testing::ValuesIn(kinds()), name_of);
INSTANTIATE_TEST_SUITE_P(Stores, AnyRealStore, ::testing::ValuesIn(real_kinds()), name_of);

TEST_P(AnyStore, KnowsNothingAtFirst) {
  const core::Memory memory = recall();
  EXPECT_TRUE(memory.images.empty());
  EXPECT_TRUE(memory.changed_lately.empty());
  EXPECT_TRUE(memory.most_entries.empty());
  EXPECT_TRUE(memory.suspended_entries.empty());
  EXPECT_FALSE(memory.suspended_cloud);
}

TEST_P(AnyStore, RemembersAFieldWithEverythingThatBelongsToIt) {
  core::Remembered tags{.wish = {.value = core::Map{{"owner", std::string("platform")}, {"n", std::int64_t{3}}},
                                 .absent_items = {"old"},
                                 .exact = true},
                        .ours = core::Map{{"owner", std::string("platform")}},
                        .entry = "ubuntu",
                        .place = {"a \"file\".yaml", 1, 2},
                        .revision = "r",
                        .run = run_id,
                        .at = at(std::chrono::microseconds(1)),
                        .kept_instead = core::Value{core::List{"a", "b"}},
                        .corrections = {at(std::chrono::hours(-2)), at(std::chrono::hours(-1))}};
  core::Remembered gone{.wish = {.value = core::Absent{}}, .kept_instead = core::Value{core::Absent{}}};
  commit({.remember = {{{"i1", "tags"}, tags},
                       {{"i1", "__support_xen"}, gone},
                       {{"i2", "min_ram"}, remembered(std::int64_t{1024})}}});

  const core::Memory memory = recall();
  ASSERT_EQ(memory.images.size(), 2u);
  ASSERT_TRUE(memory.find("i1", "tags"));
  EXPECT_EQ(*memory.find("i1", "tags"), tags);
  EXPECT_EQ(*memory.find("i1", "__support_xen"), gone);
  EXPECT_EQ(*memory.find("i2", "min_ram"), remembered(std::int64_t{1024}));
}

TEST_P(AnyStore, RemembersTheLatestAndForgetsOneField) {
  commit({.remember = {{{"i1", "a"}, remembered()}, {{"i1", "b"}, remembered()}, {{"i2", "a"}, remembered()}}});
  commit({.remember = {{{"i1", "a"}, remembered(std::string("debian"))}}, .forget = {{"i1", "b"}, {"i2", "a"}}});
  const core::Memory memory = recall();
  EXPECT_EQ(memory.find("i1", "a")->wish.value, core::Value(std::string("debian")));
  EXPECT_EQ(memory.find("i1", "b"), nullptr);
  EXPECT_FALSE(memory.knows("i2")) << "an image of which nothing is remembered is a new one";
}

TEST_P(AnyStore, KeepsAccountsApart) {
  commit({.remember = {{{"i1", "a"}, remembered()}}, .hold = {{{"i1", "a"}, a_hold()}}});
  const core::Memory other = test::done(store().recall({"https://other/p2", "lab", at()}));
  EXPECT_TRUE(other.images.empty());
  test::done(store().commit({"https://other/p2", "lab", at()}, {.forget = {{"i1", "a"}}, .release = {{"i1", "a"}}}));
  EXPECT_TRUE(recall().find("i1", "a"));
  EXPECT_TRUE(recall().hold("i1", "a"));
}

TEST_P(AnyStore, CountsNoCorrectionFromBeforeARelease) {
  core::Remembered contended = remembered();
  contended.corrections = {at(), at(std::chrono::hours(1))};
  commit({.remember = {{{"i1", "f"}, contended}, {{"i1", "g"}, contended}}, .hold = {{{"i1", "f"}, a_hold()}}});
  test::done(store().release(account, {"i1", "f"}));
  EXPECT_TRUE(recall().find("i1", "f")->corrections.empty());
  EXPECT_EQ(recall().find("i1", "g")->corrections.size(), 2u);
}

TEST_P(AnyStore, ForgetsWhatWasNotKeptWhenItIsReleased) {
  core::Remembered other = remembered(std::string("theirs"));
  other.kept_instead = std::string("theirs");
  commit({.remember = {{{"i1", "f"}, other}, {{"i1", "g"}, other}, {{"i1", "h"}, remembered()}}});
  for (const char* field : {"f", "h"}) test::done(store().release(account, {"i1", field}));
  EXPECT_EQ(recall().find("i1", "f"), nullptr);
  EXPECT_TRUE(recall().find("i1", "g"));
  EXPECT_TRUE(recall().find("i1", "h")) << "it was kept";
}

TEST_P(AnyStore, HoldsAFieldUntilItIsReleased) {
  core::Hold for_ever = a_hold();
  for_ever.why = core::Hold::Why::rollback;
  for_ever.until.reset();
  commit({.hold = {{{"i1", "a"}, a_hold()}, {{"i2", "b"}, for_ever}}});
  EXPECT_EQ(*recall().hold("i1", "a"), a_hold());
  EXPECT_EQ(*recall().hold("i2", "b"), for_ever);

  const auto all = test::done(store().holds());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], (HeldField{account, {"i1", "a"}, a_hold()}));

  test::done(store().release(account, {"i2", "b"}));
  commit({.release = {{"i1", "a"}}});
  EXPECT_TRUE(test::done(store().holds()).empty());
  EXPECT_EQ(recall().hold("i1", "a"), nullptr);
}

TEST_P(AnyStore, TakesTheNewerOfTwoHolds) {
  core::Hold newer = a_hold();
  newer.live = std::string("fedora");
  commit({.hold = {{{"i1", "a"}, a_hold()}}});
  commit({.hold = {{{"i1", "a"}, newer}}});
  EXPECT_EQ(*recall().hold("i1", "a"), newer);
}

TEST_P(AnyRealStore, CountsTheMostEntriesOfSevenDays) {
  using std::chrono::hours;
  commit({.entries = {{"site", 90}, {"images", 5}}}, at());
  commit({.entries = {{"site", 40}}}, at(hours(24)));
  EXPECT_EQ(recall(at(hours(48))).most_entries, (std::map<std::string, std::int64_t>{{"site", 90}, {"images", 5}}));
  EXPECT_EQ(recall(at(hours(7 * 24) - hours(1))).most_entries.at("site"), 90);
  EXPECT_EQ(recall(at(hours(7 * 24) + hours(1))).most_entries, (std::map<std::string, std::int64_t>{{"site", 40}}));
}

TEST_P(AnyStore, CountsAfreshWhenAShrinkWasAccepted) {
  commit({.entries = {{"site", 90}, {"images", 5}}});
  commit({.entries = {{"site", 3}}, .entries_reset = true}, at(std::chrono::hours(1)));
  EXPECT_EQ(recall(at(std::chrono::hours(2))).most_entries, (std::map<std::string, std::int64_t>{{"site", 3}}));
}

TEST_P(AnyRealStore, CountsEntriesAndSelectionsByCloud) {
  commit({.entries = {{"site", 90}}, .selected = {{"all-ubuntu", 12}}});
  commit({.selected = {{"all-ubuntu", 14}, {"other", 1}}});
  EXPECT_EQ(recall().selected, (std::map<std::string, std::int64_t>{{"all-ubuntu", 14}, {"other", 1}}));
  const core::Memory twin = test::done(store().recall({account, "lab-twin", at()}));
  EXPECT_TRUE(twin.selected.empty());
  EXPECT_TRUE(twin.most_entries.empty());
}

TEST_P(AnyStore, KnowsWhichImagesWereChangedInTheLastDay) {
  using enum core::ChangeStatus;
  test::done(store().begin(a_run()));
  const auto long_ago = at(-std::chrono::hours(25));
  settle(intend(a_change("applied")), applied);
  settle(intend(a_change("applied", "another field")), applied);
  settle(intend(a_change("found")), found);
  settle(intend(a_change("not kept")), not_kept);
  settle(intend(a_change("failed")), failed);
  settle(intend(a_change("skipped")), skipped);
  settle(intend(a_change("not found")), not_found);
  settle(intend(a_change("long ago")), applied, long_ago);
  intend(a_change("open"));
  core::ChangeRecord elsewhere = a_change("elsewhere");
  elsewhere.account = "https://other/p2";
  settle(intend(elsewhere), applied);
  EXPECT_EQ(recall().changed_lately, (std::set<std::string>{"applied", "found", "not kept"}));
}

TEST_P(AnyStore, CountsNoImageAsChangedLatelyWhoseRunHadBeenAccepted) {
  core::RunRecord accepted = a_run("accepted");
  accepted.accepted = {"changed_percent", "removed_fields"};
  core::RunRecord other = a_run("other");
  other.accepted = {"changed_images"};
  test::done(store().begin(accepted));
  test::done(store().begin(other));
  settle(intend(a_change("adopted", "os_distro", "accepted")), core::ChangeStatus::applied);
  settle(intend(a_change("changed", "os_distro", "other")), core::ChangeStatus::applied);
  EXPECT_EQ(recall().changed_lately, (std::set<std::string>{"changed"}));
}

TEST_P(AnyStore, RecallsTheSuspensionsThatAreInForce) {
  const core::Suspension for_ever{.since = at(), .by = "ada@site", .reason = "migration"};
  const core::Suspension an_hour{.since = at(), .until = at(std::chrono::hours(1)), .by = "bob@site"};
  test::done(store().suspend({Suspended::What::cloud, "lab", for_ever}));
  test::done(store().suspend({Suspended::What::entry, "ubuntu", an_hour}));
  test::done(store().suspend({Suspended::What::entry, "debian", for_ever}));
  test::done(store().suspend({Suspended::What::cloud, "other", for_ever}));

  EXPECT_EQ(recall().suspended_cloud, for_ever);
  EXPECT_EQ(recall().suspended_entries,
            (std::map<std::string, core::Suspension>{{"debian", for_ever}, {"ubuntu", an_hour}}));
  EXPECT_FALSE(recall(at(std::chrono::hours(1))).suspended_entries.contains("ubuntu"));
}

TEST_P(AnyStore, SuspendsUntilSomebodyResumes) {
  const core::Suspension first{.since = at(), .by = "ada@site"};
  const core::Suspension second{.since = at(), .by = "bob@site", .reason = "again"};
  test::done(store().suspend({Suspended::What::entry, "ubuntu", first}));
  test::done(store().suspend({Suspended::What::entry, "ubuntu", second}));
  EXPECT_EQ(test::done(store().suspended()), (std::vector<Suspended>{{Suspended::What::entry, "ubuntu", second}}));
  EXPECT_FALSE(test::done(store().resume(Suspended::What::cloud, "ubuntu"))) << "no cloud of that name is suspended";
  EXPECT_TRUE(test::done(store().resume(Suspended::What::entry, "ubuntu")));
  EXPECT_FALSE(test::done(store().resume(Suspended::What::entry, "ubuntu")));
  EXPECT_TRUE(test::done(store().suspended()).empty());
}

TEST_P(AnyStore, KeepsWhatGuardsRefusedUntilTheNextPlanOfThatCloud) {
  const core::GuardRefusal percent{"lab", {"changed_percent", 30, 66.6, true, "2 of 3"}, "sha256:1", at()};
  const core::GuardRefusal removed{"lab", {"removed_fields", 50, 51, true, "…"}, "sha256:1", at()};
  const core::GuardRefusal other{"east", {"shrink_percent", 50, 90, true, "…"}, "sha256:2", at()};
  test::done(store().refused("lab", {percent, removed}));
  test::done(store().refused("east", {other}));
  EXPECT_EQ(test::done(store().refusals()), (std::vector<core::GuardRefusal>{other, percent, removed}));
  test::done(store().refused("lab", {removed}));
  EXPECT_EQ(test::done(store().refusals()), (std::vector<core::GuardRefusal>{other, removed}));
  test::done(store().refused("lab", {}));
  EXPECT_EQ(test::done(store().refusals()), (std::vector<core::GuardRefusal>{other}));
}

TEST_P(AnyStore, KnowsHowTheLastPassOverEachCloudWent) {
  EXPECT_TRUE(test::done(store().last_passes()).empty());
  const PassNote under_way{.cloud = "lab", .began = at(), .desired = "sha256:1"};
  const PassNote other{.cloud = "east",
                       .began = at(),
                       .ended = at(std::chrono::minutes(1)),
                       .result = "auth",
                       .error = "the token endpoint refuses the credentials",
                       .succeeded = at(-std::chrono::hours(1)),
                       .desired = "sha256:2",
                       .failures = 3};
  test::done(store().note_pass(under_way));
  test::done(store().note_pass(other));
  EXPECT_EQ(test::done(store().last_passes()), (std::vector<PassNote>{other, under_way}));
  PassNote ended = under_way;
  ended.ended = ended.succeeded = at(std::chrono::minutes(2));
  ended.result = "success";
  test::done(store().note_pass(ended));
  EXPECT_EQ(test::done(store().last_passes()), (std::vector<PassNote>{other, ended})) << "one a cloud";
}

}  // namespace retouch::state
