// The files of the state: whom they may be open to, and how they come to be.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "retouch/base/result.hpp"

namespace retouch::state::sqlite {

// False when there is nothing of that name. Errc::untrusted for a symlink, what is no regular file, and what others
// could change, be it the file or its directory; Errc::invalid_input for an empty one: we make none.
Result<bool> is_there(const std::string& path);

// Those of the files that SQLite keeps beside `path` (-wal, -shm, -journal) that are there.
std::vector<std::string> companions_of(const std::string& path);

// Why SQLite cannot make its companions: the directory cannot be written to, but the file can be read. Else empty.
std::string why_read_only(const std::string& path);

// Each missing part 0700.
Result<void> make_directories(const std::string& path);

// Makes a file (0600) that gets its name only when `fill` is done and everything is on the disk, so that nobody ever
// meets half of it. True = made; false = something of that name is there, and was left as it is.
using Fill = std::function<Result<void>(const std::string& path)>;
Result<bool> make_complete(const std::string& path, const Fill& fill);

}  // namespace retouch::state::sqlite
