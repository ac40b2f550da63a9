// Rows of the state as a file could hold them that this program did not write: core/memory, state/sqlite/rows.
#include <sqlite3.h>

#include <cstdlib>

#include "fuzz.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/memory.hpp"
#include "state/sqlite/rows.hpp"

using namespace retouch;

namespace {

void check_value(std::string_view text) {
  const auto value = core::value_from_stored(text);
  if (!value) return;
  const std::string stored = core::to_stored(*value);
  fuzz::require(core::value_from_stored(stored) == value, "a value is stored as what it is", stored);
  fuzz::require(core::to_stored(*core::value_from_stored(stored)) == stored, "a value has one text", stored);
  fuzz::require_showable(core::to_text(*value), "a value");
}

void check_wish(std::string_view text) {
  const auto wish = core::wish_from_text(text);
  if (!wish) return;
  const std::string stored = core::to_text(*wish);
  fuzz::require(core::wish_from_text(stored) == wish, "a wish is stored as what it is", stored);
}

void check_times(std::string_view text) {
  const auto times = state::sqlite::times_from_text(text);
  if (!times) return;
  fuzz::require(state::sqlite::times_from_text(state::sqlite::to_text(*times)) == times,
                "times are stored as what they are", text);
}

// A row in memory that holds these cells, without a table behind it.
class Rows {
 public:
  Rows() {
    fuzz::require(sqlite3_open(":memory:", &connection_) == SQLITE_OK, "SQLite opens a database in memory");
    std::string sql = "SELECT ?";
    for (int i = 1; i < columns; ++i) sql += ", ?";
    fuzz::require(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement_, nullptr) == SQLITE_OK,
                  "SQLite takes a query");
  }
  ~Rows() {
    sqlite3_finalize(statement_);
    sqlite3_close(connection_);
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // A line a cell: "NULL", "#12" a number, anything else a text, also where a number belongs.
  state::sqlite::Row row(const std::vector<std::string>& cells) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    for (int i = 0; i < columns && static_cast<std::size_t>(i) < cells.size(); ++i) {
      const auto& cell = cells[static_cast<std::size_t>(i)];
      if (cell == "NULL") continue;
      if (cell.starts_with('#')) {
        sqlite3_bind_int64(statement_, i + 1, std::strtoll(cell.c_str() + 1, nullptr, 10));
      } else {
        sqlite3_bind_text64(statement_, i + 1, cell.data(), cell.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
      }
    }
    fuzz::require(sqlite3_step(statement_) == SQLITE_ROW, "there is a row");
    return state::sqlite::Row(statement_);
  }

 private:
  static constexpr int columns = 22;  // of a change
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_value(text);
  check_wish(text);
  check_times(text);
  const auto cells = split(text, '\n');
  for (const auto& cell : cells) {
    check_value(cell);
    check_wish(cell);
    check_times(cell);
  }
  static Rows rows;  // to open a database takes longer than all the rest
  const auto row = rows.row(cells);
  if (const auto change = state::sqlite::change_of(row)) {
    fuzz::require_showable(core::to_text(change->change.before), "a value");
    fuzz::require_showable(core::to_text(change->change.after), "a value");
  }
  state::sqlite::hold_of(row, 0);
  return 0;
}
