#include <fmt/format.h>

#include "rows.hpp"
#include "tables.hpp"

namespace retouch::state::sqlite {

namespace {

Result<void> put_sources(Database& database, const core::RunRecord& run) {
  int position = 0;
  for (const core::SourceRevision& source : run.sources) {
    RETOUCH_CHECK(database.run("INSERT INTO run_sources (run, position, name, revision) VALUES (?, ?, ?, ?)",
                               {run.id, position++, source.name, source.revision}));
  }
  return {};
}

Result<void> put_accepted(Database& database, const core::RunRecord& run) {
  for (const std::string& guard : run.accepted) {
    RETOUCH_CHECK(database.run("INSERT INTO run_accepted (run, guard) VALUES (?, ?)", {run.id, guard}));
  }
  return {};
}

Result<void> put_passes(Database& database, const core::RunRecord& run) {
  RETOUCH_CHECK(database.run("DELETE FROM passes WHERE run = ?", {run.id}));
  int position = 0;
  for (const core::PassRecord& pass : run.passes) {
    RETOUCH_CHECK(
        database.run("INSERT INTO passes (run, position, cloud, account, outcome, error) "
                     "VALUES (?, ?, ?, ?, ?, ?)",
                     {run.id, position++, pass.cloud, pass.account, pass.outcome, pass.error}));
  }
  return {};
}

Result<std::int64_t> put_change(Database& database, const core::ChangeRecord& record) {
  const core::FieldChange& change = record.change;
  std::optional<std::string> wish;
  if (change.wish) wish = core::to_text(*change.wish);
  RETOUCH_CHECK(
      database.run("INSERT INTO changes (run, cloud, account, entry, image_id, image_name, revision, field, op, "
                   "before, after, cause, "
                   "file, line, col, wish, status, intended_at, settled_at, request_id, error) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {record.run,
                    record.cloud,
                    record.account,
                    record.entry,
                    record.image_id,
                    record.image_name,
                    record.revision,
                    change.name,
                    core::to_string(change.op),
                    core::to_stored(change.before),
                    core::to_stored(change.after),
                    core::to_string(change.cause),
                    change.place.file.text(),
                    change.place.line,
                    change.place.column,
                    wish,
                    core::to_string(record.status),
                    record.intended_at,
                    record.settled_at,
                    record.request_id,
                    record.error}));
  return database.last_id();
}

}  // namespace

Result<void> begin(Database& database, const core::RunRecord& run) {
  return database.transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(
        database.run("INSERT INTO runs (id, verb, actor, began, ended, exit_code, fingerprint, undoes) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                     {run.id, run.verb, run.by, run.began, run.ended, run.exit_code, run.fingerprint, run.undoes}));
    RETOUCH_CHECK(put_sources(database, run));
    RETOUCH_CHECK(put_accepted(database, run));
    return put_passes(database, run);
  });
}

Result<std::vector<core::ChangeRecord>> intend(Database& database, std::vector<core::ChangeRecord> changes) {
  const auto put_all = [&]() -> Result<void> {
    for (core::ChangeRecord& change : changes) {
      RETOUCH_TRY(change.id, put_change(database, change));
    }
    return {};
  };
  RETOUCH_CHECK(database.transaction(Database::Transaction::write, put_all));
  return changes;
}

Result<void> finish(Database& database, const core::RunRecord& run) {
  return database.transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(
        database.run("UPDATE runs SET ended = ?, exit_code = ?, "
                     "fingerprint = CASE fingerprint WHEN '' THEN ? ELSE fingerprint END WHERE id = ?",
                     {run.ended, run.exit_code, run.fingerprint, run.id}));
    if (database.changed_rows() != 1) {
      return fail(Errc::internal, fmt::format("the state {} has no run {} that could end", database.path(), run.id));
    }
    return put_passes(database, run);
  });
}

}  // namespace retouch::state::sqlite
