#include "open.hpp"

#include <fmt/format.h>

#include "failures.hpp"
#include "files.hpp"
#include "migrate.hpp"

namespace retouch::state::sqlite {

namespace {

Result<void> use_log(Database& database) {
  std::string mode;
  RETOUCH_CHECK(database.each("PRAGMA journal_mode = WAL", {}, [&](const Row& row) {
    mode = row.text(0);
    return Result<void>{};
  }));
  if (mode == "wal") return {};
  return fail(Errc::io,
              fmt::format("the state {} cannot have a write-ahead log (journal mode {}): put it on a local file "
                          "system",
                          database.path(), mode));
}

// SQLite would replay such a log into the next file of that name.
std::unexpected<Error> left_alone(const std::string& path, const std::vector<std::string>& companions) {
  return fail(
      Errc::invalid_input,
      fmt::format("the state {} is not there, but what belongs to it is ({}); bring {} back if you can, or move all "
                  "of {}* away together: then retouch begins with an empty memory",
                  path, fmt::join(companions, ", "), path, path));
}

Result<void> make(const std::string& path, std::span<const Migration> steps) {
  const auto fill = [&](const std::string& made) -> Result<void> {
    RETOUCH_TRY(const auto database, Database::open(made, Database::Access::write));
    RETOUCH_CHECK(database->script(fmt::format("PRAGMA application_id = {}", application_id).c_str()));
    RETOUCH_CHECK(database->transaction(Database::Transaction::write, [&] { return take_steps(*database, steps); }));
    return use_log(*database);  // only now: all of it stands in the file itself, nothing in a log beside it
  };
  RETOUCH_CHECK(make_complete(path, fill));  // false: another process was faster
  return {};
}

// Before anything is changed in it.
Result<std::int64_t> schema_of_ours(Database& database, std::span<const Migration> steps) {
  const std::string& path = database.path();
  RETOUCH_TRY(const std::int64_t application, database.number("PRAGMA application_id"));
  RETOUCH_TRY(const std::int64_t schema, database.number("PRAGMA user_version"));
  if (application != application_id || schema < 1) {
    return fail(Errc::invalid_input,
                fmt::format("{} is no state of retouch: it has application id {:#x} and schema {}, "
                            "expected {:#x}; {}",
                            path, application, schema, application_id, way_out(path)));
  }
  if (schema > newest(steps)) {
    return fail(Errc::invalid_input,
                fmt::format("the state {} was written by a newer retouch: it has schema {}, this one knows {}; use the "
                            "newer program, or move {} away together and put the copy that it made ({}.v{}) in its "
                            "place",
                            path, schema, newest(steps), with_companions(path), path, newest(steps)));
  }
  return schema;
}

Result<std::unique_ptr<Database>> open_to_read(const std::string& path, std::span<const Migration> steps) {
  RETOUCH_TRY(auto database, Database::open(path, Database::Access::read));
  RETOUCH_TRY(const std::int64_t schema, schema_of_ours(*database, steps));
  if (schema == newest(steps)) return database;
  // Only a writer may migrate the file; who reads does so with a copy.
  RETOUCH_TRY(auto copy, Database::copy_in_memory(*database));
  RETOUCH_CHECK(copy->transaction(Database::Transaction::write, [&] { return take_steps(*copy, steps); }));
  RETOUCH_CHECK(copy->allow_reading_alone());  // what was written into a copy would be lost
  return copy;
}

Result<std::unique_ptr<Database>> open_to_write(const std::string& path, std::span<const Migration> steps) {
  RETOUCH_TRY(auto database, Database::open(path, Database::Access::write));
  RETOUCH_TRY(const std::int64_t schema, schema_of_ours(*database, steps));
  RETOUCH_CHECK(use_log(*database));
  if (schema < newest(steps)) RETOUCH_CHECK(migrate_file(*database, steps));
  return database;
}

}  // namespace

Result<std::unique_ptr<Database>> open_database(const std::string& directory, Open how,
                                                std::span<const Migration> steps) {
  const std::string path = directory + "/" + state_file;
  const auto companions = companions_of(path);  // first: another process may be about to make the file, then these
  RETOUCH_TRY(const bool there, is_there(path));
  if (!there && !companions.empty()) return left_alone(path, companions);
  if (how == Open::read) {
    if (!there) return nullptr;
    return open_to_read(path, steps);
  }
  if (!there) {
    RETOUCH_CHECK(make_directories(directory));
    RETOUCH_CHECK(make(path, steps));
    RETOUCH_CHECK(is_there(path));
  }
  return open_to_write(path, steps);
}

Result<void> check_schema(Database& database, std::span<const Migration> steps) {
  RETOUCH_TRY(const std::int64_t schema, database.number("PRAGMA user_version"));
  if (schema == newest(steps)) return {};
  return fail(Errc::invalid_input,
              fmt::format("the state {} has schema {} now, this retouch knows {}: another version has "
                          "migrated it meanwhile; restart this one with that version",
                          database.path(), schema, newest(steps)));
}

}  // namespace retouch::state::sqlite
