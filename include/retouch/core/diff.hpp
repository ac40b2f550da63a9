// One field of one image: what is wanted against what is there.
#pragma once

#include <optional>

#include "retouch/core/attributes.hpp"
#include "retouch/core/desired.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::core {

// The whole value that a field should have, given what is live: for lists and maps under `listed` the live items, with
// the listed ones ensured and the absent ones gone; otherwise what is wanted.
Value target_value(const DesiredField& field, Manage manage, const Value& live);

// The change that makes `target` true, or nullopt when live is the same already by the table's comparison.
std::optional<FieldChange> diff_field(const Attribute& attribute, const Value& live, const Value& target);

// The same change on another live value. Lists and maps are written whole, so only the items that the change adds or
// takes away are carried over: what somebody else put in meanwhile stays. The op is that from `live`.
FieldChange rebased(const Attribute& attribute, FieldChange change, const Value& live);

// The wider audience or lost protection that a change brings; empty = none. "visibility private -> public".
std::string exposure_of(const Attribute& attribute, const FieldChange& change);

}  // namespace retouch::core
