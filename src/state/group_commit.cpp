#include "retouch/state/group_commit.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "retouch/async/timeout.hpp"

namespace retouch::state {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// A store takes an update kind by kind, so an earlier "forget" would undo a later "remember".
template <class Value>
void take_back(std::vector<core::FieldKey>& earlier, const std::vector<std::pair<core::FieldKey, Value>>& later) {
  std::erase_if(earlier, [&](const core::FieldKey& key) {
    return std::ranges::any_of(later, [&](const auto& each) { return each.first == key; });
  });
}

void merge(core::MemoryUpdate& all, core::MemoryUpdate&& part) {
  take_back(all.forget, part.remember);
  take_back(all.release, part.hold);
  if (part.entries_reset) {
    all.entries.clear();
    all.entries_reset = true;
  }
  append(all.settled, std::move(part.settled));
  append(all.remember, std::move(part.remember));
  append(all.forget, std::move(part.forget));
  append(all.hold, std::move(part.hold));
  append(all.release, std::move(part.release));
  append(all.entries, std::move(part.entries));
  append(all.selected, std::move(part.selected));
}

}  // namespace

GroupCommit::GroupCommit(asio::any_io_executor executor, Store& store, async::Clock& clock, std::string account,
                         std::string cloud)
    : executor_(std::move(executor)),
      store_(store),
      clock_(clock),
      account_(std::move(account)),
      cloud_(std::move(cloud)) {}

void GroupCommit::add(core::MemoryUpdate part) {
  if (failed_) return;
  if (closed_) {
    failed_ = Error{.code = Errc::internal, .message = "a result came after the last commit of its pass"};
    return;
  }
  if (added_++ == taken_) due_ = clock_.now() + longest;
  merge(waiting_, std::move(part));
  if (urgent()) hurry_.notify_all();
  if (std::exchange(writing_, true)) return;
  gate_.spawn(executor_, [this] { return write_until_empty(); });
}

task<Result<void>> GroupCommit::flush() {
  const std::uint64_t goal = added_;
  flush_up_to_ = std::max(flush_up_to_, goal);
  hurry_.notify_all();
  while (!failed_ && written_ < goal) co_await settled_.wait();
  if (failed_) co_return fail(*failed_);
  co_return Result<void>{};
}

task<void> GroupCommit::close() {
  closed_ = true;
  flush_up_to_ = added_;
  hurry_.notify_all();
  co_await gate_.close();
}

task<void> GroupCommit::write_until_empty() {
  try {
    while (!failed_ && added_ > taken_) {
      co_await wait_until_due();
      co_await write_batch();
    }
  } catch (const std::exception& bug) {  // whoever flushes must not wait for ever
    failed_ = Error{.code = Errc::internal, .message = std::string("cannot record what was done: ") + bug.what()};
  }
  writing_ = false;
  settled_.notify_all();
}

task<void> GroupCommit::wait_until_due() {
  auto hurried = [this]() -> task<Result<void>> {
    while (!urgent()) co_await hurry_.wait();
    co_return Result<void>{};
  };
  if (urgent()) co_return;
  // Timed out or hurried: either way it is time.
  [[maybe_unused]] const auto why = co_await async::with_deadline(clock_, due_, hurried(), "reason to hurry");
}

task<void> GroupCommit::write_batch() {
  const std::uint64_t last = taken_ = added_;
  core::MemoryUpdate batch = std::exchange(waiting_, {});
  MemoryOf what{account_, cloud_, clock_.wall()};
  auto committed = co_await store_.commit(std::move(what), std::move(batch));
  if (committed) {
    written_ = last;
  } else {
    failed_ = std::move(committed).error();
  }
  settled_.notify_all();
}

}  // namespace retouch::state
