#include <fmt/format.h>

#include "rows.hpp"
#include "tables.hpp"

namespace retouch::state::sqlite {

namespace {

// Also when it was not kept: the cloud accepted it.
bool changed_the_image(core::ChangeStatus status) {
  using enum core::ChangeStatus;
  return status == applied || status == found || status == not_kept;
}

Result<void> settle(Database& database, const core::Settled& settled) {
  RETOUCH_CHECK(
      database.run("UPDATE changes SET status = ?, settled_at = ?, request_id = ?, error = ? WHERE id = ?",
                   {core::to_string(settled.status), settled.at, settled.request_id, settled.error, settled.change}));
  if (database.changed_rows() != 1) {
    return fail(Errc::internal,
                fmt::format("the state {} has no change {} that could be settled", database.path(), settled.change));
  }
  if (!changed_the_image(settled.status)) return {};
  return database.run(
      "INSERT INTO changed_images (account, image_id, at) SELECT account, image_id, settled_at FROM changes WHERE id = "
      "? "
      // What somebody accepted with --force is no slow flood that nobody noticed.
      "AND NOT EXISTS (SELECT 1 FROM run_accepted AS accepted WHERE accepted.run = changes.run AND guard = "
      "'changed_percent') "
      "ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
      {settled.change});
}

Result<void> remember(Database& database, const std::string& account, const core::FieldKey& key,
                      const core::Remembered& what) {
  std::optional<std::string> ours, kept;
  if (!core::is_absent(what.ours)) ours = core::to_stored(what.ours);
  if (what.kept_instead) kept = core::to_stored(*what.kept_instead);
  return database.run(
      "INSERT OR REPLACE INTO fields (account, image_id, field, wish, ours, entry, file, line, col, revision, run, at, "
      "kept_instead, corrections) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {account, key.image_id, key.field, core::to_text(what.wish), ours, what.entry, what.place.file.text(),
       what.place.line, what.place.column, what.revision, what.run, what.at, kept, to_text(what.corrections)});
}

Result<void> hold(Database& database, const std::string& account, const core::FieldKey& key, const core::Hold& what) {
  return database.run(
      "INSERT OR REPLACE INTO holds (account, image_id, field, why, wish, live, since, until, run) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {account, key.image_id, key.field, core::to_string(what.why), core::to_text(what.wish),
       core::to_stored(what.live), what.since, what.until, what.run});
}

Result<void> count(Database& database, const MemoryOf& what, const core::MemoryUpdate& update) {
  if (update.entries_reset) {
    RETOUCH_CHECK(database.run("DELETE FROM entry_counts WHERE account = ? AND cloud = ?", {what.account, what.cloud}));
  }
  for (const auto& [source, entries] : update.entries) {
    RETOUCH_CHECK(
        database.run("INSERT OR REPLACE INTO entry_counts (account, cloud, source, at, entries) "
                     "VALUES (?, ?, ?, ?, ?)",
                     {what.account, what.cloud, source, what.now, entries}));
  }
  for (const auto& [entry, images] : update.selected) {
    RETOUCH_CHECK(
        database.run("INSERT OR REPLACE INTO selected_counts (account, cloud, entry, images) "
                     "VALUES (?, ?, ?, ?)",
                     {what.account, what.cloud, entry, images}));
  }
  return database.run("DELETE FROM entry_counts WHERE account = ? AND cloud = ? AND at <= ?",
                      {what.account, what.cloud, what.now - entries_counted_for});
}

Result<void> write(Database& database, const MemoryOf& what, const core::MemoryUpdate& update) {
  for (const core::Settled& each : update.settled) RETOUCH_CHECK(settle(database, each));
  for (const auto& [key, remembered] : update.remember) {
    RETOUCH_CHECK(remember(database, what.account, key, remembered));
  }
  for (const core::FieldKey& key : update.forget) {
    RETOUCH_CHECK(database.run("DELETE FROM fields WHERE account = ? AND image_id = ? AND field = ?",
                               {what.account, key.image_id, key.field}));
  }
  for (const auto& [key, held] : update.hold) RETOUCH_CHECK(hold(database, what.account, key, held));
  for (const core::FieldKey& key : update.release) RETOUCH_CHECK(lift_hold(database, what.account, key));
  return count(database, what, update);
}

}  // namespace

Result<void> commit(Database& database, const MemoryOf& what, const core::MemoryUpdate& update) {
  return database.transaction(Database::Transaction::write, [&] { return write(database, what, update); });
}

}  // namespace retouch::state::sqlite
