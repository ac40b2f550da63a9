#include "retouch/service/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "metrics_gauges.hpp"
#include "metrics_series.hpp"
#include "retouch/core/guards.hpp"

namespace retouch::service {

namespace {

using prometheus::Counter;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

constexpr std::array results{"success", "partial", "refused", "throttled", "auth", "error"};
constexpr std::array retry_reasons{"throttled", "server", "network", "auth"};
constexpr std::array classes{http::RequestClass::auth, http::RequestClass::read, http::RequestClass::write};

// A list of 10,000 images takes a second, a hung server the whole timeout of 30 s.
Buckets request_buckets() { return {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}; }
// From "nothing to do" to a pass that changes thousands of images at five a second.
Buckets run_buckets() { return {0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800}; }

std::string code_of(int status) { return status >= 100 && status <= 999 ? std::to_string(status) : "other"; }
std::string result_of(const std::string& result) {
  return std::ranges::find(results, result) == results.end() ? "error" : result;
}

}  // namespace

struct Metrics::Impl {
  struct Watching final : http::Observer {
    Watching(Impl& o, std::string c) : owner(o), cloud(std::move(c)) {}
    void attempted(http::RequestClass cls, int status, Duration elapsed) override {
      const std::string name(to_string(cls));
      owner.requests.at({{"cloud", cloud}, {"class", name}, {"code", code_of(status)}}).Increment();
      owner.request_durations.at({{"cloud", cloud}, {"class", name}}).Observe(seconds(elapsed));
    }
    void waited(http::RequestClass cls, Duration wait) override {
      owner.waits.at({{"cloud", cloud}, {"class", std::string(to_string(cls))}}).Increment(seconds(wait));
    }
    void throttled(http::RequestClass) override { owner.throttled.at({{"cloud", cloud}}).Increment(); }
    void retried(http::RequestClass, std::string_view reason) override {
      owner.retries.at({{"cloud", cloud}, {"reason", std::string(reason)}}).Increment();
    }
    Impl& owner;
    std::string cloud;
  };

  explicit Impl(std::string version, ReadUsage usage) : build(build_info(version)), read_usage(std::move(usage)) {}

  template <class Visit>
  void each_series(Visit visit) {
    visit(runs), visit(run_durations), visit(changes), visit(guard_refusals), visit(requests), visit(request_durations);
    visit(retries), visit(throttled), visit(waits), visit(token_refreshes);
  }
  // rate() sees the first event of a series only if there was a zero before.
  void start_at_zero(const std::string& cloud);
  void count_changes(const std::string& cloud, const reconcile::ApplyReport& report);

