// The store as other layers open it, on a pool of threads.
#include <fmt/format.h>

#include "retouch/async/join.hpp"
#include "retouch/state/store.hpp"
#include "sqlite/open.hpp"
#include "store_fixture.hpp"

namespace retouch::state {

namespace {

class StoreOpenTest : public ::testing::Test {
 protected:
  task<Result<std::unique_ptr<Store>>> open(Open how) { return open_store(directory.text(), how, *blocking); }

  test::TemporaryDirectory directory;
  std::unique_ptr<async::Blocking> blocking = async::make_thread_pool(2);
};

}  // namespace

TEST_F(StoreOpenTest, IsNullWhenThereIsNothingToRead) { EXPECT_EQ(test::done(open(Open::read)), nullptr); }

TEST_F(StoreOpenTest, KeepsWhatWasWrittenUntilTheNextTime) {
  test::done(test::done(open(Open::write))->begin(a_run()));
  EXPECT_EQ(test::done(test::done(open(Open::read))->runs({})), std::vector<core::RunRecord>{a_run()});
}

TEST_F(StoreOpenTest, PassesErrorsOn) {
  std::filesystem::create_directory(directory / state_file);
  EXPECT_EQ(test::attempt(open(Open::write)).error().code, Errc::untrusted);
  EXPECT_EQ(test::attempt(open(Open::read)).error().code, Errc::untrusted);
}

TEST_F(StoreOpenTest, WritesNothingIntoAFileThatANewerProgramMigratedMeanwhile) {
  const auto store = test::done(open(Open::write));
  const auto newer = sqlite::open_database(directory.text(), Open::write).value();
  newer->script("PRAGMA user_version = 99").value();
  const auto begun = test::attempt(store->begin(a_run()));
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::invalid_input);
  EXPECT_NE(begun.error().message.find("restart"), std::string::npos);
  newer->script(fmt::format("PRAGMA user_version = {}", sqlite::newest(sqlite::migrations())).c_str()).value();
  EXPECT_TRUE(test::done(store->runs({})).empty());
}

TEST_F(StoreOpenTest, TakesCallsOfManyCoroutinesOneAtATime) {
  const auto store = test::done(open(Open::write));
  test::done(store->begin(a_run()));
  int intended = 0;
  test::run([&]() -> task<void> {
    std::vector<std::function<task<void>()>> writers;
    for (int i = 0; i < 20; ++i) {
      writers.push_back([&]() -> task<void> {
        const auto intents = co_await store->intend({a_change(), a_change()});
        const auto memory = co_await store->recall(of_lab());
        if (intents && memory) intended += static_cast<int>(intents->size());
      });
    }
    co_await async::join_all(std::move(writers));
  });
  EXPECT_EQ(intended, 40);
  EXPECT_EQ(test::done(store->changes({.open = true})).size(), 40u);
}

}  // namespace retouch::state
