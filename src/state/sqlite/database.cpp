#include "database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <system_error>

#include "failures.hpp"
#include "files.hpp"
#include "retouch/base/text.hpp"

namespace retouch::state::sqlite {

namespace {

// Another process may work on another account with the same file.
constexpr int busy_timeout_ms = 5000;

// Ends the use of a cached statement, so that it neither holds a lock nor points to texts that are gone.
struct Use {
  sqlite3_stmt* statement;
  ~Use() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

// What was committed last may stand there alone.
bool has_log(const std::string& path) {
  return std::ranges::any_of(companions_of(path), [](const std::string& each) { return !each.ends_with("-shm"); });
}

// https://www.sqlite.org/uri.html: no locks and no companions.
std::string unchanging(const std::string& path) {
  std::string name = path.starts_with('/') ? "file://" : "file:";
  for (const char each : path) name += each == '/' ? "/" : percent_encode(std::string_view(&each, 1));
  return name + "?immutable=1";
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
Database::~Database() = default;

Result<void> Database::connect(const std::string& name, int flags) {
  sqlite3* connection = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) return fail(failure(code));
  sqlite3_busy_timeout(connection, busy_timeout_ms);
  // The file comes from a disk that others may have written to: nothing in its schema may run functions.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return run("PRAGMA cell_size_check = ON");
}

Result<void> Database::set_up(const std::string& name, int flags) {
  RETOUCH_CHECK(connect(name, flags));
  if (access_ == Access::read) RETOUCH_CHECK(allow_reading_alone());
  RETOUCH_CHECK(run("PRAGMA synchronous = FULL"));  // an intent must survive a power cut
  RETOUCH_CHECK(run("PRAGMA foreign_keys = ON"));
  // KiB. What is read once a pass comes from the system's cache; a daemon must not hold it for the half hour between
  // (decision 0033).
  RETOUCH_CHECK(run("PRAGMA cache_size = -256"));
  return run("PRAGMA schema_version");  // the first look into the file: what it needs has to be there
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
  std::unique_ptr<Database> database(new Database(path, access));
  // Also a reader opens it writable where it may: a log that a killed process left has to be taken in.
  auto ready = database->set_up(path, SQLITE_OPEN_READWRITE);
  if (ready) return database;
  const int code = sqlite3_extended_errcode(database->connection_.get()) & 0xff;
  if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) return fail(std::move(ready).error());
  const std::string reason = why_read_only(path);
  if (reason.empty()) return fail(std::move(ready).error());
  if (access == Access::write || has_log(path)) return fail(needs_directory(path, reason));
  database.reset(new Database(path, access));
  RETOUCH_CHECK(database->set_up(unchanging(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  return database;
}

Result<void> Database::allow_reading_alone() {
  access_ = Access::read;
  return run("PRAGMA query_only = ON");
}

Result<std::unique_ptr<Database>> Database::copy_in_memory(Database& source) {
  std::unique_ptr<Database> copy(new Database(source.path_, Access::write));
  RETOUCH_CHECK(copy->connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY));
  sqlite3_backup* backup = sqlite3_backup_init(copy->connection_.get(), "main", source.connection_.get(), "main");
  if (backup == nullptr) return fail(copy->failure(sqlite3_extended_errcode(copy->connection_.get())));
  sqlite3_backup_step(backup, -1);
  if (const int code = sqlite3_backup_finish(backup); code != SQLITE_OK) return fail(copy->failure(code));
  return copy;
}

Result<sqlite3_stmt*> Database::prepared(std::string_view sql) {
  if (const auto it = statements_.find(sql); it != statements_.end()) return it->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail(failure(code));
  statements_.emplace(sql, statement);
  return statement;
}

Result<void> Database::run(std::string_view sql, const Values& values) {
  return each(sql, values, [](const Row&) { return Result<void>{}; });
}

Result<void> Database::each(std::string_view sql, const Values& values, const Take& take) {
  RETOUCH_TRY(sqlite3_stmt * statement, prepared(sql));
  const Use use{statement};
  int index = 0;
  for (const Bound& value : values) {
    if (const int code = value.bind_to(statement, ++index); code != SQLITE_OK) return fail(failure(code));
  }
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return fail(failure(code));
    RETOUCH_CHECK(take(Row(statement)));
  }
}

Result<std::int64_t> Database::number(std::string_view sql, const Values& values) {
  std::int64_t value = 0;
  RETOUCH_CHECK(each(sql, values, [&](const Row& row) {
    value = row.integer(0);
    return Result<void>{};
  }));
  return value;
}

Result<void> Database::script(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(failure(code));
  return {};
}

std::int64_t Database::changed_rows() const { return sqlite3_changes64(connection_.get()); }
std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

Database::RollBack::~RollBack() {
  if (sqlite3_get_autocommit(database.connection_.get()) == 0) static_cast<void>(database.run("ROLLBACK"));
}

Error Database::failure(int code) const {
  std::string detail = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  if (const int number = connection_ ? sqlite3_system_errno(connection_.get()) : 0; number != 0) {
    detail += ": " + std::generic_category().message(number);
  }
  if (code == SQLITE_READONLY && access_ == Access::read) {
    return {.code = Errc::internal, .message = fmt::format("the state {} was opened for reading alone", path_)};
  }
  return failure_of(code, path_, detail);
}

Error Database::unreadable(std::string_view table, const std::string& key) const {
  return {.code = Errc::invalid_input,
          .message = fmt::format("the state {} has a row in table {} that retouch cannot read ({}); {}", path_, table,
                                 key, way_out(path_))};
}

}  // namespace retouch::state::sqlite
