#include "run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>

namespace retouch::test {

namespace {

constexpr auto real_deadline = std::chrono::seconds(10);

// Lets the loop run until it is out of work, or nothing happened and no simulated time is left to jump over.
void drive(asio::io_context& io, ManualClock* clock) {
  const auto give_up = std::chrono::steady_clock::now() + real_deadline;
  while (std::chrono::steady_clock::now() < give_up) {
    if (clock == nullptr) {
      io.run_until(give_up);
      return;
    }
    io.restart();
    if (io.poll() > 0) continue;
    if (clock->advance_to_next()) continue;
    if (io.stopped()) return;
    io.run_one_for(std::chrono::milliseconds(20));  // a thread pool may still owe us an answer
  }
}

}  // namespace

void run(const std::function<task<void>()>& body, ManualClock* clock) {
  asio::io_context io(1);
  bool finished = false;
  std::exception_ptr failure;
  asio::co_spawn(io, body, [&](std::exception_ptr error) {
    finished = true;
    failure = error;
  });
  drive(io, clock);
  if (!finished) {
    ADD_FAILURE() << "the coroutine has not ended: it waits for something that never comes";
    return;
  }
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& problem) {
      ADD_FAILURE() << "the coroutine threw: " << problem.what();
    }
  }
  io.restart();
  io.poll();
  EXPECT_TRUE(io.stopped()) << "the coroutine left work behind";
}

}  // namespace retouch::test
