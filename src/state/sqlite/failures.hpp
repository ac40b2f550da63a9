// What SQLite's result codes mean to whoever runs retouch.
#pragma once

#include <string>

#include "retouch/base/error.hpp"

namespace retouch::state::sqlite {

// The file and what SQLite keeps beside it. A log that stays behind alone is replayed into the file that takes the
// place of its own: who moves one has to move all.
std::string with_companions(const std::string& path);

// What can be done about a state that cannot be used as it is. Never done by retouch itself.
std::string way_out(const std::string& path);

// `reason` as of why_read_only(): it does not pass by itself.
Error needs_directory(const std::string& path, const std::string& reason);

// `code` is SQLite's (extended) result code, `detail` its words.
Error failure_of(int code, const std::string& path, const std::string& detail);

}  // namespace retouch::state::sqlite
