// What others are told about a run, and whether it is news to them. Values and decisions only; notifier.hpp sends it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/journal.hpp"

namespace retouch::service {

// What one pass came to.
struct CloudNotice {
  std::string cloud;
  std::string result;   // success | partial | refused | throttled | auth | error, as in the metrics
  std::string error{};  // described
  // Of images; `unresolved` and `refused` of entries and fields.
  std::int64_t changed = 0, partial = 0, failed = 0, skipped = 0, unresolved = 0, refused = 0;
  std::vector<core::GuardRefusal> refusals{};
  std::vector<core::ChangeRecord> changes{};  // all of them; the document shows the first
  // Filled in by NewsFilter: changed, failed, refused, recovered.
  std::vector<std::string> news{};
};

struct RunNotice {
  std::string run;   // id
  std::string verb;  // "run", "rollback"
  std::string by{};
  Wall began{}, ended{};
  std::vector<core::SourceRevision> sources{};
  std::vector<CloudNotice> clouds{};
};

// Lets through what is worth a message: every pass that changed something; of trouble the first time, each new reason,
// and the end of it. What fails at every interval for the same reason is said once. A cloud that only throttles is no
// news, neither of trouble nor of its end. Forgets at a restart.
class NewsFilter {
 public:
  // The notice with the clouds that have news; nullopt = there are none.
  std::optional<RunNotice> filter(RunNotice notice);

 private:
  std::map<std::string, std::string> troubles_;  // by cloud: why
};

inline constexpr std::size_t notified_changes = 20;  // of each cloud; the rest is counted

// kind "run", format_version "1.0": docs/gitops.md. Foreign texts in it are printable() and short, so that a chat can
// show them; it contains no links.
Json to_document(const RunNotice& notice);

}  // namespace retouch::service
