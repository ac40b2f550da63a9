// How many images of a cloud are in which state, for people and for `retouch_images{cloud,state}`. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "retouch/reconcile/apply_pass.hpp"

namespace retouch::service {

// Of images that entries match, each counted once, in the worst of its states: failed, contended, held, refused,
// drifted, pending, synced. `unresolved` and `suspended` count entries, which have no image, or none that was looked
// at. All nine are always there. `memory` and `report` may be null: nothing is remembered, nothing was sent.
std::map<std::string, std::int64_t> image_states(const core::CloudPlan& plan, const core::Memory* memory,
                                                 const reconcile::ApplyReport* report);

}  // namespace retouch::service