  prometheus::MetricFamily build;
  ReadUsage read_usage;
  Families gauges{};
  std::map<std::string, std::unique_ptr<Watching>> observers{};
  Series<Counter> runs{"retouch_run_total", "Passes over the cloud, by how they ended."};
  Series<Histogram> run_durations{"retouch_run_duration_seconds", "What a pass over the cloud took.", run_buckets()};
  Series<Counter> changes{"retouch_changes_total", "Fields of images that were changed."};
  Series<Counter> guard_refusals{"retouch_guard_refusals_total", "Plans that this guard refused."};
  Series<Counter> requests{"retouch_http_requests_total", "Requests to the cloud, each attempt of them."};
  Series<Histogram> request_durations{"retouch_http_request_duration_seconds",
                                      "From sending a request to the end of its answer.", request_buckets()};
  Series<Counter> retries{"retouch_http_retries_total", "Requests that were sent again."};
  Series<Counter> throttled{"retouch_throttled_total", "Answers of the cloud that say: slower."};
  Series<Counter> waits{"retouch_ratelimit_wait_seconds_total", "Time that requests waited for their turn."};
  Series<Counter> token_refreshes{"retouch_token_refresh_total", "Logins, and renewals of a token."};
};

void Metrics::Impl::start_at_zero(const std::string& cloud) {
  for (const char* result : results) runs.at({{"cloud", cloud}, {"result", result}});
  for (const char* result : {"success", "error"}) token_refreshes.at({{"cloud", cloud}, {"result", result}});
  for (const char* reason : retry_reasons) retries.at({{"cloud", cloud}, {"reason", reason}});
  for (const auto cls : classes) waits.at({{"cloud", cloud}, {"class", std::string(to_string(cls))}});
  for (const std::string& guard : core::guard_names()) guard_refusals.at({{"cloud", cloud}, {"guard", guard}});
  throttled.at({{"cloud", cloud}});
  run_durations.at({{"cloud", cloud}});
  for (const auto op : {core::Op::add, core::Op::replace, core::Op::remove}) {
    for (const auto cause : {core::Cause::drift, core::Cause::pending, core::Cause::both, core::Cause::unknown})
      changes.at({{"cloud", cloud}, {"op", std::string(to_string(op))}, {"cause", std::string(to_string(cause))}});
  }
}

// Several entries may want the same field of one image: it is one change.
void Metrics::Impl::count_changes(const std::string& cloud, const reconcile::ApplyReport& report) {
  std::set<std::pair<std::string_view, std::string_view>> counted;
  for (const reconcile::ImageResult& result : report.results) {
    if (result.status != reconcile::Status::changed && result.status != reconcile::Status::partial) continue;
    for (const core::FieldChange& field : result.fields) {
      if (result.undone.contains(field.name)) continue;
      if (!counted.emplace(result.image_id, field.name).second) continue;
      changes
          .at({{"cloud", cloud},
               {"op", std::string(to_string(field.op))},
               {"cause", std::string(to_string(field.cause))}})
          .Increment();
    }
  }
}

Metrics::Metrics(std::string version, ReadUsage usage)
    : impl_(std::make_unique<Impl>(std::move(version), std::move(usage))) {}
Metrics::~Metrics() = default;

http::Observer& Metrics::observer(const std::string& cloud) {
  auto& slot = impl_->observers[cloud];
  if (!slot) slot = std::make_unique<Impl::Watching>(*impl_, cloud);
  return *slot;
}

void Metrics::pass_ended(const PassEnd& end) {
  impl_->runs.at({{"cloud", end.cloud}, {"result", result_of(end.result)}}).Increment();
  impl_->run_durations.at({{"cloud", end.cloud}}).Observe(seconds(end.took));
  const auto refused = [&](const core::GuardVerdict& verdict) {
    if (verdict.refused) impl_->guard_refusals.at({{"cloud", end.cloud}, {"guard", verdict.guard}}).Increment();
  };
  if (end.plan) std::ranges::for_each(end.plan->guards, refused);
  if (!end.report) return;
  impl_->count_changes(end.cloud, *end.report);
  if (end.report->failures) refused(*end.report->failures);
}

void Metrics::token_refreshed(const std::string& cloud, bool ok) {
  impl_->token_refreshes.at({{"cloud", cloud}, {"result", ok ? "success" : "error"}}).Increment();
}

void Metrics::update(const Status& status) {
  std::set<std::string> clouds;
  for (const CloudStatus& cloud : status.clouds) {
    clouds.insert(label_text(cloud.cloud));
    impl_->start_at_zero(cloud.cloud);
  }
  impl_->each_series([&](auto& series) { series.keep("cloud", clouds); });
  impl_->gauges = gauges_of(status);
}

std::string Metrics::text() const {
  Families all = impl_->gauges;
  all.push_back(impl_->build);
  impl_->each_series([&](auto& series) { series.collect_into(all); });
  if (const auto usage = impl_->read_usage()) std::ranges::move(process_families(*usage), std::back_inserter(all));
  std::erase_if(all, [](const auto& family) { return family.metric.empty(); });
  // The same order at every scrape: for those who compare two of them, and for compression.
  std::ranges::sort(all, {}, &prometheus::MetricFamily::name);
  for (auto& family : all) {
    for (auto& metric : family.metric) std::sort(metric.label.begin(), metric.label.end());
    std::ranges::sort(family.metric, {}, &prometheus::ClientMetric::label);
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, all);
  return std::move(out).str();
}

Result<void> write_textfile(const Metrics& metrics, const std::string& path, os::Files& files) {
  return files.write(path, metrics.text(), 0644);
}

}  // namespace retouch::service
