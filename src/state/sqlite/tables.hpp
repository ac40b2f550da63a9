// What the store does with the tables, one function a call of the interface. Each is one transaction.
#pragma once

#include "database.hpp"
#include "retouch/state/store.hpp"

namespace retouch::state::sqlite {

// How many entries a source had within this time is what a shrinking source is held against.
inline constexpr auto entries_counted_for = std::chrono::days(7);

// memory_read.cpp, memory_write.cpp
Result<core::Memory> recall(Database& database, const MemoryOf& what);
Result<void> commit(Database& database, const MemoryOf& what, const core::MemoryUpdate& update);

// journal_write.cpp
Result<void> begin(Database& database, const core::RunRecord& run);
Result<std::vector<core::ChangeRecord>> intend(Database& database, std::vector<core::ChangeRecord> changes);
Result<void> finish(Database& database, const core::RunRecord& run);

// journal_read.cpp
Result<std::vector<core::RunRecord>> runs(Database& database, const RunFilter& filter);
Result<std::vector<core::ChangeRecord>> changes(Database& database, const ChangeFilter& filter);

// stops.cpp
Result<std::vector<HeldField>> holds(Database& database);
Result<void> lift_hold(Database& database, const std::string& account, const core::FieldKey& key);  // of a transaction
Result<void> release(Database& database, const std::string& account, const core::FieldKey& key);
Result<std::vector<Suspended>> suspended(Database& database);
Result<void> suspend(Database& database, const Suspended& what);
Result<bool> resume(Database& database, Suspended::What what, const std::string& name);
Result<std::vector<core::GuardRefusal>> refusals(Database& database);
Result<void> refused(Database& database, const std::string& cloud, const std::vector<core::GuardRefusal>& refusals);

// pass_notes.cpp
Result<std::vector<PassNote>> last_passes(Database& database);
Result<void> note_pass(Database& database, const PassNote& note);

}  // namespace retouch::state::sqlite
