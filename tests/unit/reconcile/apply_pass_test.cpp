#include "apply_fixture.hpp"

namespace retouch::reconcile {

using namespace test_fixture;

TEST_F(ApplyPassTest, ChangesEveryImageWithOneRequestAndOneClosingListing) {
  images(20);
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 20);
  EXPECT_EQ(provider.writes, 20);
  EXPECT_EQ(provider.reads, 0);
  EXPECT_EQ(provider.lists - lists_before, 1);
  EXPECT_EQ(lines.size(), 20u) << "one line a change";
}

TEST_F(ApplyPassTest, NeverHasMoreInFlightThanItsConcurrency) {
  images(20);
  apply();
  EXPECT_EQ(provider.busy_at_once, 4);
}

TEST_F(ApplyPassTest, SendsTheFieldsOfTwoEntriesAsOneRequest) {
  provider.add("1");
  entries = {wants("1", {{"a", "x"}}), wants("1", {{"b", "y"}})};
  entries[1].name = "other";
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1);
  EXPECT_EQ(report.results.size(), 2u) << "each entry has its own result";
  EXPECT_EQ(report.count(Status::changed), 1) << "but it is one image";
}

TEST_F(ApplyPassTest, OneFailureNeverStopsTheOthers) {
  images(20);
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (step.image_id == "i1003") return refusal(409);
    return std::nullopt;
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 19);
  EXPECT_EQ(report.count(Status::failed), 1);
}

TEST_F(ApplyPassTest, AppliesTheRestOfAnImageOfWhichAFieldIsRefused) {
  provider.add("1");
  entries = {wants("1", {{"good", "x"}, {"locked", "y"}})};
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (std::ranges::find(step.fields, "locked") != step.fields.end()) return refusal(403, "locked");
    return std::nullopt;
  };
  const ApplyReport report = apply();
  ASSERT_EQ(report.results.size(), 1u);
  EXPECT_EQ(report.results[0].status, Status::partial);
  EXPECT_EQ(report.results[0].error->status, 403);
  EXPECT_EQ(provider.images["1"].get("good"), core::Value("x"));
}

TEST_F(ApplyPassTest, RemembersForTheRunWhichFieldTheAccountMayNotWrite) {
  for (const char* id : {"1", "2", "3"}) {
    provider.add(id);
    entries.push_back(wants(id, {{"good", "x"}, {"locked", "y"}}));
  }
  limits.concurrency = 1;
  int refusals = 0;
  provider.answer = [&](const providers::Step& step) -> std::optional<Error> {
    if (std::ranges::find(step.fields, "locked") == step.fields.end()) return std::nullopt;
    ++refusals;
    return refusal(403, "locked");
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::partial), 3);
  EXPECT_EQ(refusals, 1);
}

TEST_F(ApplyPassTest, ReadsAgainAfterALostAnswerInsteadOfRepeatingBlindly) {
  images(1);
  int answers = 0;
  provider.answer = [&](const providers::Step& step) -> std::optional<Error> {
    if (answers++ > 0) return std::nullopt;
    provider.write(provider.images[step.image_id], step);  // it was applied, but the answer got lost
    return Error{.code = Errc::timeout, .reaction = Reaction::uncertain, .message = "lost"};
  };
  const Mono start = clock.now();
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1) << "the image was right already";
  EXPECT_EQ(provider.reads, 1);
  EXPECT_GE(clock.now() - start, std::chrono::seconds(5)) << "the first request may still run";
  EXPECT_EQ(report.count(Status::changed), 1) << "by us";
  EXPECT_EQ(provider.lists - lists_before, 1) << "and the closing listing looked";
}

// One image, whose three writes time out one after another: after the third it is not read again.
class TimedOutWriteTest : public ApplyPassTest {
 protected:
  void time_out(Reaction reaction) {
    images(1);
    provider.answer = [this, reaction](const providers::Step&) -> std::optional<Error> {
      last = clock.now();
      if (provider.writes == 3 && stop_with_the_last) stop.request();
      return Error{.code = Errc::timeout, .reaction = reaction, .message = "no answer in time"};
    };
  }
  Mono last{};  // when the last of them did
  bool stop_with_the_last = false;
};

TEST_F(TimedOutWriteTest, CanHaveEndedBeforeTheClosingListing) {
  time_out(Reaction::uncertain);
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 3);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_EQ(provider.lists - lists_before, 1);
  EXPECT_GE(provider.listed_at - last, std::chrono::seconds(5)) << "the listing would have shown what was before";
}

TEST_F(TimedOutWriteTest, IsNotWaitedForWhenItNeverLeft) {
  time_out(Reaction::transient);
  apply();
  EXPECT_LT(clock.now() - last, std::chrono::seconds(1));
}

