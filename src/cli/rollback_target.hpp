// What `rollback` is to take back, as the journal has it.
#pragma once

#include <set>

#include "retouch/state/store.hpp"
#include "verbs.hpp"

namespace retouch::cli {

// One run, or every run of a revision.
struct RollbackTarget {
  std::vector<core::RunRecord> runs;
  std::vector<core::ChangeRecord> changes;  // oldest first
  std::string name;                         // "run 20261122T…", "revision 3f2a…"
  // Of `runs`, those whose holds go when they are taken back: rollbacks of what an apply did. To roll such a rollback
  // back is to apply again; so the next one holds again, and so on.
  std::set<std::string> rollbacks;
};

// Errc::usage: there is no such run or revision, or several are called so.
task<Result<RollbackTarget>> find_target(state::Store& store, const RollbackOptions& options);

}  // namespace retouch::cli
