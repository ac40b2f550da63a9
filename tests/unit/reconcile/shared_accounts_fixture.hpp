// Several Passes of one process beside each other, as the daemon has them: one a cloud, with accounts that they share.
#pragma once

#include "journal_fixture.hpp"

namespace retouch::reconcile::test_fixture {

class SharedAccountsTest : public JournalTest {
 protected:
  std::unique_ptr<Passes> over(const std::string& cloud) { return remembering({.accounts = &accounts}, cloud); }
  task<void> locked(Passes& all) {
    co_await all.open();
    co_await all.lock("/locks", "us", {});
  }
  task<void> whole_pass(std::string cloud) {
    const auto all = over(cloud);
    co_await locked(*all);
    co_await all->plan();
    if (all->anything_to_send()) co_await all->apply(nullptr);
    EXPECT_TRUE(co_await all->record());
    for (const CloudPass& pass : all->clouds()) EXPECT_FALSE(pass.error) << describe(*pass.error);
  }

  // The entry of image 1 on this cloud has one tag in it, and nothing else.
  void wants_tag(const std::string& cloud_name, const std::string& tag) {
    desired.entries[cloud_name].at(0).fields = {{.name = "tags", .value = core::List{tag}, .place = {"m.yaml", 1, 5}}};
  }

  Accounts accounts;
};

}  // namespace retouch::reconcile::test_fixture
