// The composition root: what is real is made here, and nowhere else.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <iostream>

#include "retouch/cli/app.hpp"
#include "retouch/os/process.hpp"
#include "retouch/os/signals.hpp"

int main(int argc, char** argv) {
  using namespace retouch;
  os::make_not_dumpable();
  const auto parsed = cli::parse_arguments({argv + 1, argv + argc});
  if (!parsed.options) {
    (parsed.exit_code == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_code;
  }
  const auto environment = os::Environment::of_process();
  cli::Console console = cli::process_console(environment);
  async::SystemClock clock;
  SystemRandom random;
  async::Stop stop;
  const auto files = os::make_system_files();
  const auto blocking = async::make_thread_pool(2, cli::early_work(*parsed.options));
  asio::io_context io(1);
  reconcile::World world{.clock = clock,
                         .random = random,
                         .files = *files,
                         .environment = environment,
                         .blocking = *blocking,
                         .stop = stop,
                         .children = os::make_children(clock),
                         .root = os::is_root(),
                         .working_directory = std::filesystem::current_path().string(),
                         .user_agent = cli::user_agent(),
                         .user = os::user_at_host(environment),
                         .log = cli::process_log(*parsed.options, environment, clock, console)};
  world.make_transport = [&](http::ClientOptions options) {
    return http::make_transport(io.get_executor(), std::move(options), clock, world.log);
  };
  world.open_store = [&](std::string directory, state::Open how) {
    return state::open_store(std::move(directory), how, *blocking);
  };
  world.notice = [](const std::string& line) { std::cerr << "retouch: " << line << '\n'; };
  std::optional<service::Host> host;
  if (parsed.options->verb == cli::Verb::run) host.emplace(service::system_host(io.get_executor(), environment));
  auto signals = std::make_unique<os::StopOnSignals>(io.get_executor(), stop);
  world.signal = [&signals] { return signals ? signals->seen() : 0; };
  int exit_code = 1;
  asio::co_spawn(io, cli::run_verb(*parsed.options, world, console, host ? &*host : nullptr),
                 [&](std::exception_ptr bug, int code) {
                   exit_code =
                       cli::exit_code_after(*parsed.options, code, world.exit_code_settled ? 0 : signals->seen());
                   signals.reset();
                   if (bug) std::rethrow_exception(bug);
                 });
  io.run();
  return exit_code;
}
