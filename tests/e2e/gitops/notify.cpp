// retouch-test-notify URL SECRET RUN…: tells URL of a change of each run, with the daemon's own notifier, over the
// network. Prints how many were accepted.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <exception>

#include "retouch/http/client.hpp"
#include "retouch/service/notifier.hpp"

namespace {

using namespace retouch;

task<void> notify(std::vector<std::string> arguments, async::Clock& clock, Random& random) {
  const auto executor = co_await asio::this_coro::executor;
  auto url = http::parse_url(arguments.at(0));
  if (!url) throw std::runtime_error(url.error().message);
  auto transport = http::make_transport(executor, {}, clock, Log());
  if (!transport) throw std::runtime_error(transport.error().message);
  std::vector<service::NotificationTarget> targets{{.url = *url, .secret = Secret(arguments.at(1))}};
  service::Notifier notifier(executor, std::move(targets), *transport, std::make_shared<service::NewsFilter>(), clock,
                             random, Log());
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    notifier.offer({.run = arguments[i],
                    .verb = "run",
                    .by = "tests",
                    .began = clock.wall(),
                    .ended = clock.wall(),
                    .clouds = {{.cloud = "lab", .result = "success", .changed = 1}}});
  }
  co_await notifier.close();
  fmt::print("{} sent, {} failed, {} dropped\n", notifier.counts().sent, notifier.counts().failed,
             notifier.counts().dropped);
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() < 2) return 2;
  async::SystemClock clock;
  SystemRandom random;
  int code = 0;
  asio::io_context context(1);
  asio::co_spawn(context, notify(arguments, clock, random), [&](std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& problem) {
      fmt::print(stderr, "{}\n", problem.what());
      code = 1;
    }
  });
  context.run();
  return code;
}
