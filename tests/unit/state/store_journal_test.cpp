#include <algorithm>

#include "store_fixture.hpp"

namespace retouch::state {

namespace {

class AnyJournal : public AnyStore {
 protected:
  std::vector<std::string> run_ids(RunFilter filter) {
    std::vector<std::string> ids;
    for (const core::RunRecord& run : test::done(store().runs(std::move(filter)))) ids.push_back(run.id);
    return ids;
  }
  std::vector<std::string> images(ChangeFilter filter) {
    std::vector<std::string> ids;
    for (const core::ChangeRecord& change : test::done(store().changes(std::move(filter)))) {
      ids.push_back(change.image_id);
    }
    return ids;
  }
};
using Names = std::vector<std::string>;

}  // namespace

INSTANTIATE_TEST_SUITE_P(Stores, AnyJournal, ::testing::ValuesIn(kinds()), name_of);

TEST_P(AnyJournal, KeepsARunFromItsBeginningToItsEnd) {
  core::RunRecord run = a_run();
  run.undoes = "20261121T000000Z-0001";
  run.accepted = {"changed_images", "changed_percent"};
  test::done(store().begin(run));
  EXPECT_EQ(test::done(store().runs({})), (std::vector<core::RunRecord>{run})) << "it goes on, or was killed";

  run.ended = at(std::chrono::seconds(7));
  run.exit_code = 3;
  run.passes = {{"lab", account, "changes"}, {"east", "https://east/p2", "failed", "no route"}};
  test::done(store().finish(run));
  EXPECT_EQ(test::done(store().runs({})), (std::vector<core::RunRecord>{run}));
}

TEST_P(AnyJournal, LearnsAFingerprintAtTheEnd) {
  core::RunRecord run = a_run();
  run.fingerprint.clear();
  test::done(store().begin(run));
  run.fingerprint = "sha256:2";
  test::done(store().finish(run));
  EXPECT_EQ(test::done(store().runs({})).at(0).fingerprint, "sha256:2");
}

TEST_P(AnyJournal, KeepsAnIntentWithEverythingThatBelongsToIt) {
  test::done(store().begin(a_run()));
  core::ChangeRecord change = a_change();
  change.change.before = core::Map{{"k", 2.5}, {"raw", core::JsonText{"[1]"}}};
  change.change.op = core::Op::replace;
  change.change.cause = core::Cause::both;
  core::ChangeRecord unwished = a_change("i2");
  unwished.change.wish.reset();
  unwished.change.op = core::Op::remove;
  const auto intended = test::done(store().intend({change, unwished}));
  ASSERT_EQ(intended.size(), 2u);
  change.id = intended[0].id;
  unwished.id = intended[1].id;
  EXPECT_EQ(intended, (std::vector<core::ChangeRecord>{change, unwished}));
  EXPECT_EQ(test::done(store().changes({.run = run_id})), (std::vector<core::ChangeRecord>{change, unwished}));
}

TEST_P(AnyJournal, SettlesAnIntentAndMayCorrectItself) {
  test::done(store().begin(a_run()));
  const std::int64_t id = intend(a_change());
  settle(id, core::ChangeStatus::applied, at(std::chrono::seconds(1)));
  commit(
      {.settled = {{id, core::ChangeStatus::not_kept, at(std::chrono::seconds(9)), "req-2", "it is \"bios\" again"}}});
  core::ChangeRecord expected = a_change();
  expected.id = id;
  expected.status = core::ChangeStatus::not_kept;
  expected.settled_at = at(std::chrono::seconds(9));
  expected.request_id = "req-2";
  expected.error = "it is \"bios\" again";
  EXPECT_EQ(test::done(store().changes({})), (std::vector<core::ChangeRecord>{expected}));
}

TEST_P(AnyJournal, CountsTheFieldsOfARunByWhatBecameOfThem) {
  using enum core::ChangeStatus;
  test::done(store().begin(a_run()));
  for (const auto status : {applied, applied, found, failed, not_kept, uncertain, skipped, not_found}) {
    settle(intend(a_change()), status);
  }
  intend(a_change());
  test::done(store().begin(a_run("another", at(std::chrono::hours(1)))));
  const auto runs = test::done(store().runs({}));
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].applied, 3);
  EXPECT_EQ(runs[1].failed, 2);
  EXPECT_EQ(runs[1].open, 2);
  EXPECT_EQ(runs[0].applied + runs[0].failed + runs[0].open, 0);
}

TEST_P(AnyJournal, ListsRunsNewestFirst) {
  for (const int hour : {1, 2, 3}) test::done(store().begin(a_run(std::to_string(hour), at(std::chrono::hours(hour)))));
  EXPECT_EQ(run_ids({}), (Names{"3", "2", "1"}));
  EXPECT_EQ(run_ids({.newest = 2}), (Names{"3", "2"}));
  EXPECT_EQ(run_ids({.since = at(std::chrono::hours(2))}), (Names{"3", "2"}));
  EXPECT_EQ(run_ids({.since = at(std::chrono::hours(2)), .newest = 1}), (Names{"3"}));
}

