#include "retouch/sandbox/program.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>
#include <ostream>
#include <sstream>

#include "retouch/sandbox/host.hpp"
#include "retouch/sandbox/seed.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::string_view usage =
    R"(usage: retouch-sandbox --seed FILE [--listen ADDRESS[:PORT]] [--write-config DIR] [--manifests DIR] [--print-env]

Simulated OpenStack, Open Telekom Cloud and Triton image services on loopback, for tests and demonstrations.

  --seed FILE          the clouds, users and images, as YAML
  --listen ADDRESS[:PORT]
                       where to listen (127.0.0.1, ports as in the seed file or free ones); with a port the services
                       take it and the next ones
  --write-config DIR   write DIR/retouch.yaml, which points retouch at these clouds
  --manifests DIR      the manifest directory that it names (./manifests)
  --print-env          print OS_* or TRITON_* variables of the first cloud
)";

struct Options {
  std::string seed{}, write_config{}, manifests = "manifests", listen = "127.0.0.1";
  bool print_env = false, help = false;
};

Result<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  const std::vector<std::pair<std::string_view, std::string*>> valued = {{"--seed", &options.seed},
                                                                         {"--write-config", &options.write_config},
                                                                         {"--manifests", &options.manifests},
                                                                         {"--listen", &options.listen}};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--print-env") {
      options.print_env = true;
      continue;
    }
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      continue;
    }
    const auto found =
        std::find_if(valued.begin(), valued.end(), [&](const auto& item) { return item.first == argument; });
    if (found == valued.end()) return fail(Errc::usage, "unknown argument `" + argument + "`; see --help");
    if (++i == arguments.size()) return fail(Errc::usage, argument + " needs a value; see --help");
    *found->second = arguments[i];
  }
  if (options.seed.empty() && !options.help) return fail(Errc::usage, "--seed FILE is needed; see --help");
  return options;
}

int complain(std::ostream& errors, const Error& error) {
  errors << "retouch-sandbox: " << describe(error) << "\n";
  return 1;
}

Result<std::vector<CloudSeed>> read_seed(const std::string& path, std::ostream& errors) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read the seed file " + path);
  std::ostringstream text;
  text << file.rdbuf();
  Diagnostics diagnostics;
  std::vector<CloudSeed> clouds = load_seed(text.str(), path, diagnostics);
  if (!diagnostics.has_errors()) return clouds;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) errors << to_string(diagnostic) << "\n";
  return fail(Errc::invalid_input, "the seed file " + path + " is not valid");
}

// `--listen ADDRESS[:PORT]`: with a port, the services take that one and the next ones, in the order of the file.
void assign_ports(std::vector<CloudSeed>& clouds, const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return;
  int port = std::atoi(listen.c_str() + colon + 1);
  if (port == 0) return;
  for (CloudSeed& cloud : clouds) {
    cloud.identity_port = static_cast<std::uint16_t>(port++);
    cloud.image_port = static_cast<std::uint16_t>(port++);
  }
}

// For the openstack or triton command line and other clients: the first cloud's account.
void print_environment(const Cloud& cloud, std::ostream& out) {
  for (const CloudApiAccount& account : cloud.seed().cloudapi.accounts) {
    if (account.keys.empty()) continue;
    out << "export TRITON_URL='" << cloud.image_url() << "' TRITON_ACCOUNT='" << account.login << "' TRITON_KEY_ID='"
        << account.keys.front().key.sha256() << "'\n";
    return;
  }
  const Directory& directory = cloud.seed().directory;
  if (directory.users.empty() || directory.users.front().project_ids.empty()) return;
  const User& user = directory.users.front();
  const Project& project = *directory.project(user.project_ids.front());
  out << "export OS_AUTH_URL='" << cloud.identity_url() << "/v3' OS_USERNAME='" << user.name << "' OS_PASSWORD='"
      << user.password << "' OS_USER_DOMAIN_NAME='" << directory.domain(user.domain_id)->name << "' OS_PROJECT_NAME='"
      << project.name << "' OS_PROJECT_DOMAIN_NAME='" << directory.domain(project.domain_id)->name
      << "' OS_REGION_NAME='" << cloud.seed().identity.region << "' OS_IDENTITY_API_VERSION=3\n";
}

int serve(const Options& options, async::Clock& clock, Random& random, std::ostream& out, std::ostream& errors) {
  Result<std::vector<CloudSeed>> seeds = read_seed(options.seed, errors);
  if (!seeds) return complain(errors, seeds.error());
  assign_ports(*seeds, options.listen);
  Host host(clock);
  asio::io_context context(1);
  for (CloudSeed& seed : *seeds) {
    // Tokens of an earlier run must not be good again by accident.
    if (seed.random_seed == 0) seed.random_seed = random.next();
    const auto added =
        host.add(context.get_executor(), std::move(seed), options.listen.substr(0, options.listen.rfind(':')));
    if (!added) return complain(errors, added.error());
  }
  if (!options.write_config.empty()) {
    const auto written = write_client_config(host, options.write_config, options.manifests);
    if (!written) return complain(errors, written.error());
  }
  out << host.describe().dump() << "\n";
  if (options.print_env) print_environment(*host.clouds().front(), out);
  out << std::flush;

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

int run_program(const std::vector<std::string>& arguments, async::Clock& clock, Random& random, std::ostream& out,
                std::ostream& errors) {
  const Result<Options> options = read_options(arguments);
  if (!options) return complain(errors, options.error());
  if (options->help) {
    out << usage;
    return 0;
  }
  return serve(*options, clock, random, out, errors);
}

}  // namespace retouch::sandbox
