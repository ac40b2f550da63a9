#include "migrate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "files.hpp"

namespace retouch::state::sqlite {

namespace {

Result<std::int64_t> schema_of(Database& database) { return database.number("PRAGMA user_version"); }

// Through a connection of its own: that sees what is committed, while ours keeps every other writer out.
Result<std::string> copy_beside(const std::string& path, std::int64_t schema) {
  const auto fill = [&](const std::string& made) -> Result<void> {
    RETOUCH_TRY(const auto reader, Database::open(path, Database::Access::write));
    return reader->run("VACUUM INTO ?", {made});
  };
  for (int attempt = 1; attempt < 1000; ++attempt) {
    auto name = fmt::format("{}.v{}", path, schema);
    if (attempt > 1) name += fmt::format("-{}", attempt);
    if (::access(name.c_str(), F_OK) == 0) continue;
    RETOUCH_TRY(const bool made, make_complete(name, fill));
    if (made) return name;
  }
  return fail(Errc::io, fmt::format("cannot copy the state {} before its migration: all names are taken", path));
}

}  // namespace

Result<void> take_steps(Database& database, std::span<const Migration> steps) {
  RETOUCH_TRY(const std::int64_t schema, schema_of(database));
  for (const Migration& step : steps) {
    if (step.from < schema) continue;
    RETOUCH_CHECK(database.script(step.sql));
    // A pragma takes no bound values.
    RETOUCH_CHECK(database.script(fmt::format("PRAGMA user_version = {}", step.from + 1).c_str()));
  }
  return {};
}

Result<void> migrate_file(Database& database, std::span<const Migration> steps) {
  std::string copy;
  auto migrated = database.transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_TRY(const std::int64_t schema, schema_of(database));
    if (schema >= newest(steps)) return {};
    RETOUCH_TRY(copy, copy_beside(database.path(), schema));
    return take_steps(database, steps);
  });
  if (migrated) return {};
  if (!copy.empty()) ::unlink(copy.c_str());  // nothing was changed, and the next attempt makes another
  Error error = std::move(migrated).error();
  error.message = fmt::format("cannot bring the state to schema {}, it is as it was: {}", newest(steps), error.message);
  return fail(std::move(error));
}

}  // namespace retouch::state::sqlite
