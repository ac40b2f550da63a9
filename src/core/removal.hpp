// `on_removal: remove`: what we wrote, and what has left an entry that still exists. Private to this layer.
#pragma once

#include "plan_context.hpp"

namespace retouch::core {

// Takes those items out of `target` that we had put into a list or map and that its claim neither ensures nor names any
// more. `gone` lists them, for people.
Value without_departed(const PlanContext& context, const Subject& subject, const Attribute& attribute,
                       const Claim& claim, Value target, std::vector<std::string>& gone);

struct Departure {
  const DesiredEntry* entry = nullptr;  // that held the field, and whose rule it is
  Attribute attribute{};
  FieldChange change{};
};

// Whole fields that no entry claims any more. A warning names one that ought to go and cannot.
std::vector<Departure> departed_fields(const PlanContext& context, const Subject& subject,
                                       std::vector<std::string>& warnings);

}  // namespace retouch::core
