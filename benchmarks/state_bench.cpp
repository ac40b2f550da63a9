// Recalling and writing beside a journal that has grown for years.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "sqlite/open.hpp"
#include "sqlite/tables.hpp"

namespace {

using namespace retouch;
using state::sqlite::Database;

constexpr const char* account = "https://glance.lab.example/0f9c2b7a4d1e4f5c8a3b6d7e9f012345";
constexpr std::int64_t journal_rows = 100'000, remembered_fields = 20'000, fields_of_an_image = 10;
const Wall now = Wall{} + std::chrono::hours(24 * 365 * 56);

std::string image_id(std::int64_t n) { return fmt::format("bc6bed6e-ba3a-4447-afcc-{:012}", n); }

core::ChangeRecord change(std::int64_t n) {
  return {.run = fmt::format("run-{}", n / 1000),
          .cloud = "lab",
          .account = account,
          .entry = fmt::format("entry-{}", n / fields_of_an_image % 2000),
          .image_id = image_id(n / fields_of_an_image % 2000),
          .image_name = "Ubuntu 24.04",
          .revision = "0123456789abcdef0123456789abcdef01234567",
          .change = {.name = fmt::format("property_{}", n % fields_of_an_image),
                     .before = std::string("bios"),
                     .after = fmt::format("value {}", n),
                     .place = {"images/ubuntu.yaml", 14, 5},
                     .wish = core::Wish{.value = fmt::format("value {}", n)}},
          .intended_at = now};
}

// `distinct`: no two wishes are the same.
core::MemoryUpdate memory_of(bool distinct) {
  core::MemoryUpdate update;
  for (std::int64_t n = 0; n < remembered_fields; ++n) {
    core::Value value = fmt::format("value {}", distinct ? n : n % fields_of_an_image);
    update.remember.push_back({{image_id(n / fields_of_an_image), fmt::format("property_{}", n % fields_of_an_image)},
                               {.wish = {.value = value},
                                .ours = value,
                                .entry = fmt::format("entry-{}", n / fields_of_an_image),
                                .place = {"images/ubuntu.yaml", 14, 5},
                                .revision = "0123456789abcdef0123456789abcdef01234567",
                                .run = "run-1",
                                .at = now}});
  }
  return update;
}

// A file with all of it; `lately`: the whole journal is of the last day.
struct Filled {
  std::string directory;
  std::unique_ptr<Database> database;

  Filled(bool distinct, bool lately) {
    std::string pattern = std::filesystem::temp_directory_path() / "retouch-bench-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    database = state::sqlite::open_database(directory, state::Open::write).value();
    core::MemoryUpdate update = memory_of(distinct);
    std::vector<core::ChangeRecord> changes;
    for (std::int64_t n = 0; n < journal_rows; ++n) {
      if (n % 1000 == 0) begin(*database, {.id = change(n).run, .verb = "apply", .began = now}).value();
      changes.push_back(change(n));
    }
    const Wall at = lately ? now : now - std::chrono::hours(24 * 30);
    const auto intended = intend(*database, std::move(changes)).value();
    for (const core::ChangeRecord& each : intended) {
      update.settled.push_back({each.id, core::ChangeStatus::applied, at, "req-0f9c2b7a", ""});
    }
    commit(*database, {account, "lab", now}, update).value();
  }
  ~Filled() {
    database.reset();
    std::filesystem::remove_all(directory);
  }
};

void recall_account(benchmark::State& state) {
  const Filled filled(state.range(0) != 0, state.range(1) != 0);
  for (auto _ : state) {
    const auto memory = recall(*filled.database, {account, "lab", now}).value();
    if (memory.images.size() != remembered_fields / fields_of_an_image) state.SkipWithError("not every image is there");
  }
}
BENCHMARK(recall_account)
    ->ArgNames({"distinct", "lately"})
    ->ArgsProduct({{0, 1}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

void intend_5000(benchmark::State& state) {
  const Filled filled(true, false);
  std::vector<core::ChangeRecord> changes;
  for (std::int64_t n = 0; n < 5000; ++n) changes.push_back(change(n));
  for (auto _ : state) benchmark::DoNotOptimize(intend(*filled.database, changes).value());
}
BENCHMARK(intend_5000)->Unit(benchmark::kMillisecond)->Iterations(5);

void commit_256(benchmark::State& state) {
  const Filled filled(true, false);
  core::MemoryUpdate all = memory_of(true), some;
  some.remember.assign(all.remember.begin(), all.remember.begin() + 128);
  for (std::int64_t id = 1; id <= 128; ++id) some.settled.push_back({id, core::ChangeStatus::applied, now, "req", ""});
  for (auto _ : state) commit(*filled.database, {account, "lab", now}, some).value();
}
BENCHMARK(commit_256)->Unit(benchmark::kMillisecond)->Iterations(20);

void list_runs(benchmark::State& state) {
  const Filled filled(true, false);
  for (auto _ : state) benchmark::DoNotOptimize(runs(*filled.database, {.newest = state.range(0)}).value());
}
BENCHMARK(list_runs)->ArgName("newest")->Arg(20)->Arg(0)->Unit(benchmark::kMillisecond);

}  // namespace
