// retouch_sim [--seeds N] [--from S] [--seed S] [--jobs N] [--twice]: README.md.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "retouch/base/json.hpp"
#include "simulation.hpp"

namespace {

using retouch::Json;
using retouch::sim::Verdict;

constexpr std::uint64_t batch = 20;       // seeds for one process: what a simulation holds is freed by its end
constexpr unsigned longest_seed_s = 240;  // of real time; a handler that never returns is a hang as well

struct Options {
  std::uint64_t seeds = 200, from = 1;
  std::optional<std::uint64_t> seed{};
  unsigned jobs = 2;
  bool twice = false;
  std::string artifacts{};  // where traces of failures go
};

Json to_json(const Verdict& verdict) {
  return {{"seed", verdict.seed},       {"violations", verdict.violations}, {"digest", verdict.digest},
          {"passes", verdict.passes},   {"failed", verdict.failed},         {"requests", verdict.requests},
          {"writes", verdict.writes},   {"logins", verdict.logins},         {"throttled", verdict.throttled},
          {"crashes", verdict.crashes}, {"steps", verdict.steps},           {"hours", verdict.simulated_hours}};
}

Verdict simulate(std::uint64_t seed, const retouch::test::TestKey& key) {
  const std::string memory = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
  const std::string directory = fmt::format("{}/retouch-sim-{}-{}", memory, getpid(), seed);
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  Verdict verdict = retouch::sim::simulate(seed, directory, key);
  std::filesystem::remove_all(directory);
  return verdict;
}

void keep_trace(const Options& options, const Verdict& verdict) {
  if (options.artifacts.empty() || verdict.violations.empty()) return;
  std::filesystem::create_directories(options.artifacts);
  std::ofstream out(fmt::format("{}/seed-{}.trace", options.artifacts, verdict.seed));
  for (const std::string& line : verdict.trace) out << line << '\n';
}

// One process for some seeds; its verdicts come through the pipe, one line each.
class Batch {
 public:
  Batch(std::uint64_t first, std::uint64_t count, const Options& options, const retouch::test::TestKey& key)
      : next_(first) {
    int ends[2];
    if (pipe(ends) != 0 || (process_ = fork()) < 0) throw std::runtime_error("no process can be started");
    if (process_ == 0) work(first, count, ends[1], options, key);
    close(ends[1]);
    in_ = fdopen(ends[0], "r");
  }
  // Waits for all of it.
  std::vector<Json> verdicts() {
    std::vector<Json> out;
    std::string line;
    for (int each = fgetc(in_); each != EOF; each = fgetc(in_)) {
      if (each != '\n') {
        line += static_cast<char>(each);
        continue;
      }
      out.push_back(Json::parse(line));
      next_ = out.back()["seed"].get<std::uint64_t>() + 1;
      line.clear();
    }
    fclose(in_);
    int status = 0;
    waitpid(process_, &status, 0);
    if (status == 0) return out;
    Verdict dead{.seed = next_};
    const bool late = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    dead.violations = {late ? fmt::format("I9 it did not end within {} s", longest_seed_s)
                            : fmt::format("I9 the process ended with {}", status)};
    out.push_back(to_json(dead));
    return out;
  }

 private:
  [[noreturn]] static void work(std::uint64_t first, std::uint64_t count, int out, const Options& options,
                                const retouch::test::TestKey& key) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      alarm(longest_seed_s);
      const Verdict verdict = simulate(seed, key);
      keep_trace(options, verdict);
      const std::string line = to_json(verdict).dump() + "\n";
      if (write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(3);
    }
    _exit(0);
  }

  std::uint64_t next_;
  pid_t process_ = 0;
  std::FILE* in_ = nullptr;
};

