#include "retouch/reconcile/apply_pass.hpp"

#include "fake_provider.hpp"
#include "run.hpp"

namespace retouch::reconcile {

namespace {

core::DesiredEntry wants(const std::string& id, std::map<std::string, core::Value> values) {
  core::DesiredEntry entry{.name = "entry-" + id, .place = {"m.yaml", 1, 1}};
  entry.select.ids = {id};
  for (auto& [name, value] : values)
    entry.fields.push_back({.name = name, .value = std::move(value), .place = {"m.yaml", 2, 3}});
  return entry;
}

class ApplyPassTest : public ::testing::Test {
 protected:
  // `count` images, each of which misses `os_distro`.
  void images(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "i" + std::to_string(1000 + i);
      provider.add(id);
      entries.push_back(wants(id, {{"os_distro", "ubuntu"}}));
    }
  }

  ApplyReport apply(ApplyOptions options = {}) {
    std::optional<ApplyReport> report;
    test::run(
        [&]() -> task<void> {
          const Target target{.cloud = "lab", .provider = &provider, .limits = limits, .policy = policy};
          const auto planned = co_await make_plan(target, entries, scope);
          if (!planned) throw std::runtime_error(describe(planned.error()));
          lists_before = provider.lists;
          report = co_await apply_plan(target, *planned, scope, options, clock, stop, log());
        },
        &clock);
    return report ? std::move(*report) : ApplyReport{};
  }

  Log log() {
    return Log([this](const LogRecord& record) { lines.push_back(std::string(record.message)); }, LogLevel::info);
  }

  test::ManualClock clock;
  async::Stop stop;
  test::FakeProvider provider{clock};
  std::vector<core::DesiredEntry> entries;
  config::Limits limits{.concurrency = 4};
  config::Policy policy;
  Scope scope;
  std::vector<std::string> lines;
  int lists_before = 0;
};

Error refusal(int status, std::string field = {}) {
  return {.code = Errc::http_status,
          .reaction = Reaction::permanent,
          .message = "no",
          .status = status,
          .field = std::move(field)};
}

}  // namespace

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

TEST_F(ApplyPassTest, SendsAValueOnceMoreThatAnotherWriterErased) {
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

TEST_F(ApplyPassTest, GivesUpOnAValueThatIsErasedEveryTime) {
  images(1);
  provider.after_answer = [](core::Image& image) { image.attributes.erase("os_distro"); };
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 2);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_NE(report.results.at(0).error->message.find("does not keep"), std::string::npos);
}

TEST_F(ApplyPassTest, ReportsWhatTheCloudAcceptsButDoesNotKeepWithoutSendingItAgain) {
  images(1);
  provider.dropped = {"os_distro"};
  const ApplyReport report = apply();
  EXPECT_EQ(provider.writes, 1);
  EXPECT_EQ(report.count(Status::failed), 1);
  EXPECT_NE(report.results.at(0).error->message.find("does not keep"), std::string::npos);
}

TEST_F(ApplyPassTest, TrustsTheAnswersAloneWhenToldTo) {
  images(1);
  policy.verify = config::Verify::response;
  provider.dropped = {"os_distro"};
  const ApplyReport report = apply();
  EXPECT_EQ(provider.lists, lists_before);
  EXPECT_EQ(report.count(Status::failed), 1);
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

TEST_F(ApplyPassTest, ReportsLostValuesAlsoWhenStopped) {
  images(8);
  provider.before_answer = [&](const providers::Step&) { stop.request(); };
  provider.after_answer = [](core::Image& image) { image.attributes.erase("os_distro"); };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 0);
  EXPECT_EQ(report.count(Status::failed), 4);
}

TEST_F(ApplyPassTest, BelievesAnAnswerThatShowsALossWhenTheClosingListingFails) {
  images(1);
  provider.dropped = {"os_distro"};
  provider.before_answer = [&](const providers::Step&) {
    provider.list_errors.push_back({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"});
  };
  EXPECT_EQ(apply().count(Status::failed), 1);
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

TEST_F(ApplyPassTest, SaysSoWhenTheClosingListingFails) {
  images(1);
  provider.before_answer = [&](const providers::Step&) {
    provider.list_errors.push_back({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"});
  };
  const ApplyReport report = apply();
  EXPECT_EQ(report.count(Status::changed), 1);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("closing listing failed"), std::string::npos);
}

}  // namespace retouch::reconcile
