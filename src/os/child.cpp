#include "retouch/os/child.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>

#include "retouch/async/join.hpp"
#include "retouch/async/timeout.hpp"
#include "spawn.hpp"

namespace retouch::os {
namespace {

using Stream = asio::posix::stream_descriptor;

constexpr auto grace = std::chrono::seconds(2);

class Child {
 public:
  Child(const asio::any_io_executor& executor, Spawned spawned, Command command)
      : command_(std::move(command)),
        pid_(spawned.pid),
        process_(executor, spawned.process.release()),
        input_(executor, asio::local::stream_protocol(), spawned.input.release()),
        output_(executor, spawned.output.release()),
        errors_(executor, spawned.errors.release()) {
    // Asio has to know it itself: otherwise a read_some() that finds nothing waits in poll() for more.
    for (Stream* stream : {&output_, &errors_}) stream->non_blocking(true);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!reaped_) kill_group(SIGKILL);  // its frame was destroyed: the process is about to end itself
  }

  // Until the program has ended by itself, or said too much and was killed. Its leftovers are still there.
  task<Result<void>> work() {
    std::vector<std::function<task<void>()>> parts;
    parts.emplace_back([this] { return feed(); });
    parts.emplace_back([this] { return take(output_, finished_.out); });
    parts.emplace_back([this] { return take(errors_, finished_.err); });
    parts.emplace_back([this] { return watch(); });
    co_await async::join_all(std::move(parts));
    co_return Result<void>{};
  }

  // Ends what is left of the group, and of the program what the kernel keeps of it.
  task<void> end(async::Clock& clock) {
    if (!ended()) {
      kill_group(SIGTERM);
      const auto killed_at = clock.now() + grace;
      auto wait = wait_for_end();
      co_await async::with_deadline(clock, killed_at, std::move(wait), "end of the process");
    }
    kill_group(SIGKILL);  // while the leader is not reaped, its id cannot be another group's
    if (!ended()) co_await wait_for_end();
    drain(output_, finished_.out);
    drain(errors_, finished_.err);
    reap();
  }

  bool said_too_much() const { return too_much_; }
  Finished take_result() { return std::move(finished_); }

 private:
  task<void> feed() {
    auto data = asio::buffer(command_.input);
    if (data.size() > 0) co_await asio::async_write(input_, data, async::use_tuple);  // EPIPE: it does not want it
    boost::system::error_code ignored;
    input_.close(ignored);
  }

  task<void> take(Stream& stream, std::string& into) {
    std::array<char, 16384> buffer;
    while (!abandoned_) {
      const auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), async::use_tuple);
      if (error || !add(into, {buffer.data(), size})) co_return;
    }
  }

  bool add(std::string& into, std::string_view text) {
    if (into.size() + text.size() > command_.max_output) {
      too_much_ = true;
      kill_group(SIGTERM);
      abandon();
      return false;
    }
    into += text;
    return true;
  }

  // What was written before the end is in the pipe; somebody of another group may hold it open for ever.
  void drain(Stream& stream, std::string& into) {
    std::array<char, 16384> buffer;
    boost::system::error_code error;
    while (!too_much_ && !error && stream.is_open()) {
      const auto size = stream.read_some(asio::buffer(buffer), error);
      if (!error) add(into, {buffer.data(), size});
    }
  }

  task<void> watch() {
    co_await process_.async_wait(Stream::wait_read, async::use_tuple);
    abandon();
  }
  task<Result<void>> wait_for_end() {
    co_await process_.async_wait(Stream::wait_read, async::use_tuple);
    co_return Result<void>{};
  }

  // Cancelling ends what waits; a read that has its data already, and only was not told yet, must not begin another.
  void abandon() {
    abandoned_ = true;
    boost::system::error_code ignored;
    for (Stream* stream : {&process_, &output_, &errors_}) stream->cancel(ignored);
    if (input_.is_open()) input_.cancel(ignored);
  }

  bool ended() {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
  }
  void kill_group(int signal) { ::kill(-pid_, signal); }

  void reap() {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) == 0 && info.si_pid == pid_) {
      finished_.status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    }
    reaped_ = true;
  }

  Command command_;
  pid_t pid_;
  Stream process_;
  asio::local::stream_protocol::socket input_;  // no pipe: writing to one whose reader is gone raises SIGPIPE
  Stream output_, errors_;
  Finished finished_;
  bool too_much_ = false;
  bool abandoned_ = false;
  bool reaped_ = false;
};

class SystemChildren final : public Children {
 public:
  explicit SystemChildren(async::Clock& clock) : clock_(clock) {}

  task<Result<Finished>> run(Command command) override {
    const auto executor = co_await asio::this_coro::executor;
    // In a coroutine thread of its own: cleaning up has to switch cancellation off, which would last for the caller.
    auto body = [this, executor, command = std::move(command)]() mutable { return supervise(executor, command); };
    co_return co_await asio::co_spawn(executor, std::move(body), asio::use_awaitable);
  }

 private:
  task<Result<Finished>> supervise(asio::any_io_executor executor, Command command) {
    const std::string program = command.argv.at(0);
    const Mono deadline = command.deadline;
    RETOUCH_CO_TRY(Spawned spawned, spawn(command));
    Child child(executor, std::move(spawned), std::move(command));
    Result<void> worked;
    try {
      auto work = child.work();
      worked = co_await async::with_deadline(clock_, deadline, std::move(work), "end of " + program);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) throw;
      worked = fail(Errc::cancelled, program + " was stopped");
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await child.end(clock_);
    if (child.said_too_much()) co_return fail(Errc::too_large, program + " wrote more than is read of it");
    if (cancelled) co_return fail(Errc::cancelled, program + " was stopped");
    if (!worked) co_return fail(worked.error());
    co_return child.take_result();
  }

  async::Clock& clock_;
};

}  // namespace

std::unique_ptr<Children> make_children(async::Clock& clock) { return std::make_unique<SystemChildren>(clock); }

}  // namespace retouch::os