TEST_P(AnyJournal, FindsRunsByTheBeginningOfTheirIdOrRevision) {
  test::done(store().begin(a_run("20261122T051233Z-4f2a", at())));
  core::RunRecord other = a_run("20261122T070000Z-11aa", at(std::chrono::hours(2)));
  other.sources = {{"site", "%a2b3c"}};
  test::done(store().begin(other));
  EXPECT_EQ(run_ids({.id_prefix = "20261122T07"}), (Names{"20261122T070000Z-11aa"}));
  EXPECT_EQ(run_ids({.id_prefix = "4f2a"}), Names{});
  EXPECT_EQ(run_ids({.revision = "9f8"}), (Names{"20261122T051233Z-4f2a"})) << "of any of its sources";
  EXPECT_EQ(run_ids({.revision = "%"}), (Names{"20261122T070000Z-11aa"})) << "no pattern";
  EXPECT_EQ(run_ids({.revision = "f8e"}), Names{});
}

TEST_P(AnyJournal, FindsRunsByWhatTheyWereAbout) {
  core::RunRecord quiet = a_run("quiet", at(std::chrono::hours(1)));
  test::done(store().begin(quiet));
  quiet.passes = {{"east", "https://east/p2", "unchanged"}};
  test::done(store().finish(quiet));
  test::done(store().begin(a_run("busy", at(std::chrono::hours(2)))));
  core::ChangeRecord drifted = a_change("i1", "a", "busy");
  core::ChangeRecord pending = a_change("i2", "b", "busy");
  pending.cloud = "west";
  pending.entry = "debian";
  pending.change.cause = core::Cause::pending;
  test::done(store().intend({drifted, pending}));

  EXPECT_EQ(run_ids({.cloud = "east"}), (Names{"quiet"}));
  EXPECT_EQ(run_ids({.cloud = "lab"}), (Names{"busy"})) << "killed before it could say where it passed";
  EXPECT_EQ(run_ids({.entry = "debian"}), (Names{"busy"}));
  EXPECT_EQ(run_ids({.entry = "debian", .cause = "pending"}), (Names{"busy"}));
  EXPECT_EQ(run_ids({.entry = "debian", .cause = "drift"}), Names{}) << "of one and the same change";
  EXPECT_EQ(run_ids({.cloud = "lab", .entry = "debian"}), Names{});
  EXPECT_EQ(run_ids({.cloud = "nowhere"}), Names{});
}

TEST_P(AnyJournal, FindsChangesByEachOfTheirTraits) {
  test::done(store().begin(a_run()));
  test::done(store().begin(a_run("other", at(std::chrono::hours(1)))));
  core::ChangeRecord odd = a_change("i3", "name", "other");
  odd.account = "https://other/p2";
  odd.cloud = "east";
  odd.entry = "debian";
  odd.change.cause = core::Cause::unknown;
  test::done(store().intend({a_change("i1"), a_change("i2"), odd}));

  EXPECT_EQ(images({}), (Names{"i1", "i2", "i3"}));
  EXPECT_EQ(images({.newest = 2}), (Names{"i3", "i2"}));
  EXPECT_EQ(images({.run = run_id}), (Names{"i1", "i2"}));
  for (const ChangeFilter& each :
       {ChangeFilter{.run = "other"}, ChangeFilter{.account = "https://other/p2"}, ChangeFilter{.cloud = "east"},
        ChangeFilter{.entry = "debian"}, ChangeFilter{.cause = "unknown"}, ChangeFilter{.image_id = "i3"},
        ChangeFilter{.field = "name"}}) {
    EXPECT_EQ(images(each), (Names{"i3"}));
  }
  EXPECT_EQ(images({.cloud = "lab", .image_id = "i3"}), Names{}) << "all of them have to fit";
}

TEST_P(AnyJournal, FindsWhatIsInDoubt) {
  test::done(store().begin(a_run()));
  settle(intend(a_change("done")), core::ChangeStatus::applied);
  settle(intend(a_change("lost")), core::ChangeStatus::uncertain);
  intend(a_change("open"));
  core::ChangeRecord elsewhere = a_change("elsewhere");
  elsewhere.account = "https://other/p2";
  intend(elsewhere);
  EXPECT_EQ(images({.account = account, .open = true}), (Names{"lost", "open"}));
  EXPECT_EQ(images({.open = true}), (Names{"lost", "open", "elsewhere"}));
}

TEST_P(AnyJournal, KeepsTheOrderOfManyIntents) {
  test::done(store().begin(a_run()));
  std::vector<core::ChangeRecord> many;
  for (int i = 0; i < 500; ++i) many.push_back(a_change("i" + std::to_string(i)));
  const auto intended = test::done(store().intend(many));
  ASSERT_EQ(intended.size(), many.size());
  EXPECT_TRUE(std::ranges::is_sorted(intended, {}, &core::ChangeRecord::id));
  const auto kept = test::done(store().changes({}));
  for (std::size_t i = 0; i < many.size(); ++i) {
    EXPECT_EQ(kept.at(i).id, intended[i].id);
    EXPECT_EQ(kept.at(i).image_id, many[i].image_id);
  }
}

}  // namespace retouch::state
