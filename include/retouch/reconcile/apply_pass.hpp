// The writing half of a pass: one lane an image, bounded concurrency across images, then the closing listing.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/base/log.hpp"
#include "retouch/reconcile/plan_pass.hpp"
#include "retouch/state/store.hpp"

namespace retouch::reconcile {

class PassJournal;

enum class Status {
  changed,    // everything was applied, and seen in the closing listing
  unchanged,  // somebody else had made it so already
  partial,    // some fields were applied
  failed,     // none was
  skipped,    // never tried: stopped, ended by the failures guard, deadline or throttling
};
std::string_view to_string(Status status);

// What became of one planned change (one entry on one image).
struct ImageResult {
  std::string entry, image_id, image_name;
  Place place{};
  Status status = Status::skipped;
  std::vector<core::FieldChange> fields{};  // that were wanted
  std::set<std::string> undone{};           // of those, by name: what was not applied
  std::optional<Error> error{};             // of the first field that failed, or why it was skipped alone
};

struct ApplyReport {
  std::vector<ImageResult> results{};            // in the plan's order
  std::optional<Error> ended_by{};               // why the pass ended early: auth, throttled, deadline, stop
  std::optional<core::GuardVerdict> failures{};  // the guard that ended it
  std::vector<std::string> warnings{};           // lost values that were sent again, ...
  // Distinct images, also where several entries changed one.
  std::map<Status, std::int64_t> counts() const;
  std::int64_t count(Status status) const { return counts()[status]; }
};

struct Progress {
  std::int64_t done = 0;  // images
  std::int64_t total = 0;
  std::int64_t failed = 0;
};

struct ApplyOptions {
  Mono deadline = Mono::max();
  std::function<void(const Progress&)> progress{};  // after each image; may be null
  PassJournal* journal = nullptr;                   // null = `state: none`; closed by apply_plan
  // What is suspended by now: asked before images, at most once a second. What it names is skipped. May be null; an
  // error ends the pass.
  std::function<task<Result<std::vector<state::Suspended>>>()> suspended{};
};

// Never fails as a whole: what went wrong stands in the report. A requested stop lets what is in flight finish.
task<ApplyReport> apply_plan(const Target& target, const Planned& planned, const Scope& scope, ApplyOptions options,
                             async::Clock& clock, const async::Stop& stop, Log log);

}  // namespace retouch::reconcile
