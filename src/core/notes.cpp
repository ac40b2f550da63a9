#include "notes.hpp"

#include <algorithm>
#include <set>
#include <type_traits>
#include <unordered_set>

namespace retouch::core {

namespace {

using Changes = std::map<const DesiredEntry*, std::vector<FieldChange>>;

const FieldChange* change_of(const Changes& changes, std::string_view field) {
  for (const auto& [entry, fields] : changes) {
    const auto it = std::ranges::find(fields, field, &FieldChange::name);
    if (it != fields.end()) return &*it;
  }
  return nullptr;
}

bool is_exact(const DesiredEntry* entry) { return entry->manage.properties == Manage::exact; }

// Whether it may be said of a remembered field that its entry asks for it no more: that entry is in scope, or is in no
// manifest. An entry of a sibling cloud of the same account is neither.
bool may_judge(const PlanContext& context, const Subject& subject, const Remembered& record) {
  if (context.input.entries_missing) return false;
  const DesiredEntry* entry = context.entry(record.entry);
  if (entry == nullptr) return context.has_left(record.entry);
  return context.wanted(*entry) && !subject.unclear_to(*entry);
}

// Nothing unlisted is left of an image that an entry wants exactly so.
void note_exact(const PlanContext& context, const Subject& subject, const Changes& changes, Notes& notes) {
  if (context.input.entries_missing) return;
  for (const auto& [entry, fields] : changes) {
    if (std::ranges::any_of(fields, [](const FieldChange& field) { return !field.wish; })) return;
  }
  const auto entry = std::ranges::find_if(
      subject.managed_by, [&](const DesiredEntry* each) { return is_exact(each) && context.wanted(*each); });
  if (entry == subject.managed_by.end()) return;
  const Remembered* record = context.remembered(subject.image.id, exact_in_force);
  if (record != nullptr && record->entry == (*entry)->name && record->place == (*entry)->place) return;
  notes.in_force.push_back({.image_id = subject.image.id,
                            .field = std::string(exact_in_force),
                            .wish = {},
                            .entry = (*entry)->name,
                            .place = (*entry)->place});
}

// A key that `exact` has to remove again and again is remembered while it counts how often.
bool is_fought_over(const PlanContext& context, const Subject& subject, const Remembered& record) {
  const PlanInput& input = context.input;
  const auto lately = [&](Wall at) { return input.now - at < input.contention.within; };
  return is_absent(record.wish.value) && std::ranges::any_of(subject.managed_by, is_exact) &&
         std::ranges::any_of(record.corrections, lately);
}

// A field that is ignored for a while is remembered meanwhile: to look away is not to let go.
bool is_released(const PlanContext& context, const Subject& subject, const Changes& changes, std::string_view field,
                 const Remembered& record) {
  if (!may_judge(context, subject, record)) return false;
  if (field == exact_in_force) {
    return std::ranges::none_of(subject.managed_by, is_exact) && std::ranges::none_of(subject.unclear, is_exact);
  }
  if (is_fought_over(context, subject, record)) return false;
  return !subject.claimed(field) && !subject.ignored(field) && change_of(changes, field) == nullptr;
}

// Of a field that no entry claims. A removal that `exact` or `on_removal` wants and that was rolled back stays held.
bool is_void(const PlanContext& context, const Subject& subject, const Changes& changes, const std::string& field,
             const Hold& hold) {
  if (subject.claimed(field) || subject.ignored(field)) return false;
  if (change_of(changes, field) != nullptr) return hold.wish != Wish{};
  const Remembered* record = context.remembered(subject.image.id, field);
  return record != nullptr && may_judge(context, subject, *record);
}

template <class Items>
bool lacks_some_of(const Value& value, const Items& ours) {
  const auto* wished = std::get_if<Items>(&value);
  return std::ranges::any_of(ours, [&](const auto& item) {
    if (wished == nullptr) return true;
    if constexpr (std::is_same_v<Items, Map>) {
      return !wished->contains(item.first);
    } else {
      return std::ranges::find(*wished, item) == wished->end();
    }
  });
}

// Items of ours have left a claim that `on_removal: remove` cannot take them out of now, as somebody unknown may want
// them (see without_departed). To note the wish would be to forget that they are ours: they would stay for ever.
bool departs_later(const PlanContext& context, const Subject& subject, const Claim& claim, const Wish& wish,
                   const Remembered& record) {
  if (!claim.entry->manage.remove_on_removal) return false;
  if (!context.input.entries_missing && !subject.also_claimed.contains(claim.field->name)) return false;
  if (const auto* ours = std::get_if<List>(&record.ours)) return lacks_some_of(wish.value, *ours);
  if (const auto* ours = std::get_if<Map>(&record.ours)) return lacks_some_of(wish.value, *ours);
  return false;
}

}  // namespace

void note_wish(const PlanContext& context, const Subject& subject, const Claim& claim, const Wish& wish, bool differs,
               Notes& notes) {
  const DesiredField& field = *claim.field;
  // A rollback says what shall be now, not what the manifests wish.
  if (field.mode != FieldMode::enforce || !claim.conflict.empty() || field.only_while) return;
  const std::string& image = subject.image.id;
  const Hold* hold = context.hold(image, field.name);
  if (hold != nullptr && hold->wish != wish) notes.void_holds.push_back({image, field.name});
  if (differs) return;
  const Remembered* record = context.remembered(image, field.name);
  if (record != nullptr && departs_later(context, subject, claim, wish, *record)) return;
  const bool known = record != nullptr && record->wish == wish && record->entry == claim.entry->name &&
                     record->place == field.place && !record->kept_instead;
  if (!known) notes.in_force.push_back({image, field.name, wish, claim.entry->name, field.place});
}

void note_memory(const PlanContext& context, const Subject& subject, const Changes& changes, Notes& notes) {
  const std::string& image = subject.image.id;
  note_exact(context, subject, changes, notes);
  const ImageMemory* memory = context.memory_of(image);
  if (memory == nullptr) return;
  for (const auto& [field, record] : memory->fields) {
    if (is_released(context, subject, changes, field, record)) notes.released.push_back({image, field});
  }
  for (const auto& [field, hold] : memory->holds) {
    const bool in_force = context.hold(image, field) != nullptr;
    if (in_force && is_void(context, subject, changes, field, hold)) notes.void_holds.push_back({image, field});
  }
}

void note_manifests(const PlanContext& context, Notes& notes) {
  const PlanInput& input = context.input;
  if (!input.entries_missing) {  // otherwise nobody knows how many there are
    for (const std::string& source : input.sources) notes.entries.try_emplace(source, 0);
    for (const DesiredEntry& entry : input.entries) ++notes.entries[entry.source];
  }
  if (input.memory == nullptr) return;
  // An image that some entry selects, were it a suspended one, is not for the entry that is gone alone to let go of.
  std::unordered_set<std::string_view> selected;
  for (const Image& image : input.selection->images()) selected.insert(image.id);
  std::set<std::string_view> forgotten;
  for (const auto& [image, memory] : input.memory->images) {
    for (const auto& [field, hold] : memory.holds) {
      if (context.hold(image, field) == nullptr) notes.void_holds.push_back({image, field});
    }
    for (const auto& [field, record] : memory.fields) {
      if (!context.has_left(record.entry)) continue;
      forgotten.insert(record.entry);
      if (!selected.contains(image)) notes.released.push_back({image, field});
    }
  }
  notes.forgotten.assign(forgotten.begin(), forgotten.end());
}

}  // namespace retouch::core
