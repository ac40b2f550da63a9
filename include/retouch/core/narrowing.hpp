// A part of a plan that is a plan itself.
#pragma once

#include <functional>
#include <string>

#include "retouch/core/plan.hpp"

namespace retouch::core {

// Leaves out the fields that `keep` does not accept, the changes that have none left, and the refusals and holds that
// were about what is left out. Requests, guards and outcome are the caller's to judge again.
CloudPlan only_fields(CloudPlan plan, const std::function<bool(const FieldChange&)>& keep);

// What stands in CloudPlan::held of one held field.
std::string held_line(const std::string& entry, const std::string& image_id, const FieldChange& field);

// The live side moved since we applied last: what `drift` shows.
bool drifted(const FieldChange& field);

}  // namespace retouch::core
