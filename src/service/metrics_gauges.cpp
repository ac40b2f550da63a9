#include "metrics_gauges.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <utility>

#include "metrics_series.hpp"
#include "retouch/core/guards.hpp"

namespace retouch::service {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using LabelList = std::initializer_list<std::pair<const char*, std::string>>;

constexpr std::array image_states{"synced",  "drifted", "pending",   "failed",   "unresolved",
                                  "refused", "held",    "contended", "suspended"};

double unix_seconds(Wall time) { return seconds(time.time_since_epoch()); }
double number(bool value) { return value ? 1 : 0; }

MetricFamily family(const char* name, const char* help, MetricType type = MetricType::Gauge) {
  return {.name = name, .help = help, .type = type, .metric = {}};
}

void put(MetricFamily& family, double value, LabelList labels = {}) {
  prometheus::ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, label_text(text)});
  if (family.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
}

void put_time(MetricFamily& family, const std::optional<Wall>& time, LabelList labels) {
  if (time) put(family, unix_seconds(*time), labels);
}

MetricFamily images_of(const Status& status) {
  auto images = family("retouch_images", "Images that entries manage, by what the last pass found.");
  for (const CloudStatus& cloud : status.clouds) {
    std::map<std::string, std::int64_t> counts = cloud.images;
    for (const char* state : image_states) counts.try_emplace(state, 0);
    for (const auto& [state, count] : counts)
      put(images, static_cast<double>(count), {{"cloud", cloud.cloud}, {"state", state}});
  }
  return images;
}

void put_limits(MetricFamily& limits, const CloudStatus& cloud) {
  for (const auto& [name, cls] : {std::pair("reads", "read"), {"writes", "write"}}) {
    const auto found = cloud.limits.find(name);
    if (found != cloud.limits.end()) put(limits, found->second.current, {{"cloud", cloud.cloud}, {"class", cls}});
  }
}

MetricFamily blocked_of(const Status& status) {
  auto blocked =
      family("retouch_guard_blocked", "1 while this guard keeps the last plan of the cloud from being applied.");
  for (const CloudStatus& cloud : status.clouds) {
    std::map<std::string, double> guards;
    for (const std::string& guard : core::guard_names()) guards.emplace(guard, 0);
    for (const core::GuardRefusal& refusal : cloud.refusals) guards[refusal.verdict.guard] = 1;
    for (const auto& [guard, value] : guards) put(blocked, value, {{"cloud", cloud.cloud}, {"guard", guard}});
  }
  return blocked;
}

Families clouds_of(const Status& status) {
  auto interval = family("retouch_run_interval_seconds", "How often a pass over the cloud is wanted.");
  auto last_run = family("retouch_last_run_timestamp_seconds", "When the last pass over the cloud ended.");
  auto last_success =
      family("retouch_last_success_timestamp_seconds", "When a pass over the cloud last ended without trouble.");
  auto limits = family("retouch_ratelimit_limit", "Requests per second that may be sent now, after throttling.");
  auto tokens = family("retouch_token_expiry_timestamp_seconds", "When the token in use expires.");
  auto suspended = family("retouch_suspended_since_timestamp_seconds", "Since when the cloud is suspended.");
  for (const CloudStatus& cloud : status.clouds) {
    const LabelList labels = {{"cloud", cloud.cloud}};
    put(interval, seconds(cloud.interval), labels);
    if (cloud.last_run) put(last_run, unix_seconds(*cloud.last_run + cloud.last_duration), labels);
    put_time(last_success, cloud.last_success, labels);
    put_limits(limits, cloud);
    put_time(tokens, cloud.token_expires, labels);
    if (cloud.suspension) put(suspended, unix_seconds(cloud.suspension->since), labels);
  }
  return {interval, last_run, last_success, limits, tokens, suspended, images_of(status), blocked_of(status)};
}

Families sources_of(const Status& status) {
  auto revisions = family("retouch_source_revision_info", "The revision of the source that is in force.");
  auto last_success =
      family("retouch_source_last_success_timestamp_seconds", "When the source was last read without trouble.");
  auto manifests =
      family("retouch_manifests",
             "Manifest files of the source; stale: broken now; their last good content, if any, is in force.");
  for (const SourceStatus& source : status.sources) {
    if (!source.revision.empty()) put(revisions, 1, {{"source", source.name}, {"revision", source.revision}});
    put_time(last_success, source.last_success, {{"source", source.name}});
    const std::int64_t stale = std::ssize(source.stale);
    const auto kept = std::ranges::count(source.stale, false, &StaleFile::left_out);
    const auto current = std::max<std::int64_t>(0, source.files - kept);
    put(manifests, static_cast<double>(current), {{"source", source.name}, {"state", "current"}});
    put(manifests, static_cast<double>(stale), {{"source", source.name}, {"state", "stale"}});
  }
  return {revisions, last_success, manifests};
}

}  // namespace

Families gauges_of(const Status& status) {
  Families all = clouds_of(status);
  for (auto& one : sources_of(status)) all.push_back(std::move(one));
  auto reload =
      family("retouch_config_last_reload_successful", "Whether the configuration in force is what the file says.");
  put(reload, number(status.reload.successful));
  auto started = family("process_start_time_seconds", "When the process started.");
  put(started, unix_seconds(status.started));
  all.push_back(std::move(reload));
  all.push_back(std::move(started));
  return all;
}

MetricFamily build_info(const std::string& version) {
  auto info = family("retouch_build_info", "Always 1; which version this is.");
  put(info, 1, {{"version", version}});
  return info;
}

Families process_families(const os::ProcessUsage& usage) {
  auto cpu = family("process_cpu_seconds_total", "CPU time, user and system.", MetricType::Counter);
  auto resident = family("process_resident_memory_bytes", "Memory that is not swapped out.");
  auto memory = family("process_virtual_memory_bytes", "Address space.");
  auto open = family("process_open_fds", "Open file descriptors.");
  auto most = family("process_max_fds", "How many file descriptors may be open.");
  put(cpu, usage.cpu_seconds);
  put(resident, static_cast<double>(usage.resident_bytes));
  put(memory, static_cast<double>(usage.virtual_bytes));
  put(open, static_cast<double>(usage.open_fds));
  put(most, usage.max_fds);
  return {cpu, resident, memory, open, most};
}

}  // namespace retouch::service
