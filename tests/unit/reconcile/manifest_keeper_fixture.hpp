// Manifests of a directory in memory, and who keeps them.
#pragma once

#include <gtest/gtest.h>

#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "retouch/reconcile/manifest_keeper.hpp"
#include "run.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;

inline std::string manifest(const std::string& name, const std::string& min_ram = "1") {
  return "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: " + name +
         "}\nspec: {clouds: [lab], select: {name: x}, attributes: {min_ram: " + min_ram + "}}\n";
}

class ManifestKeeperTest : public ::testing::Test {
 protected:
  ManifestKeeperTest() {
    settings.clouds.push_back({.name = "lab", .provider = "glance"});
    settings.sources.push_back({.name = "site", .directory = {.path = "/m"}});
    files.add("/m/a.yaml", manifest("a"));
    files.add("/m/b.yaml", manifest("b"));
  }

  Result<Kept> try_update(std::set<std::string> which = {}) {
    return test::run_for<Result<Kept>>(
        [&]() -> task<Result<Kept>> { co_return co_await keeper->update(settings, which); }, &clock);
  }
  Kept update(std::set<std::string> which = {}) {
    auto kept = try_update(std::move(which));
    if (!kept) throw std::runtime_error(describe(kept.error()));
    return std::move(*kept);
  }
  void restart() { keeper = std::make_unique<ManifestKeeper>(world, "/state"); }
  // "a=1 b=2": what is wanted of each entry.
  static std::string wishes(const Kept& kept) {
    std::string result;
    for (const auto& entry : kept.desired->entries.at("lab")) {
      result += (result.empty() ? "" : " ") + entry.name + "=" +
                std::to_string(std::get<std::int64_t>(entry.fields.at(0).value));
    }
    return result;
  }

  test::ManualClock clock;
  SeededRandom random{1};
  test::FakeFiles files;
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  async::Stop stop;
  World world{.clock = clock, .random = random, .files = files, .blocking = *blocking, .stop = stop};
  config::Settings settings;
  std::unique_ptr<ManifestKeeper> keeper = std::make_unique<ManifestKeeper>(world, "/state");
};

}  // namespace retouch::reconcile
