#include "retouch/core/claims.hpp"

#include <algorithm>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

bool ignored(const DesiredEntry& entry, const DesiredField& field) {
  return field.mode == FieldMode::ignore || std::ranges::any_of(entry.manage.ignore, [&](const std::string& glob) {
           return glob_match(glob, field.name);
         });
}

bool same_wish(const DesiredField& a, const DesiredField& b) {
  return a.value == b.value && a.absent_items == b.absent_items && a.mode == b.mode;
}

std::string quoted(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "\"" : ", \"") + printable(item, 80) + "\"";
  return out;
}

// "uefi", ["a"], `"old" removed`: what the line asks for.
std::string wish_of(const DesiredField& field) {
  const auto* list = std::get_if<List>(&field.value);
  const auto* map = std::get_if<Map>(&field.value);
  const bool only_removes = !field.absent_items.empty() && ((list && list->empty()) || (map && map->empty()));
  std::string out = only_removes ? "" : to_text(field.value);
  if (!field.absent_items.empty()) out += (out.empty() ? "" : " and ") + quoted(field.absent_items) + " removed";
  if (field.mode == FieldMode::warn) out += " (reported only)";
  return out;
}

std::string conflict_between(const Claim& a, const Claim& b) {
  return "entry " + a.entry->name + " (" + to_string(a.field->place) + ") wants " + wish_of(*a.field) + ", entry " +
         b.entry->name + " (" + to_string(b.field->place) + ") wants " + wish_of(*b.field) +
         "; give one of them a higher `priority`";
}

}  // namespace

std::map<std::string, Claim, std::less<>> settle_claims(const std::vector<const DesiredEntry*>& entries) {
  std::map<std::string, Claim, std::less<>> settled;
  for (const DesiredEntry* entry : entries) {
    for (const DesiredField& field : entry->fields) {
      if (ignored(*entry, field)) continue;
      const Claim claim{.entry = entry, .field = &field};
      const auto [it, fresh] = settled.try_emplace(field.name, claim);
      if (fresh) continue;
      Claim& current = it->second;
      if (entry->priority > current.entry->priority) {
        current = claim;
      } else if (entry->priority == current.entry->priority && !same_wish(field, *current.field)) {
        current.conflict = conflict_between(current, claim);
      }
    }
  }
  return settled;
}

}  // namespace retouch::core
