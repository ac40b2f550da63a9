// What every store must do, whatever it is made of: the tests of store_*_test.cpp run against each of these.
#pragma once

#include <functional>

#include "awaited.hpp"
#include "fake_store.hpp"
#include "retouch/state/store.hpp"
#include "temporary_directory.hpp"

namespace retouch::state {

// A store, and what it stands on.
struct Bench {
  virtual ~Bench() = default;
  virtual Store& store() = 0;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Bench>()> make;
};
const std::vector<Kind>& kinds();  // store_kinds.cpp
const std::vector<Kind>& real_kinds();

inline constexpr const char* account = "https://glance.lab.example/p1";
inline constexpr const char* run_id = "20261122T051233Z-4f2a";
inline Wall at(Duration after = {}) { return Wall{} + std::chrono::hours(24 * 365 * 56) + after; }
inline MemoryOf of_lab(Wall now = at()) { return {account, "lab", now}; }

inline core::RunRecord a_run(std::string id = run_id, Wall began = at()) {
  return {.id = std::move(id),
          .verb = "apply",
          .by = "ada@site",
          .began = began,
          .fingerprint = "sha256:1",
          .sources = {{"site", "1a2b3c"}, {"images", "9f8e7d"}}};
}

inline core::ChangeRecord a_change(std::string image = "i1", std::string field = "os_distro",
                                   std::string run = run_id) {
  return {.run = std::move(run),
          .cloud = "lab",
          .account = account,
          .entry = "ubuntu",
          .image_id = std::move(image),
          .image_name = "Ubuntu \xF0\x9F\x90\xA7",
          .revision = "1a2b3c",
          .change = {.name = std::move(field),
                     .op = core::Op::add,
                     .before = core::Absent{},
                     .after = std::string("ubuntu"),
                     .cause = core::Cause::drift,
                     .place = {"images/ubuntu.yaml", 14, 5},
                     .wish = core::Wish{.value = std::string("ubuntu")}},
          .intended_at = at()};
}

inline core::Remembered remembered(core::Value value = std::string("ubuntu")) {
  core::Remembered what{.wish = {.value = value},
                        .ours = std::move(value),
                        .entry = "ubuntu",
                        .place = {"images/ubuntu.yaml", 14, 5},
                        .revision = "1a2b3c",
                        .run = run_id,
                        .at = at()};
  return what;
}

inline core::Hold a_hold() {
  return {.why = core::Hold::Why::contention,
          .wish = {.value = std::string("ubuntu")},
          .live = std::string("debian"),
          .since = at(),
          .until = at(std::chrono::hours(24)),
          .run = run_id};
}

class AnyStore : public ::testing::TestWithParam<Kind> {
 protected:
  Store& store() { return bench_->store(); }
  core::Memory recall(Wall now = at()) { return test::done(store().recall(of_lab(now))); }
  void commit(core::MemoryUpdate update, Wall now = at()) {
    test::done(store().commit(of_lab(now), std::move(update)));
  }
  std::int64_t intend(core::ChangeRecord change) { return test::done(store().intend({std::move(change)})).at(0).id; }
  void settle(std::int64_t change, core::ChangeStatus status, Wall when = at()) {
    commit({.settled = {{change, status, when, "req-1", ""}}});
  }

 private:
  std::unique_ptr<Bench> bench_ = GetParam().make();
};

// The fake knows neither clouds nor days where it counts entries.
class AnyRealStore : public AnyStore {};

inline std::string name_of(const ::testing::TestParamInfo<Kind>& kind) { return kind.param.name; }

}  // namespace retouch::state
