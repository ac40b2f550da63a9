// How the memory looks: runs, what one of them changed, what is suspended and held. Foreign text goes through
// printable() here, as in render.hpp.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/cli/render.hpp"
#include "retouch/core/journal.hpp"
#include "retouch/state/store.hpp"

namespace retouch::cli {

// A table, newest first. `more`: there are older ones that are not shown.
std::string runs_as_text(const std::vector<core::RunRecord>& runs, bool more, const Style& style);
Json runs_as_json(const std::vector<core::RunRecord>& runs, bool more);

// One run and its changes, field by field.
std::string run_as_text(const core::RunRecord& run, const std::vector<core::ChangeRecord>& changes, const Style& style);
Json run_as_json(const core::RunRecord& run, const std::vector<core::ChangeRecord>& changes);

// What nothing is sent for until someone resumes it or its time is over.
struct Stopped {
  std::vector<state::Suspended> suspended{};
  std::vector<state::HeldField> held{};
};
std::string stopped_as_text(const Stopped& stopped, Wall now, const Style& style);
Json stopped_as_json(const Stopped& stopped, Wall now);

}  // namespace retouch::cli
