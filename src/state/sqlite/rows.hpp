// Rows as values. A row that cannot be read is nullopt; the caller names it.
#pragma once

#include <initializer_list>
#include <optional>

#include "database.hpp"
#include "retouch/core/journal.hpp"

namespace retouch::state::sqlite {

// The one of these that has this name.
template <class E>
std::optional<E> named(std::string_view name, std::initializer_list<E> all) {
  for (const E each : all) {
    if (to_string(each) == name) return each;
  }
  return std::nullopt;
}

// "1795324800000000 1795328400000000"
std::string to_text(const std::vector<Wall>& times);
std::optional<std::vector<Wall>> times_from_text(std::string_view text);

// The columns of a hold, beginning with this one: why, wish, live, since, until, run.
inline constexpr std::string_view hold_columns = "why, wish, live, since, until, run";
std::optional<core::Hold> hold_of(const Row& row, int first);

// The columns of a change, as change_columns lists them.
extern const std::string_view change_columns;
std::optional<core::ChangeRecord> change_of(const Row& row);

}  // namespace retouch::state::sqlite
