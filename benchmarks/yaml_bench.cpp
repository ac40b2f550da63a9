// Reading a manifest with 10,000 entries into values with positions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "retouch/base/yaml.hpp"

namespace {

void load_manifest(benchmark::State& state) {
  std::string text =
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: all}\nspec:\n  clouds: [lab]\n  images:\n";
  for (std::int64_t n = 0; n < state.range(0); ++n) {
    text += fmt::format(
        "    - name: image-{0}\n      select: {{name: image-{0}}}\n"
        "      attributes: {{hw_firmware_type: uefi, min_ram: 1024, os_version: \"24.04\", tags: [a, b]}}\n",
        n);
  }
  for (auto _ : state) {
    retouch::Diagnostics diagnostics;
    const auto documents = retouch::yaml::load(text, "all.yaml", diagnostics);
    if (documents.size() != 1 || diagnostics.has_errors()) state.SkipWithError("the manifest is not valid");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(load_manifest)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
