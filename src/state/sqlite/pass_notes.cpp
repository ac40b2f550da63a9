// How the daemon's last passes went.
#include "tables.hpp"

namespace retouch::state::sqlite {

Result<std::vector<PassNote>> last_passes(Database& database) {
  std::vector<PassNote> found;
  RETOUCH_CHECK(database.each(
      "SELECT cloud, began, ended, result, error, succeeded, desired, failures FROM last_passes ORDER BY cloud", {},
      [&](const Row& row) -> Result<void> {
        found.push_back({.cloud = row.text(0),
                         .began = row.time(1),
                         .ended = row.maybe_time(2),
                         .result = row.text(3),
                         .error = row.text(4),
                         .succeeded = row.maybe_time(5),
                         .desired = row.text(6),
                         .failures = row.integer(7)});
        return {};
      }));
  return found;
}

Result<void> note_pass(Database& database, const PassNote& note) {
  return database.run(
      "INSERT OR REPLACE INTO last_passes (cloud, began, ended, result, error, succeeded, desired, failures) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {note.cloud, note.began, note.ended, note.result, note.error, note.succeeded, note.desired, note.failures});
}

}  // namespace retouch::state::sqlite
