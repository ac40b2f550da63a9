// What was left in doubt: by a process that died between an intent and its result, or by an answer that never came.
// Private to this layer.
#pragma once

#include <span>
#include <vector>

#include "retouch/core/journal.hpp"
#include "retouch/reconcile/plan_pass.hpp"

namespace retouch::reconcile {

struct SettledDoubts {
  core::MemoryUpdate update;
  // Of a list or map that is half-written (IMS deletes tags, then creates them): what that half changed, as changes of
  // their own, so that they can be taken back.
  std::vector<core::ChangeRecord> halves;
};

// For each open intent whose image the listing showed: found (and so remembered as ours), or not found; what the image
// has instead is said. What the listing did not show stays open. The account's lock must be held: otherwise the process
// may be alive.
SettledDoubts settle_doubts(std::span<const core::ChangeRecord> open, const Planned& planned,
                            const core::AttributeTable& table, Wall now);

// The memory as it will be once the doubts are settled: for who looks without the lock. What stands there as somebody
// of ours intended it is no drift, whether that process lives or died.
std::shared_ptr<const core::Memory> with_what_was_found(std::span<const core::ChangeRecord> open,
                                                        const core::Selection& selection,
                                                        const core::AttributeTable& table,
                                                        std::shared_ptr<const core::Memory> memory, Wall now);

}  // namespace retouch::reconcile
