// retouch-sandbox: the simulated clouds of a seed file on loopback ports, until SIGTERM or SIGINT.
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

#include "retouch/base/random.hpp"
#include "retouch/sandbox/host.hpp"
#include "retouch/sandbox/seed.hpp"

namespace {

using namespace retouch;

struct Options {
  std::string seed, write_config, manifests = "manifests", listen = "127.0.0.1";
  bool print_env = false;
};

int complain(const std::string& text) {
  std::cerr << "retouch-sandbox: " << text << "\n";
  return 1;
}

Result<std::vector<sandbox::CloudSeed>> read_seed(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read the seed file " + path);
  std::ostringstream text;
  text << file.rdbuf();
  Diagnostics diagnostics;
  std::vector<sandbox::CloudSeed> clouds = sandbox::load_seed(text.str(), path, diagnostics);
  if (!diagnostics.has_errors()) return clouds;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) std::cerr << to_string(diagnostic) << "\n";
  return fail(Errc::invalid_input, "the seed file " + path + " is not valid");
}

// `--listen ADDRESS[:PORT]`: with a port, the services take that one and the next ones, in the order of the file.
void assign_ports(std::vector<sandbox::CloudSeed>& clouds, const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return;
  int port = std::atoi(listen.c_str() + colon + 1);
  if (port == 0) return;
  for (sandbox::CloudSeed& cloud : clouds) {
    cloud.identity_port = static_cast<std::uint16_t>(port++);
    cloud.image_port = static_cast<std::uint16_t>(port++);
  }
}

// For the openstack command line and other clients: the first cloud's account.
void print_environment(const sandbox::Cloud& cloud) {
  const sandbox::Directory& directory = cloud.seed().directory;
  if (directory.users.empty() || directory.users.front().project_ids.empty()) return;
  const sandbox::User& user = directory.users.front();
  const sandbox::Project& project = *directory.project(user.project_ids.front());
  std::cout << "export OS_AUTH_URL='" << cloud.identity_url() << "/v3' OS_USERNAME='" << user.name << "' OS_PASSWORD='"
            << user.password << "' OS_USER_DOMAIN_NAME='" << directory.domain(user.domain_id)->name
            << "' OS_PROJECT_NAME='" << project.name << "' OS_PROJECT_DOMAIN_NAME='"
            << directory.domain(project.domain_id)->name << "' OS_REGION_NAME='" << cloud.seed().identity.region
            << "' OS_IDENTITY_API_VERSION=3\n";
}

int serve(const Options& options) {
  Result<std::vector<sandbox::CloudSeed>> seeds = read_seed(options.seed);
  if (!seeds) return complain(describe(seeds.error()));
  assign_ports(*seeds, options.listen);
  async::SystemClock clock;
  sandbox::Host host(clock);
  asio::io_context context(1);
  for (sandbox::CloudSeed& seed : *seeds) {
    // Tokens of an earlier run must not be good again by accident.
    if (seed.random_seed == 0) seed.random_seed = SystemRandom().next();
    const auto added =
        host.add(context.get_executor(), std::move(seed), options.listen.substr(0, options.listen.rfind(':')));
    if (!added) return complain(describe(added.error()));
  }
  if (!options.write_config.empty()) {
    const auto written = sandbox::write_client_config(host, options.write_config, options.manifests);
    if (!written) return complain(describe(written.error()));
  }
  std::cout << host.describe().dump() << "\n";
  if (options.print_env) print_environment(*host.clouds().front());
  std::cout << std::flush;

  asio::signal_set signals(context, SIGTERM, SIGINT);
  const auto until_signal = [&]() -> task<void> {
    co_await signals.async_wait(async::use_tuple);
    co_await host.close();
  };
  asio::co_spawn(context, until_signal, [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  context.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Simulated OpenStack and Open Telekom Cloud image services on loopback, for tests and demonstrations"};
  app.add_option("--seed", options.seed, "YAML file: clouds, users, images")->required();
  app.add_option("--listen", options.listen,
                 "ADDRESS[:PORT] (default 127.0.0.1, ports as in the seed file or free ones)");
  app.add_option("--write-config", options.write_config, "Write DIR/retouch.yaml that points at these clouds");
  app.add_option("--manifests", options.manifests,
                 "Manifest directory that --write-config names (default ./manifests)");
  app.add_flag("--print-env", options.print_env, "Print OS_* variables of the first cloud");
  CLI11_PARSE(app, argc, argv);
  return serve(options);
}