TEST_F(TimedOutWriteTest, IsNotWaitedForAfterAStop) {
  time_out(Reaction::uncertain);
  stop_with_the_last = true;
  apply();
  EXPECT_EQ(provider.writes, 3);
  EXPECT_LT(clock.now() - last, std::chrono::seconds(1));
}

TEST_F(TimedOutWriteTest, IsWaitedForNoLongerOnceAStopComes) {
  time_out(Reaction::uncertain);
  stop_after = std::chrono::seconds(12);  // the third times out after ten, and is waited for until fifteen
  apply();
  EXPECT_EQ(provider.writes, 3);
  EXPECT_EQ(provider.lists - lists_before, 1);
  EXPECT_GT(provider.listed_at - last, std::chrono::seconds(1)) << "it was waited for";
  EXPECT_LT(provider.listed_at - last, std::chrono::seconds(3));
}

TEST_F(ApplyPassTest, SendsAgainWhatTheReReadShowsAsUndone) {
  images(1);
  int answers = 0;
  provider.answer = [&](const providers::Step&) -> std::optional<Error> {
    if (answers++ > 0) return std::nullopt;
    return Error{.code = Errc::closed, .reaction = Reaction::uncertain, .message = "lost"};
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 2);
  EXPECT_EQ(report.count(Status::changed), 1);
}

TEST_F(ApplyPassTest, EndsWhenTooManyFailInARow) {
  images(30);
  limits.concurrency = 1;
  policy.guards.failures_consecutive = 5;
  provider.answer = [](const providers::Step&) { return std::optional(refusal(400)); };
  const ApplyReport report = apply();
  ASSERT_TRUE(report.failures);
  EXPECT_EQ(report.count(Status::failed), 5);
  EXPECT_EQ(report.count(Status::skipped), 25);
}

TEST_F(ApplyPassTest, AForcedFailuresGuardLetsItGoOn) {
  images(30);
  policy.guards.failures_consecutive = 5;
  scope.forced = {"failures"};
  provider.answer = [](const providers::Step&) { return std::optional(refusal(400)); };
  EXPECT_EQ(apply().count(Status::failed), 30);
}

TEST_F(ApplyPassTest, DrainsWhatIsInFlightAndSkipsTheRestWhenStopped) {
  images(20);
  provider.before_answer = [&](const providers::Step&) { stop.request(); };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 4) << "those in flight";
  EXPECT_EQ(report.count(Status::skipped), 16);
  ASSERT_TRUE(report.ended_by);
  EXPECT_EQ(report.ended_by->code, Errc::cancelled);
}

TEST_F(ApplyPassTest, AFieldIsDoneOnlyAfterItsLastStep) {
  provider.add("1", {{"tags", "old"}});
  entries = {wants("1", {{"tags", "new"}})};
  provider.steps_per_field = 2;  // as IMS tags: delete, then create
  int steps = 0;
  provider.answer = [&](const providers::Step&) -> std::optional<Error> {
    if (++steps % 2 == 1) return std::nullopt;
    return refusal(400);
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 0);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_EQ(report.results.at(0).error->status, 400) << "not a value that was lost again";
  EXPECT_EQ(provider.writes, 2);
}

TEST_F(ApplyPassTest, EndsAtItsDeadlineWithWhatItDid) {
  images(20);
  provider.latency = std::chrono::seconds(1);
  limits.concurrency = 1;
  const ApplyReport report = apply({.deadline = clock.now() + std::chrono::milliseconds(3500)});
  EXPECT_EQ(report.count(Status::changed), 4);
  EXPECT_EQ(report.count(Status::skipped), 16);
  EXPECT_EQ(report.ended_by->reaction, Reaction::transient);
}

TEST_F(ApplyPassTest, EndsWhenTheCredentialsAreRefused) {
  images(20);
  limits.concurrency = 1;
  provider.answer = [](const providers::Step&) {
    return std::optional(
        Error{.code = Errc::credentials, .reaction = Reaction::auth, .message = "refused", .status = 401});
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1);
  EXPECT_EQ(report.ended_by->code, Errc::credentials);
}

TEST_F(ApplyPassTest, EndsWhenTheCloudAsksForALongPause) {
  images(20);
  limits.concurrency = 1;
  provider.answer = [](const providers::Step&) {
    return std::optional(
        Error{.code = Errc::throttled, .reaction = Reaction::throttled, .message = "slower", .status = 429});
  };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1);
  EXPECT_EQ(report.ended_by->reaction, Reaction::throttled);
}

TEST_F(ApplyPassTest, ShowsItsProgress) {
  images(5);
  std::vector<std::int64_t> done;
  ApplyOptions options;
  options.progress = [&](const Progress& progress) {
    done.push_back(progress.done);
    EXPECT_EQ(progress.total, 5);
  };
  apply(options);
  EXPECT_EQ(done, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

}  // namespace retouch::reconcile
