#include "doubts.hpp"

#include <algorithm>
#include <map>

#include "retouch/core/remembering.hpp"

namespace retouch::reconcile {

namespace {

using core::ChangeRecord;
using core::ChangeStatus;

bool is(const core::AttributeTable& table, const std::string& field, const core::Value& live,
        const core::Value& value) {
  const auto attribute = table.find(field);
  if (!attribute) return live == value;
  return core::same(*attribute, core::normalized(*attribute, live), core::normalized(*attribute, value));
}

// What a change that takes items out and then puts items in leaves between the two; nullopt: it is no such change.
std::optional<core::Value> halfway(const core::FieldChange& change) {
  if (const auto *before = std::get_if<core::Map>(&change.before), *after = std::get_if<core::Map>(&change.after);
      before != nullptr && after != nullptr) {
    core::Map common = *before;
    std::erase_if(common, [&](const auto& item) {
      const auto it = after->find(item.first);
      return it == after->end() || !(it->second == item.second);
    });
    return common;
  }
  if (const auto *before = std::get_if<core::List>(&change.before), *after = std::get_if<core::List>(&change.after);
      before != nullptr && after != nullptr) {
    core::List common = *before;
    std::erase_if(common, [&](const auto& item) { return std::ranges::find(*after, item) == after->end(); });
    return common;
  }
  return std::nullopt;
}

std::map<std::string_view, const core::Image*> by_id(const core::Selection& selection) {
  std::map<std::string_view, const core::Image*> images;
  for (const core::Image& image : selection.images()) images.emplace(image.id, &image);
  return images;
}

const core::Remembered* known(const core::Memory* memory, const ChangeRecord& record) {
  return memory == nullptr ? nullptr : memory->find(record.image_id, record.change.name);
}

// A later change of the field decided what is remembered.
bool is_superseded(const ChangeRecord& record, const core::Remembered* previous) {
  return previous != nullptr && previous->at > record.intended_at;
}

ChangeRecord half_of(const ChangeRecord& record, const core::Value& live, Wall now) {
  ChangeRecord half = record;
  half.id = 0;
  half.change.op = core::is_absent(live) ? core::Op::remove : core::Op::replace;
  half.change.after = live;
  half.change.wish.reset();  // nobody wished that
  half.status = ChangeStatus::applied;
  half.settled_at = now;
  half.error = "the first half of the change; the second did not come to its end";
  return half;
}

}  // namespace

SettledDoubts settle_doubts(std::span<const ChangeRecord> open, const Planned& planned,
                            const core::AttributeTable& table, Wall now) {
  const auto images = by_id(*planned.selection);
  SettledDoubts result;
  core::MemoryUpdate& update = result.update;
  for (const ChangeRecord& record : open) {
    const auto it = images.find(record.image_id);
    if (it == images.end()) continue;
    const std::string& field = record.change.name;
    const core::Value live = it->second->get(field);
    const core::Remembered* previous = known(planned.recollection.memory.get(), record);
    core::Settled settled{.change = record.id, .status = ChangeStatus::not_found, .at = now};
    if (is_superseded(record, previous)) {
      settled.error = "nobody saw what became of it before the field was changed again";
    } else if (is(table, field, live, record.change.after)) {
      settled.status = ChangeStatus::found;
      const core::FieldKey key{record.image_id, field};
      if (record.change.wish) {
        update.remember.emplace_back(key, core::after_change(record, previous, now));
      } else {
        update.forget.push_back(key);
      }
    } else if (!is(table, field, live, record.change.before)) {
      settled.error = "no answer came, or only to a part of it; the image has " + core::to_text(live) + " now";
      const auto half = halfway(record.change);
      if (half && is(table, field, live, *half)) result.halves.push_back(half_of(record, live, now));
    }
    update.settled.push_back(std::move(settled));
  }
  return result;
}

std::shared_ptr<const core::Memory> with_what_was_found(std::span<const ChangeRecord> open,
                                                        const core::Selection& selection,
                                                        const core::AttributeTable& table,
                                                        std::shared_ptr<const core::Memory> memory, Wall now) {
  if (open.empty() || !memory) return memory;
  const auto images = by_id(selection);
  std::shared_ptr<core::Memory> assumed;  // copied when there is something to assume
  for (const ChangeRecord& record : open) {
    const auto it = images.find(record.image_id);
    const core::Memory& so_far = assumed ? *assumed : *memory;
    const core::Remembered* previous = known(&so_far, record);
    if (it == images.end() || is_superseded(record, known(memory.get(), record))) continue;
    if (!is(table, record.change.name, it->second->get(record.change.name), record.change.after)) continue;
    std::optional<core::Remembered> found;
    if (record.change.wish) found = core::after_change(record, previous, now);
    if (!assumed) assumed = std::make_shared<core::Memory>(*memory);
    auto& fields = assumed->images[record.image_id].fields;
    if (found) {
      fields.insert_or_assign(record.change.name, *std::move(found));
    } else {
      fields.erase(record.change.name);
    }
  }
  if (assumed) return assumed;
  return memory;
}

}  // namespace retouch::reconcile
