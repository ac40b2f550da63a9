// What a process left in doubt that died between an intent and its result. Private to this layer.
#pragma once

#include <span>

#include "retouch/core/journal.hpp"
#include "retouch/reconcile/plan_pass.hpp"

namespace retouch::reconcile {

// For each open intent whose image the listing showed: found (and so remembered as ours), not found, or uncertain when
// the value is a third one. What the listing did not show stays open. The account's lock must be held: otherwise the
// process may be alive.
core::MemoryUpdate settle_doubts(std::span<const core::ChangeRecord> open, const Planned& planned,
                                 const core::AttributeTable& table, Wall now);

}  // namespace retouch::reconcile
