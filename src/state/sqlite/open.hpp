// From a directory to a connection whose schema is the one this program knows.
#pragma once

#include <memory>
#include <string>

#include "database.hpp"
#include "retouch/state/store.hpp"
#include "schema.hpp"

namespace retouch::state::sqlite {

// nullptr: there is no state, and it was opened for reading. The steps are a parameter for the tests of migration.
Result<std::unique_ptr<Database>> open_database(const std::string& directory, Open how,
                                                std::span<const Migration> steps = migrations());

// A newer retouch may have migrated the file since it was opened: its rows are no longer what this one knows.
Result<void> check_schema(Database& database, std::span<const Migration> steps = migrations());

}  // namespace retouch::state::sqlite
