// Other programs, run without a shell.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/base/result.hpp"

namespace retouch::os {

struct Command {
  std::vector<std::string> argv;     // argv[0]: the program's absolute path
  std::vector<std::string> env{};    // "NAME=value", all of it: nothing of our own environment is passed on
  std::string input{};               // its standard input
  std::string directory = "/";       // where it runs
  std::size_t max_output = 1 << 20;  // bytes, of standard output and error each
  std::size_t max_file = 0;          // bytes of the largest file that it may write; 0 = no limit
  Mono deadline = Mono::max();
};

struct Finished {
  int status = 0;  // exit code, or 128 + the signal that ended it
  std::string out{};
  std::string err{};
  bool ok() const { return status == 0; }
};

class Children {
 public:
  virtual ~Children() = default;
  // Runs it to its end; a status other than 0 is no error. Errors: not_found (no such program), io (cannot be started),
  // timeout (transient), too_large (said more than max_output); cancelled when the caller is. However it ends, nothing
  // of its process group is left afterwards: who is not through gets SIGTERM, and two seconds later SIGKILL.
  virtual task<Result<Finished>> run(Command command) = 0;
};

// `clock` outlives it.
std::unique_ptr<Children> make_children(async::Clock& clock);

// The directories of programs, fixed: whoever can set our PATH must not choose what runs.
inline constexpr std::string_view program_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// "git" -> "/usr/bin/git". Errc::not_found.
Result<std::string> find_program(const std::string& name);

}  // namespace retouch::os
