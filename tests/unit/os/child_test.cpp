// With real programs: what is tested is the kernel's part as much as ours.
#include "retouch/os/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <fstream>

#include "retouch/async/interrupt.hpp"
#include "retouch/async/join.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

using namespace std::chrono_literals;

class ChildTest : public testing::Test {
 protected:
  static Command shell(std::string script) {
    return {.argv = {"/bin/sh", "-c", std::move(script)}, .env = {"PATH=/usr/bin:/bin"}};
  }
  Result<Finished> run(Command command) {
    return test::run_for<Result<Finished>>(
        [&]() -> task<Result<Finished>> { co_return co_await children->run(command); });
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Who was killed needs a moment to be gone, when it is not our own child that we waited for.
  static bool stays_alive(const std::string& pid_file) {
    for (int i = 0; i < 500 && alive(pid_file); ++i) ::usleep(10'000);
    return alive(pid_file);
  }
  // A process that a script wrote the id of; zombies of nobody count as gone.
  static bool alive(const std::string& pid_file) {
    const int pid = std::stoi(content(pid_file));
    if (::kill(pid, 0) != 0) return false;
    return content("/proc/" + std::to_string(pid) + "/stat").find(") Z ") == std::string::npos;
  }

  async::SystemClock clock;
  std::unique_ptr<Children> children = make_children(clock);
  test::TemporaryDirectory directory;
};

TEST_F(ChildTest, TellsStatusOutputAndErrors) {
  const auto finished = run(shell("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->status, 3);
  EXPECT_FALSE(finished->ok());
  EXPECT_EQ(finished->out, "out\n");
  EXPECT_EQ(finished->err, "err\n");
}

TEST_F(ChildTest, TellsTheSignalThatEndedIt) { EXPECT_EQ(run(shell("kill -KILL $$"))->status, 128 + SIGKILL); }

TEST_F(ChildTest, AMissingProgramIsNotFound) {
  const auto finished = run({.argv = {"/nowhere/git"}});
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, Errc::not_found);
  EXPECT_NE(finished.error().message.find("/nowhere/git"), std::string::npos);
}

TEST_F(ChildTest, TheEnvironmentIsWhatIsGivenAndNothingElse) {
  EXPECT_EQ(run({.argv = {"/usr/bin/env"}, .env = {"A=1", "B=two words"}})->out, "A=1\nB=two words\n");
}

TEST_F(ChildTest, RunsInItsDirectoryAndInAGroupOfItsOwn) {
  auto command = shell("pwd; ps -o pgid= -p $$ | tr -d ' '; echo $$");
  command.directory = "/usr";
  const auto out = run(command)->out;
  ASSERT_TRUE(out.starts_with("/usr\n"));
  const auto rest = out.substr(5);
  EXPECT_EQ(rest.substr(0, rest.find('\n')) + "\n", rest.substr(rest.find('\n') + 1));
}

TEST_F(ChildTest, InheritsNoDescriptor) {
  const std::ifstream held("/etc/passwd");
  EXPECT_EQ(run(shell("exec ls /proc/self/fd"))->out, "0\n1\n2\n3\n") << "3 is that of ls itself";
}

TEST_F(ChildTest, MuchThroughAllThreePipesAtOnceIsNoDeadlock) {
  auto command = shell("tee /dev/stderr");
  command.input.assign(3 << 20, 'x');
  command.max_output = 4 << 20;
  command.argv = {"/bin/sh", "-c", "cat | awk '{ print > \"/dev/stderr\"; print }'"};
  for (std::size_t i = 99; i < command.input.size(); i += 100) command.input[i] = '\n';
  const auto finished = run(command);
  ASSERT_TRUE(finished);
  EXPECT_GE(finished->out.size(), command.input.size());
  EXPECT_EQ(finished->out, finished->err);
}

TEST_F(ChildTest, WhoDoesNotReadItsInputIsNoError) {
  auto command = shell("exec <&-; echo done");
  command.input.assign(1 << 20, 'x');
  EXPECT_EQ(run(command)->out, "done\n");
}

TEST_F(ChildTest, WhoSaysTooMuchIsEnded) {
  for (const std::string& where : {std::string("exec yes"), std::string("exec yes >&2")}) {
    auto command = shell(where);
    command.max_output = 100'000;
    const auto finished = run(command);
    ASSERT_FALSE(finished) << where;
    EXPECT_EQ(finished.error().code, Errc::too_large);
  }
}

TEST_F(ChildTest, JustAsMuchAsAllowedIsFine) {
  auto command = shell("printf 12345");
  command.max_output = 5;
  EXPECT_EQ(run(command)->out, "12345");
  command.max_output = 4;
  EXPECT_EQ(run(command).error().code, Errc::too_large);
}

TEST_F(ChildTest, TheDeadlineEndsTheWholeGroup) {
  auto command = shell("sleep 1000 & echo $! >" + (directory / "pid") + "; wait");
  command.deadline = clock.now() + 1500ms;
  const auto finished = run(command);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, Errc::timeout);
  EXPECT_EQ(finished.error().reaction, Reaction::transient);
  EXPECT_FALSE(stays_alive(directory / "pid"));
}

TEST_F(ChildTest, WhoIgnoresTheSignalToEndIsKilled) {
  auto command = shell("trap '' TERM; echo $$ >" + (directory / "pid") + "; while :; do sleep 1; done");
  command.deadline = clock.now() + 1s;
  EXPECT_EQ(run(command).error().code, Errc::timeout);
  EXPECT_FALSE(stays_alive(directory / "pid"));
}

TEST_F(ChildTest, LeftoversOfAProgramThatIsThroughAreEndedAndNotWaitedFor) {
  const auto finished = run(shell("sleep 1000 & echo $! >" + (directory / "pid") + "; echo done"));
  ASSERT_TRUE(finished) << "although sleep holds the pipe";
  EXPECT_EQ(finished->out, "done\n");
  EXPECT_FALSE(stays_alive(directory / "pid"));
}

// The loop hears of more output than one read takes and of the end in the same moment: it is in the middle of reading
// when it learns that nothing is to be waited for any more.
TEST_F(ChildTest, WhatIsReadAtTheEndIsTheLastThatIsWaitedFor) {
  const std::string go = directory / "go", pid = directory / "pid", sleeper = directory / "sleeper";
  auto command = shell("setsid sh -c 'echo $$ >" + sleeper + "; exec sleep 300' & while [ ! -s " + sleeper +
                       " ]; do sleep 0.01; done; echo $$ >" + pid + "; while [ ! -e " + go +
                       " ]; do sleep 0.01; done; head -c 40000 /dev/zero");
  command.deadline = clock.now() + 30s;
  command.max_output = 100'000;
  const auto hold_up_the_loop = [&]() -> task<void> {
    while (!content(pid).ends_with('\n')) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    std::ofstream(go) << "";
    while (alive(pid)) ::usleep(1000);
  };
  Result<Finished> finished;
  test::run([&]() -> task<void> {
    std::vector<std::function<task<void>()>> parts;
    parts.emplace_back([&]() -> task<void> { finished = co_await children->run(command); });
    parts.emplace_back(hold_up_the_loop);
    co_await async::join_all(std::move(parts));
  });
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(finished->out.size(), 40000u);
  EXPECT_TRUE(alive(sleeper)) << "its end was waited for";
  ::kill(std::stoi(content(sleeper)), SIGKILL);
}

TEST_F(ChildTest, WhoLeftTheGroupAndHoldsThePipeIsNotWaitedForEither) {
  const std::string sleeper = directory / "sleeper";
  const auto finished = run(shell("setsid sh -c 'echo $$ >" + sleeper + "; exec sleep 60' & while [ ! -s " + sleeper +
                                  " ]; do sleep 0.01; done; echo done"));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->out, "done\n");
  EXPECT_TRUE(alive(sleeper));
  ::kill(std::stoi(content(sleeper)), SIGKILL);
}

TEST_F(ChildTest, CancellingEndsItAndWaits) {
  async::Stop stop;
  std::optional<Result<Finished>> finished;
  bool went_on = false;
  test::run([&]() -> task<void> {
    auto request = [&]() -> task<void> {
      while (content(directory / "pid").empty()) co_await clock.sleep_for(20ms);
      stop.request();
    };
    asio::co_spawn(co_await asio::this_coro::executor, request, [](const std::exception_ptr&) {});
    auto operation = children->run(shell("echo $$ >" + (directory / "pid") + "; exec sleep 1000"));
    finished.emplace(co_await async::unless_stopped(stop, std::move(operation)));
    co_await clock.sleep_for(1ms);
    went_on = true;
  });
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->error().code, Errc::cancelled);
  EXPECT_TRUE(went_on) << "the caller's own coroutine is not cancelled";
  EXPECT_FALSE(stays_alive(directory / "pid"));
}

TEST_F(ChildTest, NoZombieIsLeft) {
  ASSERT_TRUE(run(shell("true")));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "there is no child at all";
}

TEST_F(ChildTest, OtherChildrenAreNotReaped) {
  const pid_t other = ::fork();
  if (other == 0) ::_exit(7);
  ASSERT_TRUE(run(shell("sleep 0.2")));
  int status = 0;
  EXPECT_EQ(::waitpid(other, &status, 0), other);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(ChildTest, AFileLargerThanAllowedEndsIt) {
  auto command = shell("head -c 200000 /dev/zero >" + (directory / "large"));
  command.max_file = 100'000;
  EXPECT_FALSE(run(command)->ok());
  command.max_file = 300'000;
  EXPECT_TRUE(run(command)->ok());
}

TEST_F(ChildTest, ProgramsAreFoundWithoutThePathOfTheEnvironment) {
  EXPECT_EQ(find_program("sh").value_or("").substr(0, 1), "/");
  EXPECT_EQ(find_program("no-such-program").error().code, Errc::not_found);
}

}  // namespace
}  // namespace retouch::os
