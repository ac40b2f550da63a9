// The manifests that the documentation shows are read and resolved with the real tables: what a newcomer copies works.
#include <gtest/gtest.h>

#include "retouch/core/manifest.hpp"
#include "retouch/os/files.hpp"
#include "retouch/providers/tables.hpp"

namespace retouch::sources {
namespace {

// The manifests among the YAML examples of a document.
std::vector<std::string> manifests_in(const std::string& document) {
  const auto text =
      os::make_system_files()->read(std::string(RETOUCH_PROJECT "/") + document, std::size_t{1} << 20).value();
  std::vector<std::string> out;
  static constexpr std::string_view begin = "```yaml\n", end = "\n```";
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    auto example = text.substr(at, text.find(end, at) - at);
    if (example.find("apiVersion:") != std::string::npos) out.push_back(std::move(example));
  }
  return out;
}

class Documented : public testing::TestWithParam<const char*> {};

TEST_P(Documented, ManifestsAreWithoutError) {
  const auto examples = manifests_in(GetParam());
  EXPECT_FALSE(examples.empty());
  const auto* glance = &providers::glance_table();
  const auto* ims = &providers::ims_table();
  const std::vector<core::CloudShape> clouds{{"lab", glance}, {"otc-de", ims}, {"otc-nl", ims}, {"otc-test", ims}};
  for (const auto& example : examples) {
    Diagnostics diagnostics;
    const std::vector<core::ManifestFile> files{{.source = "documentation", .name = GetParam(), .text = example}};
    const auto manifests = core::parse_manifests(files, diagnostics);
    const auto resolved = core::resolve(manifests, clouds, {}, Wall{}, diagnostics);
    std::string said;
    for (const auto& each : diagnostics.sorted()) said += to_string(each) + "\n";
    EXPECT_FALSE(diagnostics.has_errors()) << said << example;
    std::size_t entries = 0;
    for (const auto& cloud : resolved) entries += cloud.entries.size();
    EXPECT_GT(entries, 0u) << example;
  }
}

INSTANTIATE_TEST_SUITE_P(Documents, Documented, testing::Values("README.md", "docs/manifests.md", "docs/design.md"),
                         [](const auto& info) { return "document_" + std::to_string(info.index); });

}  // namespace
}  // namespace retouch::sources
