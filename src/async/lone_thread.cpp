#include "retouch/async/lone_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace retouch::async {

struct LoneThread::State {
  std::mutex mutex;  // over the next three; `changed` belongs to the loop's thread
  bool finished = false;
  int attending = 0;
  std::optional<asio::executor_work_guard<asio::any_io_executor>> loop;  // while somebody attends
  Condition changed;

  // On the lone thread. Whoever attends cannot leave before the post is made, so the loop is still there.
  static void finish(const std::shared_ptr<State>& state) {
    const std::scoped_lock lock(state->mutex);
    state->finished = true;
    if (state->loop) asio::post(state->loop->get_executor(), [state] { state->changed.notify_all(); });
  }
};

Result<std::shared_ptr<LoneThread>> LoneThread::start(std::function<void()> work) {
  auto state = std::make_shared<State>();
  try {
    std::thread([state, work = std::move(work)] {
      try {
        work();
      } catch (...) {  // out of a thread it would end the process; who waits sees that the work left nothing behind
      }
      State::finish(state);
    }).detach();
  } catch (const std::system_error& error) {
    return fail(Errc::io, std::string("cannot start a thread: ") + error.what(), Reaction::transient);
  }
  return std::shared_ptr<LoneThread>(new LoneThread(std::move(state)));
}

bool LoneThread::finished() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->finished;
}

Condition& LoneThread::changed() { return state_->changed; }

LoneThread::Attention::Attention(LoneThread& thread, const asio::any_io_executor& executor) : thread_(thread) {
  const std::scoped_lock lock(thread_.state_->mutex);
  if (thread_.state_->attending++ == 0) thread_.state_->loop.emplace(executor);
}

LoneThread::Attention::~Attention() {
  const std::scoped_lock lock(thread_.state_->mutex);
  if (--thread_.state_->attending == 0) thread_.state_->loop.reset();
}

}  // namespace retouch::async
