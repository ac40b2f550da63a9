#include "retouch/service/metrics.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "fake_files.hpp"
#include "retouch/base/text.hpp"
#include "sample_status.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string filled() {
  Metrics metrics("1.2.3", test::sample_usage);
  test::fill(metrics);
  return metrics.text();
}

std::string sample_of(const std::string& text, const std::string& series) {
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(series + " ")) return line.substr(series.size() + 1);
  }
  return "absent";
}

TEST(Metrics, EveryGaugeIsWhatTheStatusSays) {
  const auto text = filled();
  const auto is = [&](const std::string& series, const std::string& value) {
    EXPECT_EQ(sample_of(text, series), value) << series;
  };
  is(R"(retouch_build_info{version="1.2.3"})", "1");
  is(R"(retouch_images{cloud="lab",state="synced"})", "40");
  is(R"(retouch_images{cloud="lab",state="contended"})", "0");
  is(R"(retouch_last_run_timestamp_seconds{cloud="lab"})", "1700000002");
  is(R"(retouch_last_success_timestamp_seconds{cloud="lab"})", "1699999400");
  is(R"(retouch_run_interval_seconds{cloud="lab"})", "600");
  is(R"(retouch_guard_blocked{cloud="lab",guard="changed_percent"})", "1");
  is(R"(retouch_guard_blocked{cloud="lab",guard="exposure"})", "0");
  is(R"(retouch_token_expiry_timestamp_seconds{cloud="lab"})", "1700003600");
  is(R"(retouch_suspended_since_timestamp_seconds{cloud="lab"})", "1699999940");
  is(R"(retouch_source_revision_info{revision="4f2a",source="site"})", "1");
  is(R"(retouch_source_last_success_timestamp_seconds{source="site"})", "1700000000");
  is(R"(retouch_manifests{source="site",state="current"})", "11");
  is(R"(retouch_manifests{source="site",state="stale"})", "1");
  is("retouch_config_last_reload_successful", "1");
}

TEST(Metrics, ALimitIsWhatAClassMaySendNow) {
  const auto text = filled();
  EXPECT_EQ(sample_of(text, R"(retouch_ratelimit_limit{class="read",cloud="lab"})"), "7");
  EXPECT_EQ(sample_of(text, R"(retouch_ratelimit_limit{class="write",cloud="lab"})"), "5");
}

TEST(Metrics, APassCountsItsResultItsChangesAndItsRefusals) {
  const auto text = filled();
  EXPECT_EQ(sample_of(text, R"(retouch_run_total{cloud="lab",result="partial"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_run_total{cloud="lab",result="success"})"), "0");
  EXPECT_EQ(sample_of(text, R"(retouch_run_duration_seconds_count{cloud="lab"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_run_duration_seconds_bucket{cloud="lab",le="2.5"})"), "1");
  // Two entries that want the same of one image change it once; what failed is no change.
  EXPECT_EQ(sample_of(text, R"(retouch_changes_total{cause="drift",cloud="lab",op="replace"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_changes_total{cause="drift",cloud="lab",op="add"})"), "1")
      << "of the partial one";
  EXPECT_EQ(sample_of(text, R"(retouch_changes_total{cause="pending",cloud="lab",op="add"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_changes_total{cause="both",cloud="lab",op="remove"})"), "0");
  EXPECT_EQ(sample_of(text, R"(retouch_guard_refusals_total{cloud="lab",guard="changed_percent"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_guard_refusals_total{cloud="lab",guard="changed_images"})"), "0");
}

TEST(Metrics, TheGuardThatEndsAPassIsARefusalToo) {
  Metrics metrics("1");
  reconcile::ApplyReport report;
  report.failures = core::GuardVerdict{.guard = "failures", .refused = true};
  metrics.pass_ended({.cloud = "lab", .result = "what is this", .report = &report});
  EXPECT_EQ(sample_of(metrics.text(), R"(retouch_guard_refusals_total{cloud="lab",guard="failures"})"), "1");
  EXPECT_EQ(sample_of(metrics.text(), R"(retouch_run_total{cloud="lab",result="error"})"), "1");
}

TEST(Metrics, TheObserverOfACloudCountsItsTraffic) {
  const auto text = filled();
  EXPECT_EQ(sample_of(text, R"(retouch_http_requests_total{class="write",cloud="lab",code="200"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_http_requests_total{class="read",cloud="lab",code="other"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_http_request_duration_seconds_bucket{class="write",cloud="lab",le="0.05"})"),
            "1");
  EXPECT_EQ(sample_of(text, R"(retouch_http_retries_total{cloud="lab",reason="throttled"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_throttled_total{cloud="lab"})"), "1");
  EXPECT_EQ(sample_of(text, R"(retouch_ratelimit_wait_seconds_total{class="write",cloud="lab"})"), "1.5");
  EXPECT_EQ(sample_of(text, R"(retouch_token_refresh_total{cloud="lab",result="success"})"), "1");
}

