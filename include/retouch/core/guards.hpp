// The guards look at one cloud's plan, and at what is remembered of the account, and say whether it is too big, too
// destructive or too open to be applied without a word from someone. On by default; `--force NAME` accepts one.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/core/plan.hpp"

namespace retouch::core {

// `policy.guards` of the configuration.
struct GuardLimits {
  double changed_percent = 30;            // of the images matched
  std::int64_t percent_from_images = 10;  // changed_percent counts from this many matched images on
  std::int64_t changed_images = 200;
  std::int64_t removed_fields = 50;
  double shrink_percent = 50;              // of the most entries of a source that were accepted in 7 days
  bool exposure = true;                    // holds single fields; see planner.hpp
  double selection_grew_percent = 20;      // of a `match: all`, from percent_from_images images on
  std::int64_t failures_consecutive = 10;  // see FailureGuard
  double failures_percent = 20;
};

// `policy.contention` of the configuration: a field that had to be corrected this often within this time is held.
struct ContentionRules {
  std::int64_t corrections = 3;
  Duration within = std::chrono::hours(6);
  Duration hold = std::chrono::hours(24);
};

// The names that --force takes.
const std::vector<std::string>& guard_names();

// One verdict a guard, in a fixed order, with limit and value also when it did not refuse.
// `memory` null = none: changed_percent looks at this plan alone, and nothing is known to have shrunk or grown.
std::vector<GuardVerdict> judge(const CloudPlan& plan, const GuardLimits& limits, const std::set<std::string>& forced,
                                const Memory* memory);

// True when some verdict refuses.
bool refused(const std::vector<GuardVerdict>& verdicts);

// Watches a pass while it applies: images of which nothing could be applied end it.
class FailureGuard {
 public:
  FailureGuard(const GuardLimits& limits, std::int64_t planned_images, bool forced)
      : limits_(limits), planned_(planned_images), forced_(forced) {}
  void succeeded() {
    ++finished_;
    consecutive_ = 0;
  }
  void failed() {
    ++finished_;
    ++failed_;
    ++consecutive_;
  }
  // The verdict once it refuses. The percentage counts against all planned images, so that a bad start is no verdict
  // yet.
  std::optional<GuardVerdict> tripped() const;

 private:
  GuardLimits limits_;
  std::int64_t planned_;
  bool forced_;
  std::int64_t finished_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t consecutive_ = 0;
};

}  // namespace retouch::core
