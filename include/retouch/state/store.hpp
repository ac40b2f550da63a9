// The memory behind a narrow interface: SQLite here, the same data in etcd later. Everything that is written is on the
// disk when the call returns. A failure is Errc::io (transient) or Errc::invalid_input (corrupt, newer, not ours) and
// names the file and what to do; nothing is ever overwritten or started afresh because it could not be read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/blocking.hpp"
#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/core/journal.hpp"

namespace retouch::state {

struct MemoryOf {
  std::string account;
  std::string cloud;
  Wall now{};  // decides "lately"; when entries were counted
};

struct RunFilter {
  std::optional<Wall> since{};
  std::string cloud{};     // a name
  std::string entry{};     // a name
  std::string revision{};  // begins with this
  std::string cause{};
  std::string id_prefix{};
  std::int64_t newest = 0;  // at most this many, newest first; 0 = all
};

struct ChangeFilter {
  std::string run{};      // id
  std::string account{};  // with `open`: what a dead process left behind
  std::string cloud{};
  std::string entry{};
  std::string cause{};
  std::string image_id{};
  std::string field{};
  bool open = false;        // only what is in doubt: ChangeStatus::intended and uncertain
  std::int64_t newest = 0;  // at most this many, newest first; 0 = all, oldest first
};

// Of what `suspend` stops.
struct Suspended {
  enum class What { cloud, entry };
  What what = What::cloud;
  std::string name;
  core::Suspension suspension;
  bool operator==(const Suspended&) const = default;
};

struct HeldField {
  std::string account;
  core::FieldKey key;
  core::Hold hold;
  bool operator==(const HeldField&) const = default;
};

// How the last pass of `run` over a cloud went: the daemon's schedule survives a restart.
struct PassNote {
  std::string cloud;  // name
  Wall began{};
  std::optional<Wall> ended{};  // nullopt: it goes on, or the process ended first
  std::string result{};         // success|partial|refused|throttled|auth|error; empty while it goes on
  std::string error{};          // described
  std::optional<Wall> succeeded{};
  std::string desired{};      // digest of what the manifests wished then
  std::int64_t failures = 0;  // in a row
  bool operator==(const PassNote&) const = default;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual task<Result<core::Memory>> recall(MemoryOf what) = 0;

  virtual task<Result<void>> begin(core::RunRecord run) = 0;
  // The same, with their ids. No request leaves before this has returned.
  virtual task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) = 0;
  // All of it or nothing, in the order of its members; `entries_reset` before `entries`.
  virtual task<Result<void>> commit(MemoryOf what, core::MemoryUpdate update) = 0;
  // `ended`, `exit_code`, `passes`, and a `fingerprint` that was not known when it began.
  virtual task<Result<void>> finish(core::RunRecord run) = 0;

  virtual task<Result<std::vector<core::RunRecord>>> runs(RunFilter filter) = 0;  // newest first
  virtual task<Result<std::vector<core::ChangeRecord>>> changes(ChangeFilter filter) = 0;

  virtual task<Result<std::vector<HeldField>>> holds() = 0;  // of all accounts
  // Lifts a hold; the corrections that led to it count no more. A field whose wish the cloud did not keep is forgotten,
  // so that it is sent again.
  virtual task<Result<void>> release(std::string account, core::FieldKey key) = 0;
  virtual task<Result<std::vector<Suspended>>> suspended() = 0;
  virtual task<Result<void>> suspend(Suspended what) = 0;
  virtual task<Result<bool>> resume(Suspended::What what, std::string name) = 0;  // false = it was not suspended
  virtual task<Result<std::vector<core::GuardRefusal>>> refusals() = 0;
  // Replaces what was refused of this cloud.
  virtual task<Result<void>> refused(std::string cloud, std::vector<core::GuardRefusal> refusals) = 0;

  virtual task<Result<std::vector<PassNote>>> last_passes() = 0;  // by cloud, in order of their names
  virtual task<Result<void>> note_pass(PassNote note) = 0;        // replaces that cloud's
};

// The file of the state below its directory.
inline constexpr const char* state_file = "retouch.db";

enum class Open {
  read,   // verbs that only look: a missing file is nullptr, and none is made
  write,  // made if missing (directory 0700, file 0600), migrated if old, with a copy of before beside it
};

// `blocking` outlives it. The directory is that of `state: {path: …}`.
task<Result<std::unique_ptr<Store>>> open_store(std::string directory, Open how, async::Blocking& blocking);

}  // namespace retouch::state
