// retouch-web-serve [FILE]: the web handler of the daemon over a status that a file holds, for tests/web; without a
// file over a sample of the daemon's own. The file is read at every request: what a test writes there is what the page
// sees next. Says its URL, and goes on until it is killed.
#include <csignal>
#include <cstdio>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "../unit/service/sample_status.hpp"
#include "retouch/os/files.hpp"
#include "retouch/service/metrics.hpp"
#include "retouch/service/web.hpp"

namespace retouch {

namespace {

struct Serve {
  std::string file;
  std::unique_ptr<os::Files> files = os::make_system_files();
  service::Metrics metrics{"1.2.3"};
  async::SystemClock clock;

  task<Json> status() {
    if (file.empty()) co_return service::to_document(service::test::sample_status());
    const auto text = files->read(file, std::size_t{64} << 20);
    if (!text) throw std::runtime_error(text.error().message);  // a 500, which the page has to bear as well
    co_return Json::parse(*text);
  }

  task<void> run(boost::asio::io_context& context) {
    auto handler = service::make_web_handler({.status = [this] { return status(); },
                                              .metrics = [this] { return metrics.text(); },
                                              .alive = [] { return true; },
                                              .ready = [] { return true; }});
    auto server = http::listen(context.get_executor(), {}, clock, std::move(handler));
    if (!server) throw std::runtime_error(server.error().message);
    std::printf("http://127.0.0.1:%u\n", (*server)->port());
    std::fflush(stdout);
    boost::asio::signal_set ended(context, SIGINT, SIGTERM);
    co_await ended.async_wait(boost::asio::use_awaitable);
    co_await (*server)->close();
  }
};

int serve(int count, char** arguments) {
  if (count > 2) {
    std::fprintf(stderr, "usage: retouch-web-serve [STATUS.json]\n");
    return 2;
  }
  Serve serve{.file = count == 2 ? arguments[1] : ""};
  service::test::fill(serve.metrics);
  boost::asio::io_context context(1);
  boost::asio::co_spawn(context, serve.run(context), [](std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
  });
  context.run();
  return 0;
}

}  // namespace

}  // namespace retouch

int main(int count, char** arguments) { return retouch::serve(count, arguments); }
