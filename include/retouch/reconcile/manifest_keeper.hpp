// What a daemon keeps of its sources: the last good content of each file, over errors, outages and restarts.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/config/settings.hpp"
#include "retouch/reconcile/desired_state.hpp"
#include "retouch/reconcile/world.hpp"
#include "retouch/sources/last_good.hpp"

namespace retouch::reconcile {

// How one source stands after update().
struct SourceStanding {
  std::string name;
  std::string kind;                         // directory | git
  std::string revision{};                   // in force; "" = never read
  std::optional<Error> error{};             // why it could not be read this time: `revision` is the last good one
  std::vector<sources::StaleFile> stale{};  // by file: what does not validate, since when and why
  std::int64_t files = 0;                   // in force
  std::optional<Wall> last_success{};       // when it was read without error; nullopt = never by this process or state
  bool changed = false;                     // what is in force of it is not what was in force before this update
};

struct Kept {
  // Of all sources together; its diagnostics hold warnings alone. Never null, and shared: it may be thousands of
  // entries.
  std::shared_ptr<const DesiredState> desired = std::make_shared<const DesiredState>();
  EntryNames all_entries{};
  std::vector<SourceStanding> sources{};  // in the order of the configuration
  // What is known to be wrong with the files as they are in the sources: for the log, all of it, with file:line:column.
  Diagnostics complaints{};
  bool changed = false;
  // Some source was never read, or some file has no good content: what it manages is not free for `exact`
  // (Scope::entries_missing).
  bool incomplete = false;
};

// What a revision is one of: another repository, branch or directory knows others.
std::string origin_of(const config::Source& source);

// Not for two coroutines at once: update() and at() of one keeper are called one after the other.
class ManifestKeeper {
 public:
  // `state_directory`: below it, in sources/NAME.json, stands what survives a restart; "" = nothing does. `world`
  // outlives it.
  ManifestKeeper(World& world, std::string state_directory);
  ~ManifestKeeper();

  // Reads the sources named in `which` (empty: all; one that was never read: always), and resolves all of them together
  // for the clouds of `settings`. A source that cannot be read keeps what it had, and says why; a file that does not
  // validate keeps its last good content. An error: no source has ever given anything; then it is that of the first
  // source. May take as long as the timeouts of the Git sources, which are read side by side.
  // Call it too after `settings` changed: what is remembered is judged anew.
  task<Result<Kept>> update(const config::Settings& settings, std::set<std::string> which = {});

  // For `reconcile --revision`: everything as it is in force, but the Git source `source` at `revision`, which must be
  // a commit that its ref contains and that `verify` accepts. Nothing of it is remembered, and files with errors are
  // an error.
  task<Result<DesiredState>> at(const config::Settings& settings, const std::string& source, std::string revision);

  // Returns when the directory source `source` (a copy of its configuration) probably changed and has been quiet since,
  // and after 60 s in any case: then call update(). Cancel it to end the wait. A Git source: after its interval.
  task<void> wait_for_change(config::Source source);
  // Gives back what waiting has taken of the system. To be called, when nobody waits, before the executor's context
  // goes.
  void stop_watching();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace retouch::reconcile
