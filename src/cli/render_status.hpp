// How a daemon's documents look on a terminal. Foreign text goes through printable() here.
#pragma once

#include <string>

#include "retouch/base/json.hpp"
#include "retouch/cli/render.hpp"

namespace retouch::cli {

// Of GET /v1/status.
std::string status_as_text(const Json& document, const Style& style);
// Of POST /v1/reconcile.
std::string reconciled_as_text(const Json& document, const Style& style);

}  // namespace retouch::cli
