#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include "database.hpp"

namespace retouch::state::sqlite {

std::int64_t to_micros(Wall time) {
  return std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count();
}

Wall from_micros(std::int64_t micros) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000;  // what a Wall can hold
  return Wall{std::chrono::microseconds(std::clamp(micros, -most, most))};
}

int Bound::bind_to(sqlite3_stmt* statement, int index) const {
  if (const auto* integer = std::get_if<std::int64_t>(&value_)) return sqlite3_bind_int64(statement, index, *integer);
  if (const auto* real = std::get_if<double>(&value_)) return sqlite3_bind_double(statement, index, *real);
  if (const auto* text = std::get_if<std::string_view>(&value_)) {
    // A null pointer would be NULL, not "". nullptr as destructor: not copied.
    const char* data = text->data() == nullptr ? "" : text->data();
    return sqlite3_bind_text64(statement, index, data, text->size(), nullptr, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, index);
}

bool Row::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Row::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Row::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Row::view(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<Wall> Row::maybe_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

}  // namespace retouch::state::sqlite
