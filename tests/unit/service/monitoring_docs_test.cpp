// What the documentation tells Prometheus and Grafana to look at is there, and what is there is explained.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "retouch/base/text.hpp"
#include "retouch/os/files.hpp"
#include "sample_status.hpp"

namespace retouch::service {
namespace {

using Names = std::set<std::string>;

Names exported() {
  Metrics metrics("1", test::sample_usage);
  test::fill(metrics);
  Names names;
  for (const std::string& line : split(metrics.text(), '\n')) {
    const auto words = split(line, ' ');
    if (words.size() == 4 && words[1] == "TYPE") names.insert(words[2]);
  }
  return names;
}

std::string read(const std::string& name) {
  return os::make_system_files()->read(RETOUCH_PROJECT "/docs/" + name, std::size_t{1} << 20).value();
}

Names named_in(const std::string& text) {
  static const std::regex name("\\b(retouch|process)_[a-z0-9_]+");
  Names names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) names.insert(at->str());
  return names;
}

// What a histogram is asked for.
std::string family_of(const std::string& name) {
  for (const std::string suffix : {"_bucket", "_count", "_sum"}) {
    if (name.ends_with("_seconds" + suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

class Documented : public testing::TestWithParam<const char*> {};

TEST_P(Documented, MetricsExist) {
  const auto known = exported();
  const auto named = named_in(read(GetParam()));
  EXPECT_GT(named.size(), 10u);
  for (const std::string& name : named) EXPECT_TRUE(known.contains(family_of(name))) << name;
}

INSTANTIATE_TEST_SUITE_P(Monitoring, Documented,
                         testing::Values("monitoring/alerts.yml", "monitoring/dashboard.json", "monitoring.md"));

TEST(Monitoring, EveryMetricIsExplained) {
  const auto named = named_in(read("monitoring.md"));
  for (const std::string& name : exported()) EXPECT_TRUE(named.contains(name)) << name;
}

TEST(Monitoring, EveryMetricOfTheContractExistsAndNoOther) {
  const auto contract = read("design.md");
  const auto from = contract.find("Metrics (Prometheus");
  const auto named = named_in(contract.substr(from, contract.find("`process_*`", from) - from));
  auto known = exported();
  std::erase_if(known, [](const std::string& name) { return name.starts_with("process_"); });
  EXPECT_EQ(named, known);
}

TEST(Monitoring, EveryAlertSaysWhatToDo) {
  const auto rules = read("monitoring/alerts.yml");
  const auto text = read("monitoring.md");
  static const std::regex alert("alert: ([A-Za-z]+)");
  int count = 0;
  for (std::sregex_iterator at(rules.begin(), rules.end(), alert), end; at != end; ++at, ++count)
    EXPECT_THAT(text, testing::HasSubstr(at->str(1)));
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace retouch::service
