// Results of a pass on their way into the store: a commit costs a sync of the disk, so they share one.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/async/gate.hpp"
#include "retouch/state/store.hpp"

namespace retouch::state {

// What is added together is committed together, at the latest `longest` after the first of it, or at once when
// `most_rows` wait. After a commit that failed nothing more is written, and whoever sends looks at failed() and stops.
// Of two parts about the same field the later one counts. Must be closed before it goes.
class GroupCommit {
 public:
  static constexpr Duration longest = std::chrono::milliseconds(100);
  static constexpr std::size_t most_rows = 256;

  // `executor` is that of the coroutines that use it; store and clock outlive it.
  GroupCommit(asio::any_io_executor executor, Store& store, async::Clock& clock, std::string account,
              std::string cloud);

  void add(core::MemoryUpdate part);
  const std::optional<Error>& failed() const { return failed_; }
  // Commits at once what was added so far; returns when it is on the disk, or with the error that stopped it.
  task<Result<void>> flush();
  // Flushes, and waits until nothing runs any more. What is added afterwards is lost, and failed() says so.
  task<void> close();

 private:
  task<void> write_until_empty();
  task<void> wait_until_due();
  task<void> write_batch();
  bool urgent() const { return flush_up_to_ > taken_ || waiting_.rows() >= most_rows; }

  asio::any_io_executor executor_;
  Store& store_;
  async::Clock& clock_;
  std::string account_;
  std::string cloud_;

  core::MemoryUpdate waiting_;
  Mono due_{};               // of what waits
  std::uint64_t added_ = 0;  // parts, counted: added, taken into a commit, committed
  std::uint64_t taken_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t flush_up_to_ = 0;
  bool writing_ = false;  // write_until_empty runs
  bool closed_ = false;
  std::optional<Error> failed_;
  async::Condition hurry_;    // more waits, or somebody flushes
  async::Condition settled_;  // a commit ended
  async::Gate gate_;
};

}  // namespace retouch::state
