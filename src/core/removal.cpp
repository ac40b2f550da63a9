#include "removal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

bool contains(const List& list, const std::string& item) { return std::ranges::find(list, item) != list.end(); }

// `live` without what is still ours in it; nullopt = nothing of ours is there.
std::optional<Value> without_ours(const Attribute& attribute, const Value& live, const Value& ours) {
  if (is_absent(normalized(attribute, live))) return std::nullopt;
  if (const auto* items = std::get_if<List>(&ours)) {
    const auto* there = std::get_if<List>(&live);
    if (there == nullptr) return std::nullopt;
    List rest;
    std::ranges::copy_if(*there, std::back_inserter(rest), [&](const auto& item) { return !contains(*items, item); });
    return rest.size() == there->size() ? std::nullopt : std::optional<Value>(std::move(rest));
  }
  if (const auto* items = std::get_if<Map>(&ours)) {
    const auto* there = std::get_if<Map>(&live);
    if (there == nullptr) return std::nullopt;
    Map rest = *there;
    std::erase_if(rest, [&](const auto& item) {
      const auto it = items->find(item.first);
      return it != items->end() && it->second == item.second;
    });
    return rest.size() == there->size() ? std::nullopt : std::optional<Value>(std::move(rest));
  }
  return same(attribute, live, ours) ? std::optional<Value>(Absent{}) : std::nullopt;
}

bool still_selects(const DesiredEntry& entry, Image image, const std::string& field, const Value& after) {
  if (!entry.select.matches(image)) return true;  // by what else changes it was found: not ours to judge
  image.attributes.insert_or_assign(field, after);
  return entry.select.matches(image);
}

// In the platform's name space; what the table itself offers to users is not meant.
bool is_the_platforms(const AttributeTable& table, const std::string& name) {
  const Attribute* known = table.find_known(name);
  return table.is_platform(name) && (known == nullptr || !known->writable);
}

// Why the field cannot go, although it should; empty = it can.
std::string obstacle(const PlanContext& context, const Subject& subject, const DesiredEntry& entry,
                     const Attribute& attribute, const Value& after) {
  if (is_the_platforms(*context.input.table, attribute.name)) return "its name is the platform's";
  if (!still_selects(entry, subject.image, attribute.name, after)) return "`select` finds the image by it";
  return join(violations(attribute, after), "; ");
}

// The entry that had the field, when it exists, means this image, is not suspended and says remove.
const DesiredEntry* remover(const PlanContext& context, const Subject& subject, const Remembered& record) {
  const DesiredEntry* entry = context.entry(record.entry);
  if (entry == nullptr || !entry->manage.remove_on_removal) return nullptr;
  return subject.manages(*entry) && context.wanted(*entry) ? entry : nullptr;
}

std::string said(const std::string& what, const std::string& entry) {
  return fmt::format("on_removal: remove: {} left the entry {}", what, entry);
}

}  // namespace

Value without_departed(const PlanContext& context, const Subject& subject, const Attribute& attribute,
                       const Claim& claim, Value target, std::vector<std::string>& gone) {
  const DesiredField& field = *claim.field;
  const Remembered* record = context.remembered(subject.image.id, field.name);
  if (record == nullptr || context.input.entries_missing || !claim.entry->manage.remove_on_removal) return target;
  // An entry that was taken out as a whole leaves its items behind, as it leaves its fields; one that does not know
  // its image may want them; what is only reported changes nothing.
  if (context.entry(record->entry) == nullptr || subject.also_claimed.contains(field.name)) return target;
  if (field.mode != FieldMode::enforce) return target;
  Value rest = target;
  if (auto* list = std::get_if<List>(&rest)) {
    const auto* ours = std::get_if<List>(&record->ours);
    const auto* wished = std::get_if<List>(&field.value);
    if (ours == nullptr || wished == nullptr) return target;
    std::erase_if(*list, [&](const std::string& item) {
      const bool leaves = contains(*ours, item) && !contains(*wished, item);
      if (leaves) gone.push_back(item);
      return leaves;
    });
  } else if (auto* map = std::get_if<Map>(&rest)) {
    const auto* ours = std::get_if<Map>(&record->ours);
    const auto* wished = std::get_if<Map>(&field.value);
    if (ours == nullptr || wished == nullptr) return target;
    std::erase_if(*map, [&](const auto& item) {
      const auto it = ours->find(item.first);
      const bool leaves = it != ours->end() && it->second == item.second && !wished->contains(item.first);
      if (leaves) gone.push_back(item.first);
      return leaves;
    });
  }
  if (gone.empty() || still_selects(*claim.entry, subject.image, attribute.name, rest)) return rest;
  gone.clear();
  return target;
}

std::vector<Departure> departed_fields(const PlanContext& context, const Subject& subject,
                                       std::vector<std::string>& warnings) {
  std::vector<Departure> departures;
  const ImageMemory* memory = context.memory_of(subject.image.id);
  if (memory == nullptr || context.input.entries_missing) return departures;
  for (const auto& [name, record] : memory->fields) {
    if (is_absent(record.ours) || subject.claimed(name) || subject.ignored(name)) continue;
    const DesiredEntry* entry = remover(context, subject, record);
    const auto attribute = context.input.table->find(name);
    if (entry == nullptr || !attribute) continue;
    const Value live = subject.image.get(name);
    const auto rest = without_ours(*attribute, live, record.ours);
    if (!rest) continue;
    const Value after = normalized(*attribute, *rest);
    if (const std::string why = obstacle(context, subject, *entry, *attribute, after); !why.empty()) {
      warnings.push_back(
          fmt::format("{}: image {}: {} left the entry and stays: {}", entry->name, subject.image.id, name, why));
      continue;
    }
    departures.push_back({.entry = entry,
                          .attribute = *attribute,
                          .change = {.name = name,
                                     .op = is_absent(after) ? Op::remove : Op::replace,
                                     .before = live,
                                     .after = after,
                                     .cause = Cause::pending,
                                     .place = entry->place,
                                     .reason = said(name, entry->name)}});
  }
  return departures;
}

}  // namespace retouch::core
