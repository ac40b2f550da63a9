#include "image_way_fixture.hpp"

namespace retouch::core {

using namespace way_test;

TEST_F(ImageWayTest, SendsEverythingAtOnceAndEnds) {
  ImageWay w = way({"a", "b"});
  EXPECT_EQ(sent_names(w.begin()), (std::vector<std::string>{"a", "b"}));
  w.accepted({"a", "b"});
  EXPECT_TRUE(is_done(w.sent()));
  EXPECT_EQ(w.done().size(), 2u);
  EXPECT_TRUE(w.failures().empty());
}

TEST_F(ImageWayTest, LeavesOutTheFieldThatTheServerNames) {
  ImageWay w = way({"a", "b", "c"});
  w.begin();
  EXPECT_EQ(sent_names(w.failed(status_error(403, "b"), {"a", "b", "c"})), (std::vector<std::string>{"a", "c"}));
  w.accepted({"a", "c"});
  EXPECT_TRUE(is_done(w.sent()));
  ASSERT_EQ(w.failures().size(), 1u);
  EXPECT_EQ(w.failures()[0].field.name, "b");
}

TEST_F(ImageWayTest, HalvesUntilTheCulpritStandsAlone) {
  ImageWay w = way({"a", "b", "c", "d"});
  auto action = w.begin();
  int requests = 0;
  while (!is_done(action) && requests < 20) {
    ++requests;
    const auto names = sent_names(action);
    const bool bad = std::ranges::find(names, "c") != names.end();
    if (bad) {
      action = w.failed(status_error(400), names);
    } else {
      w.accepted(names);
      action = w.sent();
    }
  }
  ASSERT_EQ(w.failures().size(), 1u);
  EXPECT_EQ(w.failures()[0].field.name, "c");
  EXPECT_EQ(w.done().size(), 3u);
  EXPECT_LE(requests, 5);
}

TEST_F(ImageWayTest, NeverSeparatesAttributesThatExcludeEachOther) {
  ImageWay w = way({"__gpu", "__support_xen", "z"});
  w.begin();
  const auto first = sent_names(w.failed(status_error(400), {"__gpu", "__support_xen", "z"}));
  const bool gpu = std::ranges::find(first, "__gpu") != first.end();
  const bool xen = std::ranges::find(first, "__support_xen") != first.end();
  EXPECT_EQ(gpu, xen);
}

TEST_F(ImageWayTest, ReadsAgainBeforeMoreIsSentWhereTheApiIsNotAtomic) {
  ImageWay w = way({"a", "b"}, {.reread_after_rejection = true});
  w.begin();
  const auto action = w.failed(status_error(400, "a"), {"a", "b"});
  EXPECT_TRUE(std::holds_alternative<ImageWay::Reread>(action));
  EXPECT_EQ(sent_names(w.reread(test::image("1", {{"b", "old"}}))), std::vector<std::string>{"b"});
}

TEST_F(ImageWayTest, PlansAgainAfterAConflict) {
  ImageWay w = way({"a", "b"});
  w.begin();
  Error conflict = status_error(409);
  conflict.reaction = Reaction::conflict;
  const auto action = w.failed(conflict, {"a", "b"});
  ASSERT_TRUE(std::holds_alternative<ImageWay::Reread>(action));
  EXPECT_EQ(std::get<ImageWay::Reread>(action).pause, Duration{});
  EXPECT_EQ(sent_names(w.reread(test::image("1", {{"a", "new"}}))), std::vector<std::string>{"b"})
      << "a is right already";
}

TEST_F(ImageWayTest, WaitsBeforeReadingAfterATimeoutButNotAfterALostConnection) {
  for (const auto& [code, pause] :
       {std::pair{Errc::timeout, Duration(std::chrono::seconds(5))}, std::pair{Errc::closed, Duration{}}}) {
    ImageWay w = way({"a"});
    w.begin();
    const auto action = w.failed({.code = code, .reaction = Reaction::uncertain, .message = "lost"}, {"a"});
    ASSERT_TRUE(std::holds_alternative<ImageWay::Reread>(action));
    EXPECT_EQ(std::get<ImageWay::Reread>(action).pause, pause);
    EXPECT_TRUE(is_done(w.reread(test::image("1", {{"a", "new"}})))) << "the lost request had been applied";
    EXPECT_EQ(w.done().size(), 1u);
  }
}

TEST_F(ImageWayTest, GivesUpAfterTooManyConflicts) {
  ImageWay w = way({"a"}, {.replans = 2});
  auto action = w.begin();
  Error conflict{.code = Errc::http_status, .reaction = Reaction::conflict, .message = "again"};
  int rereads = 0;
  while (!is_done(action) && rereads < 10) {
    action = w.failed(conflict, {"a"});
    if (std::holds_alternative<ImageWay::Reread>(action)) {
      ++rereads;
      action = w.reread(test::image("1", {{"a", "old"}}));
    }
  }
  EXPECT_EQ(rereads, 2);
  ASSERT_EQ(w.failures().size(), 1u);
  EXPECT_EQ(w.failures()[0].error.message, "again");
}

TEST_F(ImageWayTest, TriesAgainAfterAnAnswerOfNotNow) {
  ImageWay w = way({"a", "b"});
  w.begin();
  Error busy{.code = Errc::http_status, .reaction = Reaction::transient, .message = "busy", .status = 503};
  const auto action = w.failed(busy, {"a", "b"});
  ASSERT_TRUE(std::holds_alternative<ImageWay::Reread>(action));
  EXPECT_EQ(std::get<ImageWay::Reread>(action).pause, std::chrono::seconds(1));
  EXPECT_EQ(sent_names(w.reread(test::image("1", {{"a", "old"}, {"b", "old"}}))), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ImageWayTest, RepeatsNothingThatWasRetriedBelow) {
  ImageWay w = way({"a", "b"});
  w.begin();
  const Error settled{
      .code = Errc::http_status, .reaction = Reaction::transient, .message = "down", .status = 503, .settled = true};
  EXPECT_TRUE(is_done(w.failed(settled, {"a", "b"})));
}

// Collections are written whole: what another client added while our request was lost must not be taken away.
TEST_F(ImageWayTest, CarriesOnlyItsOwnItemsOverToWhatIsLiveNow) {
  ImageWay w({change("tags", List{"a", "b"}, List{"a", "c"}), change("acl", Absent{}, List{"x"})}, table, {});
  w.begin();
  w.failed({.code = Errc::closed, .reaction = Reaction::uncertain, .message = "lost"}, {"tags", "acl"});
  const auto action = w.reread(test::image("1", {{"tags", List{"a", "b", "theirs"}}, {"acl", List{"y"}}}));
  const auto* send = std::get_if<ImageWay::Send>(&action);
  ASSERT_TRUE(send);
  EXPECT_EQ(send->fields[0].after, (Value{List{"a", "c", "theirs"}}));
  EXPECT_EQ(send->fields[1].after, (Value{List{"x", "y"}}));
}

TEST_F(ImageWayTest, IsDoneWhenItsItemsAreThereWhateverElseIs) {
  ImageWay w({change("tags", List{"a"}, List{"b"})}, table, {});
  w.begin();
  w.failed({.code = Errc::closed, .reaction = Reaction::uncertain, .message = "lost"}, {"tags"});
  EXPECT_TRUE(is_done(w.reread(test::image("1", {{"tags", List{"b", "theirs"}}}))));
}

TEST_F(ImageWayTest, FailsWhenTheImageIsGone) {
  ImageWay w = way({"a"});
  w.begin();
  w.failed({.code = Errc::closed, .reaction = Reaction::uncertain, .message = "lost"}, {"a"});
  EXPECT_TRUE(is_done(w.reread(std::nullopt)));
  EXPECT_EQ(w.failures().at(0).error.code, Errc::not_found);
}

TEST_F(ImageWayTest, DoesNotSplitWhatIsNoRejection) {
  ImageWay w = way({"a", "b"});
  w.begin();
  EXPECT_TRUE(
      is_done(w.failed({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"}, {"a", "b"})));
  EXPECT_EQ(w.failures().size(), 2u);
}

TEST_F(ImageWayTest, LeavesOutFieldsThatTheAccountWasRefusedBefore) {
  ImageWay w({change("a", "old", "new"), change("b", "old", "new")}, table, {}, {{"a", status_error(403, "a")}});
  EXPECT_EQ(sent_names(w.begin()), std::vector<std::string>{"b"});
  EXPECT_EQ(w.failures().size(), 1u);
}

TEST_F(ImageWayTest, KeepsWhatEarlierStepsAchieved) {
  ImageWay w = way({"name", "tags"});
  w.begin();
  w.accepted({"name"});
  EXPECT_TRUE(is_done(w.failed(status_error(400), {"tags"})));
  EXPECT_EQ(w.done().size(), 1u);
  EXPECT_EQ(w.failures().at(0).field.name, "tags");
}

}  // namespace retouch::core
