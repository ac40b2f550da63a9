// Passes beside each other: who holds the lock of their account, who writes, and what the others then see.
#include "retouch/async/join.hpp"
#include "shared_accounts_fixture.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;
using core::ChangeStatus;
using test_fixture::SharedAccountsTest;

TEST_F(SharedAccountsTest, PassesBesideEachOtherShareTheLockOfTheirAccount) {
  add("a", {1});
  add("b", {2});
  run([&]() -> task<void> {
    auto first = over("a");
    auto second = over("b");
    blocking.takes = 1s;  // the second asks while the first one's lock is being taken
    co_await async::join_all(
        {[&]() -> task<void> { co_await locked(*first); }, [&]() -> task<void> { co_await locked(*second); }});
    for (const auto* all : {first.get(), second.get()}) EXPECT_FALSE(all->any_failed());
    EXPECT_TRUE(first->clouds()[0].lock);
    EXPECT_EQ(first->clouds()[0].lock, second->clouds()[0].lock);

    const auto stranger = remembering({}, "a");
    co_await locked(*stranger);
    EXPECT_TRUE(stranger->any_failed()) << "who does not share the accounts is another process";
    first.reset();
    const auto still = remembering({}, "a");
    co_await locked(*still);
    EXPECT_TRUE(still->any_failed()) << "held until the last of them is gone";
    second.reset();
    const auto next = remembering({}, "a");
    co_await locked(*next);
    EXPECT_FALSE(next->any_failed());
  });
}

TEST_F(SharedAccountsTest, TheyWriteToAnAccountInTurn) {
  add("a", {1, 2});
  add("b", {3, 4});
  slow_down(1s);
  run([&]() -> task<void> {
    co_await async::join_all(
        {[&]() -> task<void> { co_await whole_pass("a"); }, [&]() -> task<void> { co_await whole_pass("b"); }});
    EXPECT_EQ(patches(), 4u);
    EXPECT_EQ(statuses(), std::vector<ChangeStatus>(4, ChangeStatus::applied));
  });
}

TEST_F(SharedAccountsTest, WhatAnotherPassIsDoingIsNoDeadProcesss) {
  add("a", {1, 2});
  add("b", {1});  // sees an image that the other is changing
  desired.entries["b"].at(0).fields.at(0).name = "os_version";
  run([&]() -> task<void> {
    const auto first = over("a");
    co_await locked(*first);
    co_await first->plan();
    slow_down(1s);
    co_await async::join_all({[&]() -> task<void> { co_await first->apply(nullptr); },
                              [&]() -> task<void> {
                                co_await clock.sleep_for(100ms);
                                const auto second = over("b");
                                co_await locked(*second);
                                co_await second->plan();
                                EXPECT_FALSE(store.change_records.empty());
                                for (const auto& change : store.change_records) {
                                  EXPECT_NE(change.status, ChangeStatus::not_found);
                                  EXPECT_NE(change.status, ChangeStatus::found);
                                }
                              }});
    EXPECT_EQ(statuses(), std::vector<ChangeStatus>(2, ChangeStatus::applied));
  });
}

TEST_F(SharedAccountsTest, KnowsTheEntriesOfOtherClouds) {
  add("a", {1});
  core::Remembered elsewhere{.entry = "on-another-cloud"};
  run([&]() -> task<void> {
    auto names = std::make_shared<std::set<std::string, std::less<>>>();
    names->insert("on-another-cloud");
    const auto all = remembering({.accounts = &accounts, .all_entries = names}, "a");
    co_await all->open();
    co_await all->plan();
    EXPECT_EQ(all->clouds()[0].planned->recollection.all_entries, names);
  });
}

TEST_F(SharedAccountsTest, ACloudThatIsOnlyReadIsNeverWrittenTo) {
  add("a", {1});
  run([&]() -> task<void> {
    const auto all = over("a");
    co_await all->open({.by_hand = false, .read_only = true});
    co_await all->plan();
    EXPECT_TRUE(all->anything_to_send());
    co_await all->apply(nullptr);
    EXPECT_EQ(patches(), 0u);
    const ApplyReport& report = *all->clouds()[0].report;
    EXPECT_EQ(report.count(Status::failed), 1);
    EXPECT_NE(report.results.at(0).error->message.find("only read"), std::string::npos);
  });
}

