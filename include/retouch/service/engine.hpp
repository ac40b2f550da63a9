// The daemon without its sockets: sources are watched, passes begin when they should, and what comes of them is kept
// for those who ask. All of it runs in simulated time as well.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "retouch/async/semaphore.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/reconcile/manifest_keeper.hpp"
#include "retouch/service/controls.hpp"
#include "retouch/service/metrics.hpp"
#include "retouch/service/pass.hpp"
#include "retouch/service/scheduler.hpp"

namespace retouch::service {

struct EngineParts {
  std::shared_ptr<const config::Settings> settings;
  // Reads the configuration again; its error says all that is wrong with it. For reload().
  std::function<task<Result<config::Settings>>()> load_settings{};
  state::Store* store = nullptr;  // null: `state: none`
  std::string state_directory{};  // "" = nothing survives a restart
  std::string lock_directory{};
  std::string lock_holder{};
  std::string version{};
  std::int64_t pid = 0;
  bool dry_run = false;  // as if every cloud said `mode: report`
  Scheduler::Beat beat{};
  // A pass over one cloud ended: for notifications. May be null.
  std::function<void(const PassOutcome&)> told{};
  // Around a reload: it begins; it has ended, well or not. May be null.
  std::function<void()> reloading{};
  std::function<task<void>(bool well)> reloaded{};
  // Much was needed for a moment, and is not any more; called when nothing has happened since for some seconds. May be
  // null.
  std::function<void()> rest{};
  // What is going on changed, in a few words: for the service manager. May be null.
  std::function<void(const std::string&)> doing{};
};

class Engine final : public Controls {
 public:
  // Passes at a time, over all clouds.
  static constexpr std::size_t width = 8;

  // Everything outlives it.
  Engine(EngineParts parts, Metrics& metrics, reconcile::World& world);
  ~Engine() override;

  // What is remembered of the last passes; then runs until a stop is requested and the passes under way have ended.
  task<void> run();

  // Somebody says that this source has something new.
  void look_at(const std::string& source, core::Trigger why);
  // Some source was read, and every cloud that was due was reached, or it is known why not.
  bool ready() const;
  // Returns when ready, or when a stop is requested.
  task<void> until_ready();
  // For /metrics: brings the gauges up to date.
  std::string metrics_text();

  task<Json> status() override;
  task<Result<Json>> reconcile(ReconcileAsk ask) override;
  task<Result<Json>> suspend(state::Suspended what) override;
  task<Result<Json>> resume(ReleaseAsk what) override;
  task<Result<Json>> reload() override;

  const config::Settings& settings() const { return *parts_.settings; }
  std::shared_ptr<const config::Settings> shared_settings() const { return parts_.settings; }  // over a reload

 private:
  struct CloudState {
    CloudStatus status;
    std::optional<Json> last{};         // what the last pass came to, for who waited for it
    std::optional<ReconcileAsk> ask{};  // for the next pass
    bool reached = false;               // since the start of this process
    std::string desired{};              // revisions that the last pass saw
  };
  struct SourceState {
    SourceStatus status;
    std::optional<core::Trigger> wanted{};  // somebody says that there is something new
    async::Condition look{};
  };

  // What cannot be read leaves `into` as it was, and the log says why: the rest is worth more than an error.
  template <class T>
  bool take(Result<T> read, T& into, std::string_view what) {
    if (!read) {
      log_.error(std::string(what) + " cannot be read: " + describe(read.error()));
      return false;
    }
    into = *std::move(read);
    return true;
  }

  // engine.cpp
  void adopt(const config::Settings& settings);
  task<Result<void>> recall();
  Status snapshot() const;
  void say() const;
  CloudState* find(const std::string& cloud);

  // engine_sources.cpp
  task<void> watch_sources();
  task<void> watch(std::string source);
  task<void> look(std::set<std::string> which, core::Trigger why);
  void note_sources(const reconcile::Kept& kept);
  void trigger_what_changed(const reconcile::DesiredState* before, core::Trigger why);
  std::string revisions() const;

  // engine_passes.cpp
  task<void> until_looked();
  task<PassEnded> pass(std::string cloud, core::Trigger why);
  task<Result<PassRequest>> request_for(std::string cloud, std::shared_ptr<const config::Settings> settings,
                                        std::optional<ReconcileAsk> ask);
  task<void> note(std::string cloud, Wall began, std::optional<Wall> ended);
  task<void> refresh_stops();
  void rest_soon();
  void beat();

  // engine_controls.cpp
  task<Result<void>> read_again();
  Result<std::vector<std::string>> clouds_of(const ReconcileAsk& ask);
  Result<std::string> cloud_of_fingerprint(const std::string& fingerprint) const;

  EngineParts parts_;
  Metrics& metrics_;
  reconcile::World& world_;
  Log log_;
  reconcile::Accounts accounts_;
  reconcile::ManifestKeeper keeper_;
  async::Semaphore keeper_turn_{1};
  async::Semaphore reload_turn_{1};
  std::shared_ptr<const reconcile::Kept> kept_{};            // null: no source was ever read
  std::shared_ptr<const config::Settings> kept_settings_{};  // that kept_ was read for
  std::shared_ptr<const config::Settings> at_start_{};       // what only a restart renews is compared with
  std::string no_manifests_{};                               // why kept_ is null
  std::string last_complaints_{};                            // so that they are logged once
  std::map<std::string, CloudState> clouds_;
  std::map<std::string, std::unique_ptr<SourceState>> sources_;
  std::vector<state::Suspended> suspended_;
  ReloadStatus reload_{};
  Wall started_{};
  bool recalled_ = false;
  std::optional<Mono> rest_at_{};     // when parts_.rest is called, unless a pass is under way then
  bool looked_ = false;               // the sources of this configuration were asked, whatever came of it
  async::Condition progress_;         // towards ready()
  async::Condition sources_changed_;  // of the configuration
  Scheduler scheduler_;
};

}  // namespace retouch::service
