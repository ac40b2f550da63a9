#include "retouch/async/semaphore.hpp"

#include "retouch/async/join.hpp"
#include "run.hpp"

namespace retouch::async {

TEST(Semaphore, NeverLetsMoreInThanItHasPermits) {
  test::ManualClock clock;
  std::size_t inside = 0;
  std::size_t most = 0;
  test::run(
      [&]() -> task<void> {
        Semaphore semaphore(3);
        std::vector<std::function<task<void>()>> work;
        for (int i = 0; i < 20; ++i) {
          work.emplace_back([&]() -> task<void> {
            const auto permit = co_await semaphore.acquire();
            most = std::max(most, ++inside);
            co_await clock.sleep_for(std::chrono::seconds(1));
            --inside;
          });
        }
        co_await join_all(std::move(work));
        EXPECT_EQ(semaphore.available(), 3u);
      },
      &clock);
  EXPECT_EQ(most, 3u);
}

}  // namespace retouch::async
