// What the memory says against sending a change: it was rolled back, the cloud does not keep it, or somebody undoes it
// again and again. Private to this layer.
#pragma once

#include "plan_context.hpp"

namespace retouch::core {

// The wish of a removal that no manifest spells out (`exact`, `on_removal`) counts as "must not be there".
Wish wish_behind(const FieldChange& change);

// Sets action and reason of a change that is not to be sent. What is held from now on goes into the plan's notes, a
// field that is contended and yet sent into its warnings.
void restrain(const PlanContext& context, const Attribute& attribute, const Image& image, const std::string& entry,
              FieldChange& change, CloudPlan& plan);

}  // namespace retouch::core
