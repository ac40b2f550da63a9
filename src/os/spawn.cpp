#include "spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace retouch::os {
namespace {

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(Errc::io, fmt::format("cannot make a pipe: {}", std::system_category().message(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Pipe> make_socket_pair() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(Errc::io, fmt::format("cannot make a pair of sockets: {}", std::system_category().message(errno)));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void make_non_blocking(const Descriptor& file) { ::fcntl(file.get(), F_SETFL, O_NONBLOCK); }

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));  // posix_spawn's signature
  result.push_back(nullptr);
  return result;
}

// posix_spawn's two sets of wishes.
class Wishes {
 public:
  Wishes(const Command& command, const Pipe& input, const Pipe& output, const Pipe& errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input.read.get(), 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output.write.get(), 1);
    ::posix_spawn_file_actions_adddup2(&actions_, errors.write.get(), 2);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    ::posix_spawn_file_actions_addchdir_np(&actions_, command.directory.c_str());
    sigset_t all, none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
  }
  Wishes(const Wishes&) = delete;
  Wishes& operator=(const Wishes&) = delete;
  ~Wishes() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  int spawn(pid_t& pid, const Command& command) const {
    const auto argv = pointers(command.argv);
    const auto env = pointers(command.env);
    return ::posix_spawn(&pid, argv[0], &actions_, &attributes_, argv.data(), env.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Spawned> spawn(const Command& command) {
  // dup2 onto itself would keep O_CLOEXEC: a pipe must not be 0, 1 or 2, which it is when we run without them.
  Descriptor low(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::vector<Descriptor> reserved;
  while (low && low.get() <= 2) {
    reserved.push_back(std::move(low));
    low = Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC));
  }
  RETOUCH_TRY(Pipe input, make_socket_pair());
  RETOUCH_TRY(Pipe output, make_pipe());
  RETOUCH_TRY(Pipe errors, make_pipe());
  Spawned result;
  if (const int error = Wishes(command, input, output, errors).spawn(result.pid, command); error != 0) {
    return fail(error == ENOENT ? Errc::not_found : Errc::io,
                fmt::format("cannot run {}: {}", command.argv[0], std::system_category().message(error)));
  }
  if (command.max_file > 0) {  // before it has done anything of note; whatever it starts inherits it
    const rlimit limit{.rlim_cur = command.max_file, .rlim_max = command.max_file};
    ::prlimit(result.pid, RLIMIT_FSIZE, &limit, nullptr);
  }
  result.process = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, result.pid, 0)));
  if (!result.process) {
    const int error = errno;
    ::kill(-result.pid, SIGKILL);
    ::waitpid(result.pid, nullptr, 0);
    return fail(Errc::io,
                fmt::format("cannot watch {}: pidfd_open: {}", command.argv[0], std::system_category().message(error)));
  }
  result.input = std::move(input.write);
  result.output = std::move(output.read);
  result.errors = std::move(errors.read);
  for (const auto* file : {&result.input, &result.output, &result.errors}) make_non_blocking(*file);
  return result;
}

Result<std::string> find_program(const std::string& name) {
  std::string_view rest = program_path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    auto path = std::string(rest.substr(0, end)) + "/" + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return fail(Errc::not_found, fmt::format("the program {} is not installed (looked in {})", name, program_path));
}

}  // namespace retouch::os
