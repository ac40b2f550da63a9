#include "doubts.hpp"

#include <map>

#include "retouch/core/remembering.hpp"

namespace retouch::reconcile {

namespace {

bool is(const core::AttributeTable& table, const std::string& field, const core::Value& live,
        const core::Value& value) {
  const auto attribute = table.find(field);
  if (!attribute) return live == value;
  return core::same(*attribute, core::normalized(*attribute, live), core::normalized(*attribute, value));
}

}  // namespace

core::MemoryUpdate settle_doubts(std::span<const core::ChangeRecord> open, const Planned& planned,
                                 const core::AttributeTable& table, Wall now) {
  using core::ChangeStatus;
  std::map<std::string_view, const core::Image*> images;
  for (const core::Image& image : planned.selection->images()) images.emplace(image.id, &image);
  core::MemoryUpdate update;
  for (const core::ChangeRecord& record : open) {
    const auto it = images.find(record.image_id);
    if (it == images.end()) continue;
    const std::string& field = record.change.name;
    const core::Value live = it->second->get(field);
    core::Settled settled{.change = record.id, .status = ChangeStatus::uncertain, .at = now};
    if (is(table, field, live, record.change.after)) {
      settled.status = ChangeStatus::found;
      const core::FieldKey key{record.image_id, field};
      const auto& memory = planned.recollection.memory;
      const core::Remembered* previous = memory ? memory->find(key.image_id, key.field) : nullptr;
      if (record.change.wish) {
        update.remember.emplace_back(key, core::after_change(record, previous, now));
      } else {
        update.forget.push_back(key);
      }
    } else if (is(table, field, live, record.change.before)) {
      settled.status = ChangeStatus::not_found;
    } else {
      settled.error = "the process ended before the answer came; the image has " + core::to_text(live) + " now";
    }
    update.settled.push_back(std::move(settled));
  }
  return update;
}

}  // namespace retouch::reconcile
