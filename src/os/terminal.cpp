#include "retouch/os/terminal.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

namespace retouch::os {

task<Result<std::string>> read_line() {
  // A duplicate, because the descriptor is closed with the stream and the process keeps its standard input.
  const int descriptor = ::dup(STDIN_FILENO);
  if (descriptor < 0) co_return fail(Errc::io, "standard input is closed");
  asio::posix::stream_descriptor input(co_await asio::this_coro::executor);
  boost::system::error_code problem;
  input.assign(descriptor, problem);
  if (problem) {
    ::close(descriptor);
    co_return fail(Errc::io, "standard input cannot be waited for: " + problem.message());
  }
  // O_NONBLOCK belongs to the terminal, not to our descriptor: the shell after us must find it as it was.
  struct Restore {
    asio::posix::stream_descriptor& stream;
    ~Restore() {
      boost::system::error_code ignored;
      stream.native_non_blocking(false, ignored);
    }
  } restore{input};
  std::string line;
  const auto [error, size] =
      co_await asio::async_read_until(input, asio::dynamic_buffer(line, 4096), '\n', async::use_tuple);
  if (error) co_return fail(Errc::io, "no answer was given: " + error.message());
  line.resize(size - 1);
  co_return line;
}

}  // namespace retouch::os
