// How fast passes with the same account or the same credential ask together, also over a reload.
#include "shared_accounts_fixture.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;

namespace {

class SharedPaceTest : public test_fixture::SharedAccountsTest {};

struct Counting final : http::Observer {
  int reads = 0, writes = 0, logins = 0;
  void attempted(http::RequestClass cls, int, Duration) override {
    ++(cls == http::RequestClass::read ? reads : cls == http::RequestClass::write ? writes : logins);
  }
};

}  // namespace

TEST_F(SharedPaceTest, TheyShareLimitsAlsoOneAfterTheOther) {
  add("a", {1, 2, 3, 4, 5, 6}).limits = {.requests = 1, .reads = 1, .writes = 1, .burst = 1, .concurrency = 1};
  run([&]() -> task<void> {
    co_await whole_pass("a");
    const Mono before = clock.now();
    co_await whole_pass("a");
    EXPECT_GE(clock.now() - before, Duration(1s)) << "a limiter of its own would let the first one go at once";
  });
}

TEST_F(SharedPaceTest, RenewedLimitsCountAsSoonAsNobodyUsesTheAccount) {
  config::Cloud& cloud_a = add("a", {1});
  cloud_a.limits = {.requests = 5, .reads = 5, .writes = 5, .burst = 1, .concurrency = 1};
  run([&]() -> task<void> {
    co_await whole_pass("a");
    cloud_a.limits.reads = cloud_a.limits.requests = 50;
    const auto reads = [&]() -> task<double> {
      const auto all = over("a");
      co_await all->open();
      co_return all->clouds()[0].session->rates(clock.now()).reads;
    };
    EXPECT_EQ(co_await reads(), 5) << "limits only narrow while nobody says otherwise";
    const auto user = over("a");
    co_await user->open();
    accounts.renew();
    EXPECT_EQ(co_await reads(), 5) << "the other one still uses it";
    for (CloudPass& pass : user->clouds()) pass.session.reset();
    EXPECT_EQ(co_await reads(), 50);
  });
}

TEST_F(SharedPaceTest, ARenewalGivesNoSecondBurst) {
  add("a", {1}).limits = {.requests = 1, .reads = 1, .writes = 1, .burst = 4, .concurrency = 1};
  run([&]() -> task<void> {
    const Mono before = clock.now();
    for (int i = 0; i < 4; ++i) {  // two readings each
      co_await whole_pass("a");
      accounts.renew();
    }
    EXPECT_GE(clock.now() - before, Duration(3s));
  });
}

// A reload while the identity service drops connections would send a login too many each time.
TEST_F(SharedPaceTest, ARenewalGivesNoSecondLoginAtOnce) {
  add("a", {1});
  run([&]() -> task<void> {
    const Mono before = clock.now();
    for (int i = 0; i < 3; ++i) {  // nothing is kept on disk, so each one logs in
      co_await over("a")->open();
      accounts.renew();
    }
    EXPECT_GE(clock.now() - before, Duration(2s)) << "one a second";
    EXPECT_EQ(cloud.log().count({.method = "POST"}), 3U);
  });
}

TEST_F(SharedPaceTest, CloudsOfOneCredentialShareThePaceOfItsLogins) {
  add("a", {1});
  add("b", {2});
  run([&]() -> task<void> {
    const auto first = over("a"), second = over("b");
    co_await first->open();
    const Mono before = clock.now();
    co_await second->open();
    EXPECT_GE(clock.now() - before, Duration(1s));
  });
}

TEST_F(SharedPaceTest, APauseThatTheServerAskedForOutlivesARenewal) {
  add("a", {1});
  run([&]() -> task<void> {
    fault(R"({"kind":"status","status":429,"retry_after":"300","method":"GET","service":"image","times":1})");
    for (int i = 0; i < 2; ++i) {  // the second one would find the cloud well
      const auto all = over("a");
      co_await all->open();
      co_await all->plan();
      const std::optional<Error>& error = all->clouds()[0].error;
      EXPECT_TRUE(error && error->reaction == Reaction::throttled) << i;
      accounts.renew();
    }
    co_await clock.sleep_for(5min);
    co_await whole_pass("a");
  });
}

TEST_F(SharedPaceTest, TheObserverOfTheFirstCloudSeesTheRequestsOfTheAccount) {
  add("a", {1});
  add("b", {2});
  std::map<std::string, Counting> observers;
  world.observer = [&](const std::string& cloud) { return &observers[cloud]; };
  run([&]() -> task<void> {
    co_await whole_pass("a");
    co_await whole_pass("b");
  });
  EXPECT_EQ(observers["a"].writes, 2);
  EXPECT_EQ(observers["b"].writes, 0);
  EXPECT_EQ(observers["a"].logins, 1);
  EXPECT_GT(observers["a"].reads, 3);
}

}  // namespace retouch::reconcile
