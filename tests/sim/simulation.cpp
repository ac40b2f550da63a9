#include "simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "audit.hpp"
#include "process.hpp"
#include "story.hpp"

namespace retouch::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration troubled = 3h;      // as long as the story goes
constexpr Duration patience = 3h;      // for two good passes of every cloud, once it is calm
constexpr Duration longest_end = 60s;  // of an orderly stop
constexpr int at_once = 200'000;       // handlers without time passing: a loop that never ends

class Simulation {
 public:
  Simulation(std::uint64_t seed, std::string directory, const retouch::test::TestKey& key)
      : directory_(std::move(directory)), random_(seed), site_(ground_, random_, key) {
    for (Account& account : site_.accounts()) network_.add(*account.cloud);
    for (const auto& [path, text] : site_.manifests()) files_[path] = file_of(text);
    story_.hands = {.look = [this] { with([](Process& process) { process.look(); }); },
                    .reload = [this] { with([](Process& process) { process.reload(); }); },
                    .manifests_changed = [this] { write_manifests(); },
                    .reconcile =
                        [this](const std::string& cloud) {
                          with([&](Process& process) { process.reconcile(cloud); });
                          witness_.by_hand();
                        },
                    .jump_clock = [this](Duration by) { jump(by); }};
    witness_.on_departure = [this](const http::Request& request) { story_.rival(request); };
  }

