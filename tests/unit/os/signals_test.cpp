#include "retouch/os/signals.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <memory>

namespace retouch::os {
namespace {

// Runs what is ready, and waits for it at most so long: the signal takes its way through a pipe.
void run_until(asio::io_context& io, const bool& done) {
  for (int i = 0; i < 100 && !done; ++i) io.run_one_for(std::chrono::milliseconds(300));
}

TEST(ReloadOnSignal, EverySighupAsksOnce) {
  asio::io_context io;
  int asked = 0;
  bool once = false, twice = false;
  const ReloadOnSignal reload(io.get_executor(), [&] {
    ++asked;
    once = true;
    twice = asked == 2;
  });
  std::raise(SIGHUP);
  run_until(io, once);
  EXPECT_EQ(asked, 1);
  std::raise(SIGHUP);
  run_until(io, twice);
  EXPECT_EQ(asked, 2);
}

TEST(ReloadOnSignal, MayEndItself) {
  asio::io_context io;
  std::unique_ptr<ReloadOnSignal> reload;
  bool called = false;
  reload = std::make_unique<ReloadOnSignal>(io.get_executor(), [&called, &reload] {
    reload.reset();
    called = true;
  });
  std::raise(SIGHUP);
  run_until(io, called);
  EXPECT_TRUE(called);
  io.run();  // nothing is left to wait for
}

TEST(ReloadOnSignal, AsksNobodyAfterItsEnd) {
  asio::io_context io;
  int asked = 0;
  {
    const ReloadOnSignal reload(io.get_executor(), [&] { ++asked; });
    std::raise(SIGHUP);
  }
  io.run();
  EXPECT_EQ(asked, 0);
}

TEST(StopOnSignals, SigtermRequestsTheStop) {
  asio::io_context io;
  async::Stop stop;
  const StopOnSignals signals(io.get_executor(), stop);
  std::raise(SIGTERM);
  for (int i = 0; i < 100 && !stop.requested(); ++i) io.run_one_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(stop.requested());
  EXPECT_EQ(signals.seen(), SIGTERM);
}

}  // namespace
}  // namespace retouch::os
