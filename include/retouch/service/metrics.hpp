// The metrics of design.md section 7. prometheus-cpp stays behind it. What they mean: docs/monitoring.md.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "retouch/base/result.hpp"
#include "retouch/core/plan.hpp"
#include "retouch/http/traffic.hpp"
#include "retouch/os/files.hpp"
#include "retouch/os/process_usage.hpp"
#include "retouch/reconcile/apply_pass.hpp"
#include "retouch/service/status.hpp"

namespace retouch::service {

// Counters and histograms are told what happens; gauges are what the last update() said. A cloud or a source that
// update() no longer names has no series any more. One thread.
class Metrics {
 public:
  using ReadUsage = std::function<std::optional<os::ProcessUsage>()>;
  explicit Metrics(std::string version, ReadUsage usage = os::process_usage);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  // Lives as long as this, also when the cloud goes and comes again; counts requests, retries, throttling and waits.
  http::Observer& observer(const std::string& cloud);

  struct PassEnd {
    std::string cloud;
    std::string result;  // success | partial | refused | throttled | auth | error; anything else counts as error
    Duration took{};
    const core::CloudPlan* plan = nullptr;           // null = none was made
    const reconcile::ApplyReport* report = nullptr;  // null = nothing was sent
  };
  void pass_ended(const PassEnd& end);
  void token_refreshed(const std::string& cloud, bool ok);

  // All gauges.
  void update(const Status& status);

  // Exposition format 0.0.4, by name; process_* are read now.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Content-Type of Metrics::text().
inline constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

// For the textfile collector of node_exporter, which reads only `*.prom`: replaced as a whole, mode 0644. Errc::io (or
// not_found: a directory that is missing) names the path.
Result<void> write_textfile(const Metrics& metrics, const std::string& path, os::Files& files);

}  // namespace retouch::service