TEST_F(SharedAccountsTest, TwoCloudsOfAnAccountDoNotTakeEachOthersItemsOutOfAList) {
  add("a", {1});
  add("b", {1});
  wants_tag("a", "from-a");
  wants_tag("b", "from-b");
  run([&]() -> task<void> {
    const auto all = co_await applied();
    EXPECT_EQ(all->apply_exit_code(), exit_ok);
    EXPECT_EQ(patches(), 2u);
    EXPECT_EQ(live(1).attributes.at("tags"), Json::parse(R"(["from-a","from-b"])"));
    EXPECT_EQ(statuses(), std::vector<ChangeStatus>(2, ChangeStatus::applied));
    co_await applied();
    EXPECT_EQ(patches(), 2u) << "and both are content";
  });
}

TEST_F(SharedAccountsTest, NorDoPassesBesideEachOther) {
  add("a", {1});
  add("b", {1});
  wants_tag("a", "from-a");
  wants_tag("b", "from-b");
  slow_down(1s);
  run([&]() -> task<void> {
    co_await async::join_all(
        {[&]() -> task<void> { co_await whole_pass("a"); }, [&]() -> task<void> { co_await whole_pass("b"); }});
    EXPECT_EQ(live(1).attributes.at("tags"), Json::parse(R"(["from-a","from-b"])"));
  });
}

TEST_F(SharedAccountsTest, ThePlanThatIsMadeAnewIsJudgedByTheGuardsAgain) {
  add("a", {1});
  config::Cloud& b = add("b", {1, 2, 3});
  wants_tag("a", "from-a");
  set_live(1, "os_distro", "ubuntu");
  set_live(3, "os_distro", "ubuntu");
  b.policy.guards = {.changed_percent = 50, .percent_from_images = 1};
  run([&]() -> task<void> {
    const auto all = remembering({.accounts = &accounts});
    co_await locked(*all);
    co_await all->plan();
    EXPECT_EQ(all->clouds().at(1).planned->plan.outcome, core::Outcome::changes) << "one image of three";
    co_await all->apply(nullptr);
    EXPECT_EQ(patches(), 1u) << "with the one that the other cloud changed it is two of three";
    EXPECT_EQ(all->clouds()[1].planned->plan.outcome, core::Outcome::refused);
    EXPECT_EQ(all->apply_exit_code(), exit_partial);
  });
}

TEST_F(SharedAccountsTest, ThePlanThatIsMadeAnewSendsNothingThatNobodyHasSeen) {
  add("a", {1});
  add("b", {2, 3, 4});
  run([&]() -> task<void> {
    const auto all = remembering({.accounts = &accounts});
    co_await locked(*all);
    co_await all->plan();
    all->limit(2);
    co_await all->apply(nullptr);
    EXPECT_EQ(patches(), 2u);
    const std::vector<std::string> warnings = all->document().clouds.at(1).warnings;
    EXPECT_TRUE(std::ranges::any_of(warnings, [](const auto& line) { return line.contains("--limit 1"); }));
  });
}

TEST_F(SharedAccountsTest, APlanThatCannotBeMadeAnewIsNotApplied) {
  add("a", {1});
  add("b", {2}).policy.deadline = 10s;
  run([&]() -> task<void> {
    const auto all = remembering({.accounts = &accounts});
    co_await locked(*all);
    co_await all->plan();
    fault(R"({"kind":"hang","method":"GET"})");
    configured[0]->policy.verify = config::Verify::response;
    co_await all->apply(nullptr);
    EXPECT_EQ(patches(), 1u);
    EXPECT_TRUE(all->clouds().at(1).error);
  });
}

}  // namespace retouch::reconcile
