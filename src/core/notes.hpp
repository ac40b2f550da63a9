// What an apply should remember although nothing has to be sent for it. Private to this layer.
#pragma once

#include "handover.hpp"
#include "plan_context.hpp"

namespace retouch::core {

// Of one claim that counts: it is in force as it stands (`differs` false) and was not remembered so; a hold that
// stopped another wish is void.
void note_wish(const PlanContext& context, const Subject& subject, const Claim& claim, const Wish& wish, bool differs,
               Notes& notes);

// Of the rest of an image, once its changes are known: what no entry asks for any more, holds on it, and `exact`.
void note_memory(const PlanContext& context, const Subject& subject,
                 const std::map<const DesiredEntry*, std::vector<FieldChange>>& changes, Notes& notes);

// Of the cloud as a whole: sources and their entries, entries that are gone and what they leave on images that no entry
// selects any more, holds whose time is over.
void note_manifests(const PlanContext& context, Notes& notes);

}  // namespace retouch::core
