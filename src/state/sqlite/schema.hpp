// The tables, as the list of steps that leads to them. A step is never changed once it was released: a new one follows.
#pragma once

#include <span>

namespace retouch::state::sqlite {

// Leads from schema `from` to `from + 1`; 0 = an empty file.
struct Migration {
  int from = 0;
  const char* sql = "";
};

// Stands in the header of the file, so that another program's database is never taken for ours ("rtch").
inline constexpr int application_id = 0x72746368;

std::span<const Migration> migrations();

// The schema that the steps lead to.
inline int newest(std::span<const Migration> steps) { return static_cast<int>(steps.size()); }

}  // namespace retouch::state::sqlite
