// The examples in manifests/ are read and resolved with the real tables: what the documentation shows works.
#include <gtest/gtest.h>

#include <algorithm>

#include "retouch/core/manifest.hpp"
#include "retouch/providers/tables.hpp"
#include "retouch/sources/source.hpp"
#include "run.hpp"

namespace retouch::sources {
namespace {

struct Examples {
  core::Manifests manifests;
  std::vector<core::CloudEntries> clouds;
  Diagnostics diagnostics;
  std::size_t files = 0;

  const core::DesiredEntry& entry(std::string_view cloud, std::string_view name) const {
    const auto of = std::ranges::find(clouds, cloud, &core::CloudEntries::cloud);
    const auto found = std::ranges::find(of->entries, name, &core::DesiredEntry::name);
    if (found == of->entries.end()) throw std::runtime_error("no such entry");
    return *found;
  }
  core::Value value(std::string_view cloud, std::string_view name, std::string_view field) const {
    const auto& fields = entry(cloud, name).fields;
    const auto found = std::ranges::find(fields, field, &core::DesiredField::name);
    return found == fields.end() ? core::Value{"(no such field)"} : found->value;
  }
};

const Examples& examples() {
  static const Examples loaded = [] {
    Examples out;
    const auto files = os::make_system_files();
    const auto blocking = async::make_inline_blocking();
    const auto source = make_directory_source("examples", RETOUCH_MANIFESTS, *files, *blocking);
    const auto snapshot =
        test::run_for<Result<Snapshot>>([&]() -> task<Result<Snapshot>> { co_return co_await source->read(); });
    out.files = snapshot.value().files.size();
    out.manifests = core::parse_manifests(snapshot->files, out.diagnostics);
    const auto* glance = &providers::glance_table();
    const auto* ims = &providers::ims_table();
    const auto* triton = &providers::triton_table();
    const std::vector<core::CloudShape> clouds{{"lab", glance},      {"lab-arm", glance}, {"lab-test", glance},
                                               {"otc-de", ims},      {"otc-nl", ims},     {"triton-us", triton},
                                               {"triton-eu", triton}};
    out.clouds = core::resolve(out.manifests, clouds, {}, Wall{}, out.diagnostics);
    return out;
  }();
  return loaded;
}

TEST(ExampleManifests, AreWithoutErrorOrWarning) {
  std::string said;
  for (const auto& each : examples().diagnostics.sorted()) said += to_string(each) + "\n";
  EXPECT_EQ(said, "");
  EXPECT_GE(examples().files, 7u);
}

TEST(ExampleManifests, EveryEntryReachesACloud) {
  for (const auto& name : examples().manifests.names()) {
    const bool somewhere = std::ranges::any_of(examples().clouds, [&](const auto& cloud) {
      return std::ranges::find(cloud.entries, name, &core::DesiredEntry::name) != cloud.entries.end();
    });
    EXPECT_TRUE(somewhere) << name;
  }
}

TEST(ExampleManifests, MeanWhatTheirCommentsSay) {
  using namespace std::string_literals;
  const auto& all = examples();
  EXPECT_EQ(all.value("lab", "ubuntu-24.04", "os_version"), core::Value{"24.04"s});
  EXPECT_EQ(all.value("lab", "ubuntu-24.04", "hw_video_model"), core::Value{core::Absent{}});
  EXPECT_EQ(all.value("lab-arm", "ubuntu-22.04", "architecture"), core::Value{"aarch64"s});
  EXPECT_THROW(all.entry("lab-test", "ubuntu-22.04"), std::runtime_error);
  EXPECT_EQ(all.value("otc-de", "golden-ubuntu-24.04", "min_ram"), core::Value{std::int64_t{1024}});
  EXPECT_EQ(all.value("otc-nl", "golden-ubuntu-24.04", "min_ram"), core::Value{std::int64_t{2048}});
  EXPECT_EQ(all.value("otc-de", "golden-ubuntu-24.04", "__support_highperformance"), core::Value{core::Absent{}});
  EXPECT_EQ(all.value("otc-de", "debian-12", "__description"), core::Value{"Debian 12, hardened"s});
  EXPECT_EQ(all.value("lab", "debian-12", "tags"), (core::Value{core::List{"debian", "hardened"}}));
  EXPECT_EQ(all.value("triton-us", "base-64-lts", "eula"), core::Value{core::Absent{}});
  EXPECT_EQ(all.value("triton-eu", "base-64-lts", "eula"), core::Value{"https://docs.example.com/eula-eu"s});
  EXPECT_EQ(all.value("triton-us", "redis-7", "acl"),
            (core::Value{core::List{"b0b00000-0000-4000-8000-000000000002", "ca401000-0000-4000-8000-000000000003"}}));
  EXPECT_EQ(all.value("otc-de", "alma-9", "__description"), core::Value{"AlmaLinux 9, hardened"s});
  EXPECT_EQ(all.value("triton-us", "alma-9", "description"), core::Value{"AlmaLinux 9, hardened"s});
  EXPECT_EQ(all.value("lab", "alma-9", "tags"), (core::Value{core::List{"hardened", "lts"}}));
  EXPECT_EQ(all.value("otc-nl", "debian-12", "tags"),
            (core::Value{core::Map{{"hardening", "cis-l1"s}, {"os", "debian"s}}}));
  EXPECT_EQ(all.entry("otc-nl", "debian-12").priority, 10);
  EXPECT_EQ(all.entry("otc-de", "rocky-9").fields.size(), 3u);  // without min_disk
}

}  // namespace
}  // namespace retouch::sources
