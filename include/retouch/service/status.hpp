// What the daemon says of itself: one value, and one JSON document of it for the control socket, the status page and
// `retouch status`. The metrics are taken from the same value. Shape of the document: docs/service.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/journal.hpp"
#include "retouch/state/store.hpp"

namespace retouch::service {

struct StaleFile {
  std::string file;
  std::string problem;  // the first complaint, with line and column
  Wall since{};
  bool left_out = false;  // it never had a good content: nothing of it is in force
};

struct SourceStatus {
  std::string name;
  std::string kind;                    // directory | git
  std::string location;                // path or URL
  std::string revision{};              // in force; "" = nothing was ever read
  std::optional<Wall> last_success{};  // of a look at it, whether or not something was new
  std::string error{};                 // why the last look failed, described; "" = it did not
  std::int64_t files = 0;
  std::vector<StaleFile> stale{};  // files whose newest content is not in force
};

// One class of requests.
struct LimitStatus {
  double configured = 0;  // per second
  double current = 0;     // what throttling has left of it
  std::int64_t waiting = 0;
};

struct CloudStatus {
  std::string cloud;
  std::string provider;
  std::string account{};          // key; "" = nobody has logged in yet
  std::string mode;               // enforce | report
  std::string phase = "waiting";  // waiting, queued, opening, locking, planning, applying
  Duration interval{};
  std::optional<Wall> last_run{}, last_success{}, next_run{};
  Duration last_duration{};
  std::string result{};       // of the last pass: success | partial | refused | throttled | auth | error
  std::string error{};        // described
  std::int64_t failures = 0;  // passes in a row that failed
  std::map<std::string, std::int64_t> images{};  // by state: synced drifted pending failed unresolved refused held …
  std::map<std::string, LimitStatus> limits{};   // reads, writes: what a class may send under all limits
  std::optional<Wall> token_expires{};
  std::shared_ptr<const core::CloudPlan> plan{};  // of the last pass; null = none was made yet
  std::string fingerprint{};                      // of that plan
  std::vector<core::GuardRefusal> refusals{};
  std::optional<core::Suspension> suspension{};
};

struct ReloadStatus {
  Wall at{};
  bool successful = true;
  std::string error{};                       // why the old configuration goes on
  std::vector<std::string> not_refreshed{};  // what only a restart can renew: systemd credentials, listeners
};

struct Status {
  std::string version;
  std::int64_t pid = 0;
  std::string phase = "starting";  // starting, running, stopping
  Wall now{}, started{};
  std::string configuration;  // file
  ReloadStatus reload{};
  std::vector<SourceStatus> sources{};
  std::vector<CloudStatus> clouds{};  // by name
  // From the state; empty with `state: none`.
  bool remembers = true;
  std::vector<state::Suspended> suspended{};
  std::vector<state::HeldField> held{};
  std::vector<core::RunRecord> runs{};                               // newest first, the last 20
  std::map<std::string, std::vector<core::ChangeRecord>> changes{};  // by run, the first 50 of each
};

// Strings in it are as they came (foreign!): whoever shows them makes them harmless.
Json to_document(const Status& status);

}  // namespace retouch::service
