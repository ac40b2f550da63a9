// Bringing an old schema to the newest.
#pragma once

#include "database.hpp"
#include "schema.hpp"

namespace retouch::state::sqlite {

// The steps from the schema that it has now, in the transaction that the caller began.
Result<void> take_steps(Database& database, std::span<const Migration> steps);

// Both in one transaction: a copy of the file beside it ("retouch.db.v1", or the next free name), and the steps. After
// a failure the file is as it was. Nothing to do when another process was faster.
Result<void> migrate_file(Database& database, std::span<const Migration> steps);

}  // namespace retouch::state::sqlite
