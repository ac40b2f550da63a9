// Changes that would move an image from one entry's selector to another's. Private to this layer.
#pragma once

#include <map>
#include <vector>

#include "retouch/core/planner.hpp"

namespace retouch::core {

// One image and what its entries would change on it, before that goes into the plan.
struct PlannedImage {
  std::size_t index = 0;  // in Selection::images()
  std::vector<const DesiredEntry*> managed_by{};
  std::map<const DesiredEntry*, std::vector<FieldChange>> changes{};
};

// An entry that sets what another one selects by (a rename, mostly) would take the image away from it, or give it one
// too many. Such changes are refused; an entry's own selector was checked when the manifest was read. True when
// something was refused: the images then stay as they are, so that what is left may collide anew.
bool refuse_handovers(const PlanInput& input, std::vector<PlannedImage>& images);

}  // namespace retouch::core
