// Asking a person something.
#pragma once

#include <optional>
#include <string>

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"

namespace retouch::os {

// One line of standard input without its end; Errc::io at its end. Does not block the event loop and can be cancelled.
task<Result<std::string>> read_line();

}  // namespace retouch::os
