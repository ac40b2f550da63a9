// The one connection of a store is used by all threads of the pool in turn: what ThreadSanitizer is to see.
#include "retouch/async/join.hpp"
#include "store_fixture.hpp"

namespace retouch::state {

TEST(StoreThreads, ManyWriteAndReadAtOnce) {
  const test::TemporaryDirectory directory;
  const auto pool = async::make_thread_pool(2);
  int written = 0;
  test::run([&]() -> task<void> {
    const auto store = (co_await open_store(directory.text(), Open::write, *pool)).value();
    EXPECT_TRUE(co_await store->begin(a_run()));
    auto writes = [&]() -> task<void> {
      for (int i = 0; i < 5; ++i) {
        std::vector<core::ChangeRecord> intents{a_change("i" + std::to_string(i))};
        const auto intended = co_await store->intend(std::move(intents));
        if (!intended) continue;
        core::MemoryUpdate update{.settled = {{intended->at(0).id, core::ChangeStatus::applied, at(), "req-1", ""}}};
        const auto done = co_await store->commit(of_lab(), std::move(update));
        if (done) ++written;
      }
    };
    auto reads = [&]() -> task<void> {
      for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(co_await store->recall(of_lab()));
        EXPECT_TRUE(co_await store->runs({}));
      }
    };
    co_await async::join_all({writes, reads, writes, reads});
    const auto runs = co_await store->runs({});
    EXPECT_EQ(runs->at(0).applied, written);
  });
  EXPECT_EQ(written, 10);
}

}  // namespace retouch::state
