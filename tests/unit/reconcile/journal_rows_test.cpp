// What the rows of the journal say when the way of an image was not straight.
#include <boost/asio/this_coro.hpp>

#include "../../../src/reconcile/pass_journal.hpp"
#include "apply_fixture.hpp"
#include "fake_store.hpp"

namespace retouch::reconcile {

using core::ChangeStatus;
using test_fixture::ApplyPassTest;

namespace {

class JournalRows : public ApplyPassTest {
 protected:
  ApplyReport journalled() {
    std::optional<ApplyReport> report;
    test::run(
        [&]() -> task<void> {
          const Target target{.cloud = "lab", .provider = &provider, .limits = limits, .policy = policy};
          auto recall = [&]() -> task<Result<Recollection>> {
            co_return Recollection{.memory = std::make_shared<const core::Memory>(memory), .now = clock.wall()};
          };
          const auto planned = co_await make_plan(target, entries, scope, recall);
          if (!planned) throw std::runtime_error(describe(planned.error()));
          RunJournal journal_of_run(store, {.id = "r1", .verb = "apply"});
          const auto executor = co_await asio::this_coro::executor;
          const auto journal =
              make_pass_journal(executor, journal_of_run,
                                {.cloud = "lab", .account = "account", .memory = planned->recollection.memory}, clock);
          report = co_await apply_plan(target, *planned, scope, {.journal = journal.get()}, clock, stop, log());
        },
        &clock);
    return report ? std::move(*report) : ApplyReport{};
  }
  std::vector<ChangeStatus> statuses() {
    std::vector<ChangeStatus> all;
    for (const auto& change : store.change_records) all.push_back(change.status);
    return all;
  }
  // Somebody else writes while our request is on its way, and it comes to this.
  void meanwhile(const std::string& value, Error error) {
    auto once = std::make_shared<bool>(true);
    provider.answer = [this, value, error, once](const providers::Step& step) -> std::optional<Error> {
      if (!std::exchange(*once, false)) return std::nullopt;
      provider.images[step.image_id].attributes["os_distro"] = value;
      return error;
    };
  }

  core::Memory memory;
  test::FakeStore store;
};

const Error conflict{.code = Errc::http_status, .reaction = Reaction::conflict, .message = "409", .status = 409};
const Error lost{.code = Errc::closed, .reaction = Reaction::uncertain, .message = "no answer"};

}  // namespace

TEST_F(JournalRows, WhatIsPlannedAnewIsIntendedAnew) {
  images(1);
  meanwhile("debian", conflict);
  journalled();
  EXPECT_EQ(statuses(), (std::vector{ChangeStatus::skipped, ChangeStatus::applied}));
  EXPECT_TRUE(core::is_absent(store.change_records[0].change.before));
  EXPECT_EQ(core::to_text(store.change_records.at(1).change.before), "\"debian\"");
  EXPECT_EQ(std::ranges::count(store.calls, "intend"), 2);
}

TEST_F(JournalRows, AFirstRequestWithoutAnAnswerStaysUncertainWhenItIsPlannedAnew) {
  images(1);
  meanwhile("debian", lost);
  journalled();
  EXPECT_EQ(statuses(), (std::vector{ChangeStatus::uncertain, ChangeStatus::applied}));
}

TEST_F(JournalRows, WhatHasNotMovedIsNotIntendedTwice) {
  images(1);
  bool first = true;
  provider.answer = [&](const providers::Step&) {
    return std::exchange(first, false) ? std::optional(lost) : std::nullopt;
  };
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::applied});
  EXPECT_EQ(std::ranges::count(store.calls, "intend"), 1);
}

TEST_F(JournalRows, NothingLeavesWhoseNewIntentCannotBeCommitted) {
  images(3);
  limits.concurrency = 1;
  meanwhile("debian", conflict);
  provider.before_answer = [&](const providers::Step&) {
    store.failing["intend"] = {.code = Errc::io, .message = "the disk is full"};
  };
  const ApplyReport report = journalled();
  EXPECT_EQ(provider.writes, 1);
  ASSERT_TRUE(report.ended_by);
  EXPECT_EQ(report.ended_by->message, "the disk is full");
  EXPECT_EQ(report.count(Status::changed), 0);
}

TEST_F(JournalRows, WhatSomebodyElseHasMadeSoIsSkippedAndNotOurs) {
  images(1);
  meanwhile("ubuntu", conflict);
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::skipped});
  EXPECT_EQ(store.change_records[0].error, "it was so already");
  EXPECT_TRUE(store.images["account"].empty());
}

TEST_F(JournalRows, ALostAnswerThatNobodyCouldLookAfterIsUncertain) {
  images(1);
  provider.answer = [](const providers::Step&) { return std::optional(lost); };
  for (int i = 0; i < 5; ++i)
    provider.read_errors.push_back({.code = Errc::connect, .reaction = Reaction::transient, .message = "down"});
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::uncertain});
}

TEST_F(JournalRows, WhatIsRejectedAfterALostAnswerIsStillUncertain) {
  images(1);
  int writes = 0;
  provider.answer = [&](const providers::Step&) {
    return std::optional(++writes == 1 ? lost : test_fixture::refusal(400));
  };
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::uncertain});
}

TEST_F(JournalRows, WhatFailsBetweenItsTwoStepsIsUncertain) {
  images(1);
  provider.steps_per_field = 2;
  int writes = 0;
  provider.answer = [&](const providers::Step&) {
    return ++writes == 1 ? std::nullopt : std::optional(test_fixture::refusal(400));
  };
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::uncertain}) << "the old tags are gone, the new ones were refused";
}

TEST_F(JournalRows, AKeyThatNobodyAsksForAnyMoreIsForgottenOnceItIsGone) {
  provider.add("i1", {{"stray", "x"}});
  core::DesiredEntry entry = test_fixture::wants("i1", {});
  entry.manage.properties = core::Manage::exact;
  entries.push_back(entry);
  memory.images["i1"].fields["stray"] = {.wish = {.value = "x"}, .ours = "x", .entry = entry.name};
  store.images["account"] = memory.images;
  journalled();
  EXPECT_EQ(statuses(), std::vector{ChangeStatus::applied});
  EXPECT_FALSE(store.images["account"]["i1"].fields.contains("stray"));
}

TEST_F(JournalRows, AValueThatIsLostAgainIsRememberedAsNotKeptUnlessItOpensTheImage) {
  for (const std::string field : {"os_distro", "visibility"}) {
    provider.images.clear();
    entries.clear();
    store = {};
    provider.add("i1", {{"visibility", "public"}, {"os_distro", "plan9"}});
    entries.push_back(test_fixture::wants("i1", {{field, core::Value{"private"}}}));
    provider.after_answer = [&](core::Image& image) { image.attributes[field] = "public"; };  // another writer
    journalled();
    ASSERT_EQ(store.change_records.size(), 2u) << "sent, lost, sent once more";
    EXPECT_EQ(store.change_records[1].status, ChangeStatus::not_kept);
    const core::Remembered& known = store.images["account"]["i1"].fields[field];
    EXPECT_EQ(known.kept_instead.has_value(), field == "os_distro") << field;
  }
}

}  // namespace retouch::reconcile