TEST(Metrics, AnAnswerThatIsNoHttpStatusIsOther) {
  Metrics metrics("1");
  for (const int status : {0, 99, 1000, -1}) metrics.observer("lab").attempted(http::RequestClass::auth, status, 1ms);
  EXPECT_EQ(sample_of(metrics.text(), R"(retouch_http_requests_total{class="auth",cloud="lab",code="other"})"), "4");
}

TEST(Metrics, WhatIsNoLongerConfiguredHasNoSeries) {
  Metrics metrics("1", test::sample_usage);
  test::fill(metrics);
  http::Observer& observer = metrics.observer("lab");
  Status other;
  other.clouds.push_back({.cloud = "east", .provider = "ims"});
  metrics.update(other);
  const auto text = metrics.text();
  EXPECT_THAT(text, Not(HasSubstr("lab")));
  EXPECT_THAT(text, Not(HasSubstr("site")));
  EXPECT_THAT(text, HasSubstr(R"(retouch_images{cloud="east",state="synced"} 0)"));
  // Its last request may end later; the observer is still good, and begins again at zero.
  observer.throttled(http::RequestClass::read);
  EXPECT_EQ(sample_of(metrics.text(), R"(retouch_throttled_total{cloud="lab"})"), "1");
  EXPECT_EQ(&observer, &metrics.observer("lab"));
}

TEST(Metrics, AnOldRevisionGoesWithItsSeries) {
  Metrics metrics("1");
  Status status = test::sample_status();
  metrics.update(status);
  status.sources[0].revision = "77aa";
  metrics.update(status);
  EXPECT_THAT(metrics.text(), HasSubstr(R"(revision="77aa")"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("4f2a")));
}

TEST(Metrics, WhatIsNotKnownHasNoSample) {
  Metrics metrics("1", [] { return std::optional<os::ProcessUsage>(); });
  Status status;
  status.clouds.push_back({.cloud = "lab", .provider = "glance"});
  status.sources.push_back({.name = "site", .kind = "directory", .location = "x"});
  metrics.update(status);
  const auto text = metrics.text();
  for (const char* name : {"last_run_timestamp", "last_success_timestamp", "token_expiry", "ratelimit_limit",
                           "suspended_since", "revision_info", "process_cpu"})
    EXPECT_THAT(text, Not(HasSubstr(name)));
}

TEST(Metrics, TheProcessShowsWhatItTakes) {
  const auto text = filled();
  EXPECT_EQ(sample_of(text, "process_cpu_seconds_total"), "1.5");
  EXPECT_EQ(sample_of(text, "process_resident_memory_bytes"), "1048576");
  EXPECT_EQ(sample_of(text, "process_virtual_memory_bytes"), "2097152");
  EXPECT_EQ(sample_of(text, "process_open_fds"), "9");
  EXPECT_EQ(sample_of(text, "process_max_fds"), "1024");
  EXPECT_EQ(sample_of(text, "process_start_time_seconds"), "1699995000");
}

TEST(Metrics, LabelsNeverCarryImagesOrPlaces) {
  const auto text = filled();
  for (const char* secret : {"id-1", "Ubuntu", "https://", "a.yaml"}) EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST(Metrics, AHostileNameCannotEndALine) {
  Metrics metrics("1");
  Status status;
  status.sources.push_back(
      {.name = "s\"} 1\nevil 1\n\xff", .kind = "git", .location = "x", .revision = std::string(5000, 'r')});
  metrics.update(status);
  const auto text = metrics.text();
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_THAT(text, Not(HasSubstr("\nevil")));
  EXPECT_LT(text.size(), 6000u);
}

TEST(Metrics, TheTextHasOneOrder) {
  const auto text = filled();
  EXPECT_EQ(text, filled());
  std::vector<std::string> names;
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with("# TYPE ")) names.push_back(line);
  }
  EXPECT_GT(names.size(), 25u);
  EXPECT_TRUE(std::ranges::is_sorted(names));
}

TEST(MetricsFile, IsTheSameText) {
  Metrics metrics("1", test::sample_usage);
  test::fill(metrics);
  retouch::test::FakeFiles files;
  ASSERT_TRUE(write_textfile(metrics, "/var/lib/node/retouch.prom", files));
  EXPECT_EQ(files.files["/var/lib/node/retouch.prom"].content, metrics.text());
}

TEST(MetricsFile, AMissingDirectoryIsAnErrorThatNamesIt) {
  const auto files = os::make_system_files();
  const auto written = write_textfile(Metrics("1"), "/nowhere/at/all/retouch.prom", *files);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("/nowhere/at/all/retouch.prom"));
  EXPECT_THAT(written.error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace retouch::service
