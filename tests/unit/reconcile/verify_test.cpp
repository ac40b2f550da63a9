#include "apply_fixture.hpp"
#include "retouch/reconcile/exit_code.hpp"

namespace retouch::reconcile {

using namespace test_fixture;

using VerifyTest = ApplyPassTest;

TEST_F(VerifyTest, SendsAValueOnceMoreThatAnotherWriterErased) {
  images(2);
  int erased = 0;
  provider.after_answer = [&](core::Image& image) {
    if (image.id == "i1000" && erased++ == 0) image.attributes.erase("os_distro");
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 3);
  EXPECT_EQ(report.count(Status::changed), 2);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("i1000"), std::string::npos);
}

TEST_F(VerifyTest, GivesUpOnAValueThatIsErasedEveryTime) {
  images(1);
  provider.after_answer = [](core::Image& image) { image.attributes.erase("os_distro"); };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 2);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_NE(report.results.at(0).error->message.find("does not keep"), std::string::npos);
}

TEST_F(VerifyTest, ReportsWhatTheCloudAcceptsButDoesNotKeepWithoutSendingItAgain) {
  images(1);
  provider.dropped = {"os_distro"};
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_NE(report.results.at(0).error->message.find("does not keep"), std::string::npos);
}

TEST_F(VerifyTest, TrustsTheAnswersAloneWhenToldTo) {
  images(1);
  policy.verify = config::Verify::response;
  provider.dropped = {"os_distro"};
  const ApplyReport report = apply();
  EXPECT_EQ(provider.lists, lists_before);
  EXPECT_EQ(report.count(Status::failed), 1);
}

TEST_F(VerifyTest, ReportsLostValuesAlsoWhenStopped) {
  images(8);
  provider.before_answer = [&](const providers::Step&) { stop.request(); };
  provider.after_answer = [](core::Image& image) { image.attributes.erase("os_distro"); };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 0);
  EXPECT_EQ(report.count(Status::failed), 4);
}

TEST_F(VerifyTest, BelievesAnAnswerThatShowsALossWhenTheClosingListingFails) {
  images(1);
  provider.dropped = {"os_distro"};
  provider.before_answer = [&](const providers::Step&) {
    provider.list_errors.push_back({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"});
  };
  EXPECT_EQ(apply().count(Status::failed), 1);
}

TEST_F(VerifyTest, SaysSoWhenTheClosingListingFails) {
  images(1);
  provider.before_answer = [&](const providers::Step&) {
    provider.list_errors.push_back({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"});
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 1);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("closing listing failed"), std::string::npos);
}

TEST_F(VerifyTest, EndsAClosingListingThatNeverEnds) {
  images(1);
  provider.before_answer = [&](const providers::Step&) { provider.list_latency = std::chrono::hours(3); };
  policy.deadline = std::chrono::minutes(30);
  const Mono deadline = clock.now() + policy.deadline;
  const ApplyReport report = apply({.deadline = deadline});
  EXPECT_EQ(clock.now(), deadline);
  EXPECT_EQ(report.count(Status::changed), 1) << "with what it did";
  ASSERT_TRUE(report.ended_by);
  EXPECT_EQ(exit_code_of(*report.ended_by), exit_later);
  EXPECT_NE(report.warnings.at(0).find("took longer than policy.deadline (30m)"), std::string::npos);
}

TEST_F(VerifyTest, LooksOnceMoreEvenBehindItsDeadline) {
  images(1);
  provider.before_answer = [&](const providers::Step&) { provider.list_latency = std::chrono::seconds(59); };
  const ApplyReport report = apply({.deadline = clock.now() + std::chrono::milliseconds(1)});
  EXPECT_FALSE(report.ended_by);
  EXPECT_EQ(report.count(Status::changed), 1);
  EXPECT_TRUE(report.warnings.empty());
  EXPECT_EQ(provider.lists - lists_before, 1);
}

TEST_F(VerifyTest, AsksNoListingWhenNothingWasSent) {
  images(1);
  provider.answer = [](const providers::Step&) { return std::optional(refusal(400)); };
  apply();
  EXPECT_EQ(provider.lists, lists_before);
}

TEST_F(VerifyTest, SendsNoFieldAgainThatWasRefused) {
  provider.add("1");
  entries = {wants("1", {{"bad", "x"}, {"good", "y"}})};
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (std::ranges::find(step.fields, "bad") != step.fields.end()) return refusal(400, "bad");
    return std::nullopt;
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 2) << "the closing listing shows that it differs, which is no loss";
  EXPECT_TRUE(report.warnings.empty());
}

TEST_F(VerifyTest, LeavesImagesAloneThatMovedMeanwhile) {
  images(2);
  provider.images["i1001"].attributes["os_distro"] = "ubuntu";
  provider.after_answer = [&](core::Image&) { provider.images["i1001"].attributes["os_distro"] = "moved"; };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1) << "it was not in the plan";
  EXPECT_EQ(report.results.size(), 1u);
}

TEST_F(VerifyTest, ReportsTheErrorOfTheSecondRound) {
  images(1);
  provider.after_answer = [](core::Image& image) { image.attributes.erase("os_distro"); };
  provider.answer = [&](const providers::Step&) -> std::optional<Error> {
    if (provider.writes == 1) return std::nullopt;
    return refusal(400, "os_distro");
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_EQ(report.results.at(0).error->status, 400);
}

TEST_F(VerifyTest, TakesALossForALossWhenNobodyCanLookAgain) {
  images(1);
  provider.after_answer = [&](core::Image& image) {
    if (provider.writes == 1) image.attributes.erase("os_distro");
    if (provider.writes == 2) provider.list_errors.push_back({.code = Errc::connect, .message = "down"});
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 2);
  EXPECT_EQ(report.count(Status::failed), 1);
}

TEST_F(VerifyTest, BelievesTheListingMoreThanTheAnswer) {
  images(1);
  provider.dropped = {"os_distro"};
  provider.after_answer = [&](core::Image& image) { image.attributes["os_distro"] = "ubuntu"; };
  EXPECT_EQ(apply().count(Status::changed), 1) << "it was written a moment later";
}

TEST_F(VerifyTest, IsUnchangedWhenSomebodyElseHadMadeItSo) {
  images(1);
  provider.answer = [&](const providers::Step& step) -> std::optional<Error> {
    provider.write(provider.images[step.image_id], step);
    return Error{.code = Errc::http_status, .reaction = Reaction::conflict, .message = "conflict", .status = 409};
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::unchanged), 1);
  EXPECT_EQ(provider.lists, lists_before);
}

}  // namespace retouch::reconcile