std::map<std::uint64_t, Json> run_all(const Options& options, const retouch::test::TestKey& key) {
  std::map<std::uint64_t, Json> verdicts;
  std::vector<std::pair<std::uint64_t, Batch>> running;
  std::uint64_t next = options.from;
  const std::uint64_t end = options.from + options.seeds;
  while (next < end || !running.empty()) {
    while (running.size() < options.jobs && next < end) {
      const std::uint64_t count = std::min(batch, end - next);
      running.emplace_back(next + count, Batch(next, count, options, key));
      next += count;
    }
    auto [after, first] = std::move(running.front());
    running.erase(running.begin());
    std::uint64_t done = 0;
    for (Json& verdict : first.verdicts()) {
      done = verdict["seed"].get<std::uint64_t>() + 1;
      verdicts[done - 1] = std::move(verdict);
    }
    if (done < after) running.emplace_back(after, Batch(done, after - done, options, key));  // one of it died
  }
  return verdicts;
}

void print_totals(const std::map<std::uint64_t, Json>& verdicts) {
  std::map<std::string, double> totals;
  for (const auto& [seed, verdict] : verdicts) {
    for (const char* what : {"hours", "passes", "failed", "requests", "writes", "logins", "throttled", "crashes"}) {
      totals[what] += verdict[what].get<double>();
    }
  }
  fmt::print(
      "  {:.0f} simulated hours: {:.0f} passes ({:.0f} of them not well), {:.0f} requests, {:.0f} writes, {:.0f} "
      "throttled, {:.0f} logins, {:.0f} crashes and restarts\n",
      totals["hours"], totals["passes"], totals["failed"], totals["requests"], totals["writes"], totals["throttled"],
      totals["logins"], totals["crashes"]);
}

// How many of them failed.
std::size_t report(const std::map<std::uint64_t, Json>& verdicts, const Options& options) {
  std::size_t failed = 0;
  for (const auto& [seed, verdict] : verdicts) {
    if (verdict["violations"].empty()) continue;
    ++failed;
    fmt::print(
        "  FAIL seed {} ({})\n", seed,
        options.artifacts.empty() ? "its trace: --seed N" : fmt::format("{}/seed-{}.trace", options.artifacts, seed));
    for (std::size_t i = 0; i < std::min<std::size_t>(3, verdict["violations"].size()); ++i) {
      fmt::print("       {}\n", verdict["violations"][i].get<std::string>());
    }
  }
  print_totals(verdicts);
  return failed;
}

// The same seed, the same run: or no failure could be looked at twice.
std::size_t differing(const std::map<std::uint64_t, Json>& first, const std::map<std::uint64_t, Json>& second) {
  std::size_t count = 0;
  for (const auto& [seed, verdict] : first) {
    if (second.at(seed)["digest"] == verdict["digest"]) continue;
    fmt::print("  FAIL seed {} went another way the second time\n", seed);
    ++count;
  }
  return count;
}

int replay(std::uint64_t seed, const retouch::test::TestKey& key) {
  const Verdict verdict = simulate(seed, key);
  for (const std::string& line : verdict.trace) fmt::print("{}\n", line);
  for (const std::string& each : verdict.violations) fmt::print("FAIL seed {}: {}\n", seed, each);
  fmt::print("{} steps, digest {:016x}\n", verdict.steps, verdict.digest);
  const bool well = verdict.violations.empty();
  fmt::print("{} passed, {} failed, 0 skipped\n", well ? 1 : 0, well ? 0 : 1);
  std::fflush(stdout);
  _exit(well ? 0 : 1);  // what the simulation holds is not taken apart
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Lives through troubled hours of the daemon in simulated time, one after another");
  app.add_option("--seeds", options.seeds, "how many, one after another");
  app.add_option("--from", options.from, "the first of them");
  app.add_option("--seed", options.seed, "only this one, with its trace");
  app.add_option("--jobs", options.jobs, "at a time");
  app.add_flag("--twice", options.twice, "each of them twice, which must come to the same");
  app.add_option("--artifacts", options.artifacts, "a directory for the traces of those that fail");
  CLI11_PARSE(app, argc, argv);

  const retouch::test::TestKey key("ed25519");
  if (options.seed) return replay(*options.seed, key);
  const auto verdicts = run_all(options, key);
  std::size_t failed = report(verdicts, options), passed = verdicts.size() - failed;
  if (options.twice) {
    const std::size_t different = differing(verdicts, run_all(options, key));
    failed += different;
    passed += verdicts.size() - different;
  }
  fmt::print("{} passed, {} failed, 0 skipped\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
