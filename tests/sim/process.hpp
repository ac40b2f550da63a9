// One life of the daemon: the real engine with its real store, on a machine of its own. It ends in good order, or in
// the middle of anything: then it is never run again, and what it holds is nobody's any more.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "disk.hpp"
#include "network.hpp"
#include "retouch/service/engine.hpp"
#include "watched_store.hpp"

namespace retouch::sim {

// What the simulation is told of a pass that ended.
struct EndedPass {
  std::string cloud, result;
  Mono began{};
};

struct Surroundings {
  const Time& time;
  Site& site;
  Network& network;
  Witness& witness;
  Trace& trace;
  std::set<std::int64_t>& written;  // ids of the intents that the store confirmed
  std::vector<EndedPass>& passes;
};

class Process {
 public:
  // `files`: what is on the disk beside the state (manifests, tokens).
  Process(Surroundings around, std::string directory, std::map<std::string, retouch::test::FakeFiles::File> files,
          std::uint64_t seed, Duration clock_error);

  Machine machine;
  Disk disk;
  retouch::test::FakeFiles files;

  void start();
  bool ended() const { return ended_; }
  bool running() const { return engine_ != nullptr && !ended_; }
  void ask_to_stop() { stop_.request(); }
  // What people and hooks do; nothing before it runs.
  void look() const;
  void reconcile(const std::string& cloud);
  void reload();
  void check_outputs();

 private:
  task<void> live();
  service::EngineParts parts();
  void note(const LogRecord& record);
  void note_pass(const service::PassOutcome& outcome);
  void spawn(task<void> work);

  Surroundings around_;
  SeededRandom random_;
  std::unique_ptr<async::Blocking> blocking_ = async::make_inline_blocking();
  async::Stop stop_;
  service::Metrics metrics_{"1.2.3", [] { return std::nullopt; }};
  reconcile::World world_;
  std::unique_ptr<WatchedStore> store_;
  std::unique_ptr<service::Engine> engine_;
  bool ended_ = false;
};

}  // namespace retouch::sim
