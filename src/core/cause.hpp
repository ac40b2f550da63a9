// Who moved since a field was last as it should be: somebody in the cloud, the manifests, or both. Private to this
// layer.
#pragma once

#include "retouch/core/attributes.hpp"
#include "retouch/core/desired.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::core {

// What a claim asks, in the form that is compared from one run to the next.
Wish wish_of(const Attribute& attribute, const DesiredField& field, Manage manage);

// Of the change from `live` to `after` that `wish` wants. `record` null: nothing is remembered, so it is unknown.
// Lists and maps go by the items that the change adds, removes or replaces: others' items do not count.
Cause cause_of(const Attribute& attribute, const Remembered* record, const Wish& wish, const Value& live,
               const Value& after);

// Of a removal by `exact`: nobody lists the field. `exact_remembered`: this image had nothing unlisted before.
Cause cause_of_unlisted(const Attribute& attribute, const Remembered* record, bool exact_remembered, const Value& live);

}  // namespace retouch::core
