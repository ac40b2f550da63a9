// From what a plan saw and a change came to, to what is remembered of it. Pure: the caller commits it.
#pragma once

#include <map>
#include <string>

#include "retouch/core/guards.hpp"
#include "retouch/core/journal.hpp"

namespace retouch::core {

struct NoteContext {
  std::string run{};  // empty: nothing was sent
  Wall now{};
  std::map<std::string, std::string> revisions{};  // by entry
  ContentionRules contention{};
  bool shrinking_accepted = false;  // --force shrink_percent
};

// What an apply remembers of a plan that no guard refused, beside its changes: what was in force already, what nobody
// asks for any more, holds that are void, fields that are held from now on, and how much there was of everything.
MemoryUpdate noted(const CloudPlan& plan, const Memory& memory, const NoteContext& context);

// What is remembered of a field once `record` was applied at `at`; `previous` may be null. A change that no
// manifest spells out (no wish) is one for what it made; unless it undid drift its field is better forgotten.
Remembered after_change(const ChangeRecord& record, const Remembered* previous, Wall at);

}  // namespace retouch::core
