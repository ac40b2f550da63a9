// Selecting among the images of a large cloud, and planning what was selected.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "retouch/core/planner.hpp"
#include "retouch/providers/tables.hpp"

namespace {

using namespace retouch;

core::Image image(std::int64_t n) {
  return {.id = fmt::format("bc6bed6e-ba3a-4447-afcc-{:012}", n),
          .attributes = {{"name", core::Value(fmt::format("image-{}", n))},
                         {"status", core::Value("active")},
                         {"hw_firmware_type", core::Value("bios")},
                         {"min_ram", core::Value(std::int64_t{512})}}};
}

// Every image has an entry of its own, which selects it by name and changes two fields.
std::vector<core::DesiredEntry> entries(std::int64_t count) {
  std::vector<core::DesiredEntry> all;
  for (std::int64_t n = 0; n < count; ++n) {
    core::DesiredEntry entry{.name = fmt::format("entry-{}", n)};
    entry.select.criteria = {{.attribute = "name", .any_of = {fmt::format("image-{}", n)}}};
    entry.fields = {{.name = "hw_firmware_type", .value = core::Value("uefi")},
                    {.name = "min_ram", .value = core::Value(std::int64_t{1024})}};
    all.push_back(std::move(entry));
  }
  return all;
}

void select_and_plan(benchmark::State& state) {
  const std::vector<core::DesiredEntry> wanted = entries(state.range(0));
  std::vector<core::Image> images;
  for (std::int64_t n = 0; n < state.range(1); ++n) images.push_back(image(n));
  for (auto _ : state) {
    core::Selection selection(wanted);
    for (const core::Image& one : images) selection.offer(one);
    const core::PlanInput input{.cloud = "lab",
                                .table = &providers::glance_table(),
                                .entries = wanted,
                                .selection = &selection,
                                .images_seen = state.range(1)};
    const core::CloudPlan plan = core::plan_cloud(input);
    if (plan.changes.size() != wanted.size()) state.SkipWithError("not every entry became a change");
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(select_and_plan)->Args({10, 100'000})->Args({10'000, 10'000})->Unit(benchmark::kMillisecond);

}  // namespace
