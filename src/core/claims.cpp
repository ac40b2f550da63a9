#include "retouch/core/claims.hpp"

#include <algorithm>

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

std::string conflict_between(const Claim& a, const Claim& b) {
  return "entry " + a.entry->name + " (" + to_string(a.field->place) + ") wants " + to_text(a.field->value) +
         ", entry " + b.entry->name + " (" + to_string(b.field->place) + ") wants " + to_text(b.field->value) +
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
