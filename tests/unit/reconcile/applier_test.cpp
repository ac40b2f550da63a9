// What ends a pass, what is remembered from one image to the next, and what is not.
#include "apply_fixture.hpp"

namespace retouch::reconcile {

using namespace test_fixture;

namespace {

Error error_of(Errc code, Reaction reaction, int status = 0) {
  return {.code = code, .reaction = reaction, .message = "no", .status = status};
}

}  // namespace

class ApplierTest : public ApplyPassTest {
 protected:
  ApplierTest() { limits.concurrency = 1; }
  // Applies to three images, the first of which is answered with this error.
  ApplyReport first_fails(Error error) {
    images(3);
    provider.answer = [error](const providers::Step& step) -> std::optional<Error> {
      if (step.image_id == "i1000") return error;
      return std::nullopt;
    };
    return apply();
  }
};

TEST_F(ApplierTest, EndsForCredentialsAuthenticationAndThrottling) {
  for (const Error& error :
       {error_of(Errc::credentials, Reaction::permanent), error_of(Errc::http_status, Reaction::auth, 401),
        error_of(Errc::throttled, Reaction::throttled, 429)}) {
    entries.clear();
    provider.images.clear();
    const ApplyReport report = first_fails(error);
    ASSERT_TRUE(report.ended_by) << to_string(error.code);
    EXPECT_EQ(report.count(Status::failed), 1);
    EXPECT_EQ(report.count(Status::skipped), 2);
  }
}

TEST_F(ApplierTest, EndsAndSkipsWhenTheAccountOrTheOriginIsNotToBeAskedNow) {
  policy.guards.failures_consecutive = 1;
  Error suspended = error_of(Errc::http_status, Reaction::transient, 401);
  Error left_alone = error_of(Errc::connect, Reaction::transient);
  Error long_pause = error_of(Errc::throttled, Reaction::throttled);
  suspended.settled = left_alone.settled = long_pause.settled = true;
  for (const Error& error : {suspended, left_alone, long_pause, error_of(Errc::cancelled, Reaction::transient)}) {
    entries.clear();
    provider.images.clear();
    const ApplyReport report = first_fails(error);
    ASSERT_TRUE(report.ended_by) << describe(error);
    EXPECT_EQ(report.count(Status::skipped), 3) << describe(error);
    EXPECT_FALSE(report.failures) << "the image is not to blame";
    EXPECT_TRUE(lines.empty()) << lines.front();
  }
}

TEST_F(ApplierTest, WhatMayHaveBeenSentWhenItWasCancelledIsNotSkipped) {
  const ApplyReport report = first_fails(error_of(Errc::cancelled, Reaction::uncertain));
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_EQ(report.count(Status::skipped), 2);
}

TEST_F(ApplierTest, ARefusedAccountIsNoFailureOfItsImages) {
  policy.guards.failures_consecutive = 1;
  EXPECT_FALSE(first_fails(error_of(Errc::http_status, Reaction::auth, 401)).failures);
}

TEST_F(ApplierTest, GoesOnWhenOneImageIsForbidden) {
  const ApplyReport report = first_fails(error_of(Errc::permission, Reaction::auth, 403));
  EXPECT_FALSE(report.ended_by);
  EXPECT_EQ(report.count(Status::changed), 2);
}

TEST_F(ApplierTest, RemembersNoRefusalOfAValue) {
  images(2);
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (step.image_id == "i1000") return refusal(400, "os_distro");
    return std::nullopt;
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 1) << "another image may take it";
}

TEST_F(ApplierTest, EndsWhenTheReReadSaysSo) {
  images(3);
  provider.answer = [](const providers::Step&) { return std::optional(error_of(Errc::closed, Reaction::uncertain)); };
  provider.read_errors.push_back(error_of(Errc::credentials, Reaction::auth, 401));
  const ApplyReport report = apply();
  ASSERT_TRUE(report.ended_by);
  EXPECT_EQ(report.ended_by->code, Errc::credentials);
  EXPECT_EQ(provider.writes, 1);
}

TEST_F(ApplierTest, CountsOnlyImagesOfWhichNothingWasAppliedAsFailures) {
  for (int i = 0; i < 6; ++i) {
    const std::string id = "i" + std::to_string(i);
    provider.add(id);
    entries.push_back(wants(id, {{"bad", "x"}, {"good", "y"}}));
  }
  policy.guards.failures_consecutive = 2;
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (std::ranges::find(step.fields, "bad") != step.fields.end()) return refusal(400, "bad");
    return std::nullopt;
  };
  const ApplyReport report = apply();
  EXPECT_FALSE(report.failures);
  EXPECT_EQ(report.count(Status::partial), 6);
}

TEST_F(ApplierTest, SendsAFieldThatIsDoneNoSecondTime) {
  provider.add("1");
  entries = {wants("1", {{"a", "x"}, {"b", "y"}})};
  provider.steps_per_field = 2;  // no answer shows the image
  std::vector<std::string> bodies;
  provider.answer = [&](const providers::Step& step) -> std::optional<Error> {
    bodies.push_back(step.request.body);
    if (step.request.body.find("\"b\"") != std::string::npos) return refusal(400, "b");
    return std::nullopt;
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::partial), 1);
  EXPECT_EQ(bodies, (std::vector<std::string>{"{}", R"({"a":"x","b":"y"})", "{}", R"({"a":"x"})"}));
}

// Refused whole, then halved.
class HalvedImageTest : public ApplierTest {
 protected:
  HalvedImageTest() {
    provider.add("1");
    entries = {wants("1", {{"a", "x"}, {"b", "y"}})};
  }
  void expect_the_rejection(const ApplyReport& report) {
    EXPECT_EQ(report.count(Status::failed), 1);
    ASSERT_EQ(report.results.size(), 1u);
    EXPECT_EQ(report.results[0].error->status, 400) << describe(*report.results[0].error);
  }
};

TEST_F(HalvedImageTest, FailsWithItsRejectionWhenItsHalvesAreNotSentAfterAStop) {
  provider.answer = [this](const providers::Step&) {
    stop.request();
    return std::optional(refusal(400));
  };
  const ApplyReport report = apply();
  expect_the_rejection(report);
  EXPECT_EQ(report.ended_by->code, Errc::cancelled);
  EXPECT_EQ(provider.writes, 1);
}

TEST_F(HalvedImageTest, FailsWithItsRejectionWhenTheAccountPausesBeforeItsHalves) {
  Error pause = error_of(Errc::throttled, Reaction::throttled);
  pause.settled = true;
  provider.answer = [&](const providers::Step&) { return std::optional(provider.writes == 1 ? refusal(400) : pause); };
  const ApplyReport report = apply();
  expect_the_rejection(report);
  EXPECT_EQ(report.ended_by->code, Errc::throttled);
  EXPECT_EQ(provider.writes, 2);
}

class ImsApplierTest : public ApplierTest {
 protected:
  ImsApplierTest() { provider.set_family("ims"); }
};

TEST_F(ImsApplierTest, ReadsAgainAfterARejection) {
  provider.add("1");
  entries = {wants("1", {{"bad", "x"}, {"good", "y"}})};
  provider.answer = [](const providers::Step& step) -> std::optional<Error> {
    if (std::ranges::find(step.fields, "bad") != step.fields.end()) return refusal(400, "bad");
    return std::nullopt;
  };
  EXPECT_EQ(apply().count(Status::partial), 1);
  EXPECT_EQ(provider.reads, 1) << "what IMS applied of a rejected request is unknown";
}

}  // namespace retouch::reconcile