  Verdict run() {
    begin_process("disk-0");
    asio::co_spawn(ground_.io, story_.tell(troubled), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    while (!finished() && trace_.violations().empty()) turn();
    if (trace_.violations().empty()) audit();
    if (trace_.violations().empty()) stop_in_good_order();
    if (trace_.violations().empty()) audit_journal(written_, directory_ + "/" + next_disk_, trace_);
    return verdict();
  }

 private:
  using File = retouch::test::FakeFiles::File;
  static File file_of(const std::string& text) { return {text, {.regular = true, .owned_by_user = true}}; }
  template <class F>
  void with(F use) {
    if (process_) use(*process_);
  }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_.unit() * static_cast<double>(end)); }

  // ---- one process after another
  void begin_process(const std::string& disk) {
    const Duration error = std::chrono::duration_cast<Duration>(10s * (random_.unit() - 0.5));
    std::filesystem::create_directories(directory_ + "/" + disk);
    process_ = std::make_unique<Process>(Surroundings{time_, site_, network_, witness_, trace_, written_, passes_},
                                         directory_ + "/" + disk, files_, random_.next(), error);
    witness_.process_starts();
    trace_.say("## a process starts");
    process_->start();
    crash_in_ = end_in_ = -1;
    if (story_.calm()) return;
    switch (below(4)) {
      case 0:  // anywhere in a handler or between two
        crash_in_ = static_cast<std::int64_t>(1) << below(14);
        crash_in_ += static_cast<std::int64_t>(below(static_cast<std::size_t>(crash_in_)));
        break;
      case 1:
        process_->disk.fail_after(1 + below(400));
        break;
      case 2:
        end_in_ = static_cast<std::int64_t>(500 + below(20'000));
        break;
      default:
        crash_in_ = static_cast<std::int64_t>(2000 + below(30'000));
    }
  }
  // The machine is gone in the middle of something; another one finds what is left on the disk.
  void crash() {
    ++crashes_;
    trace_.say("## the power fails");
    files_ = process_->files.files;
    const std::string disk = fmt::format("disk-{}", crashes_);
    process_->disk.salvage(directory_ + "/" + disk, random_);
    static_cast<void>(process_.release());  // whatever waits there must not go on: no destructor may run
    next_disk_ = disk;
    restart_at_ = time_.now + 1s + std::chrono::duration_cast<Duration>(5min * random_.unit());
  }
  void ended() {
    trace_.say("## the process has ended");
    files_ = process_->files.files;
    const std::string disk = fmt::format("disk-{}", ++crashes_);
    const std::string old = process_->disk.directory();
    process_.reset();
    std::filesystem::rename(old, directory_ + "/" + disk);
    next_disk_ = disk;
    restart_at_ = time_.now + 1s;
  }
  void write_manifests() {
    for (const auto& [path, text] : site_.manifests()) {
      files_[path] = file_of(text);
      if (process_) process_->files.files[path] = files_[path];
    }
  }
  void jump(Duration by) {
    trace_.say("** the clock jumps by " + format_duration(by));
    with([&](Process& process) { process.machine.clock.jump_wall(by); });
    if (by < Duration{}) witness_.clock_set_back();
  }

  // ---- time
  void turn() {
    if (!process_ && time_.now >= restart_at_) {
      for (const auto& [path, text] : site_.manifests()) files_[path] = file_of(text);
      begin_process(next_disk_);
    }
    const bool ground_first = below(2) == 0;
    const auto step_process = [&] { return process_ && !process_->disk.failed() && process_->machine.step(); };
    const bool worked = ground_first ? ground_.step() || step_process() : step_process() || ground_.step();
    ++steps_;
    if (process_ && process_->disk.failed()) return crash();
    if (process_ && process_->ended()) return ended();
    if (!worked) return advance();
    if (++without_time_ > at_once) trace_.broken("I9 it turns in circles: no time passes");
    if (crash_in_ > 0 && --crash_in_ == 0 && process_) return crash();
    if (end_in_ > 0 && --end_in_ == 0 && process_) process_->ask_to_stop();
  }
  void advance() {
    without_time_ = 0;
    std::optional<Mono> next = ground_.clock.next();
    const auto consider = [&](std::optional<Mono> other) {
      if (other && (!next || *other < *next)) next = other;
    };
    if (process_) consider(process_->machine.clock.next());
    if (!process_) consider(restart_at_);
    if (!next) return trace_.broken("I9 everybody waits for something that never comes");
    const Duration by = *next - time_.now;
    time_ = {*next, time_.wall + by};
    ground_.clock.advance(by);
    if (process_) process_->machine.clock.advance(by);
    if (time_.now - checked_ < 20min) return;
    checked_ = time_.now;
    with([](Process& process) { process.check_outputs(); });
  }

  // ---- the end
  // "partial" is what a pass comes to while something is held, or is not kept.
  static bool bad(const EndedPass& pass) { return pass.result != "success" && pass.result != "partial"; }
  bool finished() {
    if (!story_.calm()) return false;
    if (!calm_since_) {
      calm_since_ = time_.now;
      crash_in_ = end_in_ = -1;
      with([](Process& process) { process.disk.fail_after(~std::uint64_t{0}); });
      asked_.clear();
    }
    ask_by_hand();
    std::map<std::string, int> good;
    for (const EndedPass& pass : passes_) good[pass.cloud] += pass.began > *calm_since_ && !bad(pass) ? 1 : 0;
    if (std::ranges::all_of(site_.clouds(), [&](const std::string& cloud) { return good[cloud] >= 2; })) return true;
    if (time_.now - *calm_since_ > patience) {
      for (const std::string& cloud : site_.clouds()) {
        if (good[cloud] < 2)
          trace_.broken(
              fmt::format("I3 {} has had {} good passes in {}", cloud, good[cloud], format_duration(patience)));
      }
    }
    return false;
  }
  // What was refused is not tried again for six hours, unless somebody asks for it.
  void ask_by_hand() {
    if (!process_ || !process_->running()) return;
    for (const std::string& cloud : site_.clouds()) {
      if (!asked_.insert(cloud).second) continue;
      process_->reconcile(cloud);
      witness_.by_hand();
    }
  }
  void audit() {
    const std::string copy = directory_ + "/look";
    process_->disk.salvage(copy, random_);
    audit_clouds(site_, copy, trace_);
  }
  void stop_in_good_order() {
    const Mono asked = time_.now;
    process_->ask_to_stop();
    while (process_ && trace_.violations().empty()) {
      if (time_.now - asked > longest_end) return trace_.broken("I9 a stop does not end it");
      turn_to_the_end();
    }
  }
  void turn_to_the_end() {
    if (process_->ended()) return ended();
    if (!process_->machine.step() && !ground_.step()) advance();
  }
  Verdict verdict() {
    Verdict out{
        .seed = 0,
        .violations = trace_.violations(),
        .trace = trace_.lines(),
        .digest = trace_.digest(),
        .passes = static_cast<std::int64_t>(passes_.size()),
        .requests = witness_.requests,
        .writes = witness_.writes,
        .logins = witness_.logins,
        .throttled = witness_.throttled,
        .crashes = crashes_,
        .steps = steps_,
        .simulated_hours = std::chrono::duration<double, std::ratio<3600>>(time_.now.time_since_epoch()).count()};
    out.failed = std::ranges::count_if(passes_, bad);
    static_cast<void>(process_.release());
    return out;
  }

  std::string directory_;
  Time time_{.wall = Wall{} + std::chrono::seconds(1795262400)};
  SeededRandom random_;
  Machine ground_{time_};
  Trace trace_{time_};
  Site site_;
  Network network_{ground_, random_};
  Witness witness_{site_, ground_, trace_};
  Story story_{ground_, site_, network_, random_, trace_};
  std::map<std::string, File> files_;
  std::set<std::int64_t> written_;
  std::set<std::string> asked_;  // clouds, by hand, since it is calm
  std::vector<EndedPass> passes_;
  std::unique_ptr<Process> process_;
  std::string next_disk_;
  Mono restart_at_{}, checked_{};
  std::optional<Mono> calm_since_{};
  std::int64_t crash_in_ = -1, end_in_ = -1, crashes_ = 0, steps_ = 0;
  int without_time_ = 0;
};

}  // namespace

Verdict simulate(std::uint64_t seed, const std::string& directory, const retouch::test::TestKey& key) {
  install_disks();
  // Never destroyed: processes that crashed still refer to what is in it.
  auto* simulation = new Simulation(seed, directory, key);
  Verdict verdict = simulation->run();
  verdict.seed = seed;
  return verdict;
}

}  // namespace retouch::sim
