#include "retouch/core/narrowing.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace retouch::core {

namespace {

// An image's field as refusals name it; several entries may have one of it.
using Named = std::tuple<std::string, std::string, std::string>;

}  // namespace

std::string held_line(const std::string& entry, const std::string& image_id, const FieldChange& field) {
  return entry + ": image " + image_id + ": " + field.reason;
}

CloudPlan only_fields(CloudPlan plan, const std::function<bool(const FieldChange&)>& keep) {
  std::set<Named> left_out;
  for (ImageChange& change : plan.changes) {
    std::erase_if(change.fields, [&](const FieldChange& field) {
      if (keep(field)) return false;
      left_out.emplace(change.entry, change.image_id, field.name);
      if (field.action == Action::held) std::erase(plan.held, held_line(change.entry, change.image_id, field));
      return true;
    });
  }
  std::erase_if(plan.changes, [](const ImageChange& change) { return change.fields.empty(); });
  std::erase_if(plan.refused,
                [&](const Refusal& each) { return left_out.contains({each.entry, each.image_id, each.field}); });
  return plan;
}

bool drifted(const FieldChange& field) { return field.cause == Cause::drift || field.cause == Cause::both; }

}  // namespace retouch::core
