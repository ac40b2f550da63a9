// The plan document plus how the command line had narrowed it, so that `apply FILE` narrows in the same way.
#pragma once

#include <set>
#include <string>

#include "retouch/base/json.hpp"
#include "retouch/cli/options.hpp"
#include "retouch/core/plan_document.hpp"

namespace retouch::cli {

Json plan_file_document(const core::Plan& plan, const ScopeOptions& scope, const std::set<std::string>& forced);
ScopeOptions scope_of(const core::PlanFile& file);

}  // namespace retouch::cli
