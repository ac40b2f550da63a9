#include "failures.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace retouch::state::sqlite {

std::string with_companions(const std::string& path) { return fmt::format("{0}, {0}-wal and {0}-shm", path); }

std::string way_out(const std::string& path) {
  return fmt::format(
      "move {} away together (those that are there), then restore a copy; without one retouch begins "
      "with an empty memory",
      with_companions(path));
}

Error needs_directory(const std::string& path, const std::string& reason) {
  return {.code = Errc::io,
          .message = fmt::format("cannot open the state {}: {}; reading needs that, too, unless the state was closed "
                                 "cleanly: mount it writable, or let a user run this who may write there",
                                 path, reason)};
}

Error failure_of(int code, const std::string& path, const std::string& detail) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {.code = Errc::invalid_input,
              .message = fmt::format("the state {} is not an SQLite database; {}", path, way_out(path))};
    case SQLITE_CORRUPT:
      return {.code = Errc::invalid_input,
              .message = fmt::format("the state {} is damaged ({}); {}", path, detail, way_out(path))};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.code = Errc::io,
              .reaction = Reaction::transient,
              .message = fmt::format("the state {} is being written by another process; try again later", path)};
    case SQLITE_FULL:
      return {.code = Errc::io,
              .reaction = Reaction::transient,
              .message = fmt::format("no room on the disk for the state {}; make some, then run it again", path)};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
      return {.code = Errc::io,
              .reaction = Reaction::transient,
              .message = fmt::format("cannot read or write the state {}: {}", path, detail)};
    default:
      return {.code = Errc::internal, .message = fmt::format("the state {}: {} ({})", path, detail, code)};
  }
}

}  // namespace retouch::state::sqlite
