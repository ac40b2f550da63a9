// What SQLite's result codes mean to whoever runs retouch.
#pragma once

#include <string>

#include "retouch/base/error.hpp"

namespace retouch::state::sqlite {

// What can be done about a state that cannot be used as it is. Never done by retouch itself.
std::string way_out(const std::string& path);

// `code` is SQLite's (extended) result code, `detail` its words.
Error failure_of(int code, const std::string& path, const std::string& detail);

}  // namespace retouch::state::sqlite
