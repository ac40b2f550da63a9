// What a way makes of the ways in which a cloud says no.
#include "image_way_fixture.hpp"

namespace retouch::core {

using namespace way_test;

class ImageWayRejection : public ImageWayTest, public ::testing::WithParamInterface<int> {};

TEST_P(ImageWayRejection, IsHalvedWhateverItsStatus) {
  ImageWay w = way({"a", "b"});
  w.begin();
  EXPECT_EQ(sent_names(w.failed(status_error(GetParam()), {"a", "b"})), std::vector<std::string>{"a"});
}

INSTANTIATE_TEST_SUITE_P(Statuses, ImageWayRejection, ::testing::Values(400, 403, 409, 413, 422, 500));

TEST_F(ImageWayTest, DoesNotSplitForThrottlingOrForWhatMayPass) {
  for (const Reaction reaction : {Reaction::throttled, Reaction::transient}) {
    ImageWay w = way({"a", "b"});
    w.begin();
    Error error = status_error(reaction == Reaction::throttled ? 400 : 500);
    error.reaction = reaction;
    error.settled = true;
    EXPECT_TRUE(is_done(w.failed(error, {"a", "b"})));
    EXPECT_EQ(w.failures().size(), 2u);
  }
}

TEST_F(ImageWayTest, CountsAsDoneWhatNeededNoRequest) {
  ImageWay w = way({"a"});
  w.begin();
  EXPECT_TRUE(is_done(w.sent()));
  EXPECT_EQ(w.done().size(), 1u);
}

TEST_F(ImageWayTest, WaitsLongerAfterTheSecondNotNow) {
  ImageWay w = way({"a"});
  w.begin();
  const Error busy{.code = Errc::http_status, .reaction = Reaction::transient, .message = "busy", .status = 503};
  w.failed(busy, {"a"});
  w.reread(test::image("1", {{"a", "old"}}));
  EXPECT_EQ(std::get<ImageWay::Reread>(w.failed(busy, {"a"})).pause, std::chrono::seconds(2));
}

TEST_F(ImageWayTest, HalvesWhenTheServerNamesAFieldThatWasNotSent) {
  ImageWay w = way({"a", "b"});
  w.begin();
  EXPECT_EQ(sent_names(w.failed(status_error(400, "visibility"), {"a", "b"})), std::vector<std::string>{"a"});
  EXPECT_TRUE(w.failures().empty());
}

TEST_F(ImageWayTest, SuspectsOnlyWhatTheRejectedStepCarriedAndSendsTheRestLater) {
  ImageWay w = way({"a", "b", "tags"});
  w.begin();
  std::vector<std::vector<std::string>> sent;
  auto action = w.failed(status_error(400), {"a", "b"});
  while (!is_done(action) && sent.size() < 9) {
    sent.push_back(sent_names(action));
    w.accepted(sent.back());
    action = w.sent();
  }
  EXPECT_EQ(sent, (std::vector<std::vector<std::string>>{{"a"}, {"b"}, {"tags"}}));
  EXPECT_EQ(w.done().size(), 3u);
}

TEST_F(ImageWayTest, FailsAPairThatExcludesEachOtherTogether) {
  table = AttributeTable("t", {{.name = "x", .excludes = {"y"}}, {.name = "y"}}, std::nullopt, {}, {});
  for (const auto& names : {std::vector<std::string>{"x", "y"}, std::vector<std::string>{"y", "x"}}) {
    ImageWay w = way(names);
    w.begin();
    EXPECT_TRUE(is_done(w.failed(status_error(400), names))) << "one side's word is enough";
    EXPECT_EQ(w.failures().size(), 2u);
  }
}

TEST_F(ImageWayTest, TakesAnEquivalentOfAbsenceForDone) {
  ImageWay w({change("note", "x", Absent{})}, table, {});
  w.begin();
  w.failed({.code = Errc::closed, .reaction = Reaction::uncertain, .message = "lost"}, {"note"});
  EXPECT_TRUE(is_done(w.reread(test::image("1", {{"note", ""}}))));
  EXPECT_EQ(w.done().size(), 1u);
}

TEST_F(ImageWayTest, SendsNothingWhenEveryFieldWasRefusedBefore) {
  ImageWay w({change("a", "old", "new")}, table, {}, {{"a", status_error(403, "a")}});
  EXPECT_TRUE(is_done(w.begin()));
  EXPECT_EQ(w.failures().size(), 1u);
}

TEST_F(ImageWayTest, GivingUpFailsWhatWaitsToo) {
  ImageWay w = way({"a", "b", "c", "d"});
  w.begin();
  w.failed(status_error(400), {"a", "b", "c", "d"});
  EXPECT_TRUE(is_done(w.give_up(status_error(401))));
  EXPECT_EQ(w.failures().size(), 4u);
}

}  // namespace retouch::core
