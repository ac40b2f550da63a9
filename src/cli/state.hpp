// The memory of a verb: where it is, and whether there is one.
#pragma once

#include <memory>
#include <string>

#include "retouch/state/store.hpp"
#include "verbs.hpp"

namespace retouch::cli {

struct State {
  std::unique_ptr<state::Store> store{};  // null: not `configured`, or nothing was written yet (Open::read)
  bool configured = true;                 // false: `state: none`
};

// `state: {path: …}`, else the usual place (design.md section 7): also of the locks, which need one without a memory.
Result<std::string> state_directory(Context context, const config::Settings& settings);

// A state that is configured and cannot be opened is an error, never "without memory".
task<Result<State>> open_state(Context context, const config::Settings& settings, state::Open how);

// What a verb says that needs a memory where `state: none` is configured; `consequence`: "no run is remembered".
Error without_state(const std::string& consequence);

// The point in time that an option names: a span back from now, or ahead of it.
Wall back(const Moment& moment, Wall now);
Wall ahead(const Moment& moment, Wall now);

}  // namespace retouch::cli
