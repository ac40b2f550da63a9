#include "plan_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

bool holds(const std::vector<const DesiredEntry*>& entries, const DesiredEntry& entry) {
  return std::ranges::find(entries, &entry) != entries.end();
}

bool hands_off(const DesiredEntry& entry, std::string_view field) {
  const auto named = std::ranges::find(entry.fields, field, &DesiredField::name);
  if (named != entry.fields.end() && named->mode == FieldMode::ignore) return true;
  return std::ranges::any_of(entry.manage.ignore, [&](const std::string& glob) { return glob_match(glob, field); });
}

}  // namespace

PlanContext::PlanContext(const PlanInput& planned) : input(planned) {
  for (const DesiredEntry& each : input.entries) by_name_.emplace(each.name, &each);
}

const DesiredEntry* PlanContext::entry(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : it->second;
}

const Suspension* PlanContext::suspension(std::string_view entry) const {
  if (input.memory == nullptr) return nullptr;
  const auto& cloud = input.memory->suspended_cloud;
  if (cloud && cloud->in_force(input.now)) return &*cloud;
  const auto it = input.memory->suspended_entries.find(std::string(entry));
  return it != input.memory->suspended_entries.end() && it->second.in_force(input.now) ? &it->second : nullptr;
}

std::string PlanContext::suspended_line(const DesiredEntry& entry) const {
  const Suspension* by_memory = suspension(entry.name);
  if (by_memory == nullptr) return entry.name;
  std::string line = entry.name + " (";
  const auto& cloud = input.memory->suspended_cloud;
  if (cloud && by_memory == &*cloud) line += fmt::format("with all of {}, ", input.cloud);
  line += "since " + format_rfc3339(by_memory->since);
  if (by_memory->until) line += ", until " + format_rfc3339(*by_memory->until);
  if (!by_memory->by.empty()) line += ", by " + by_memory->by;
  if (!by_memory->reason.empty()) line += ": " + by_memory->reason;
  return line + ")";
}

bool PlanContext::has_left(std::string_view entry) const {
  const bool everything = !input.entries_missing && !input.wanted_entry && !input.wanted_image;
  return everything && input.all_entries != nullptr && !input.all_entries->contains(entry);
}

const ImageMemory* PlanContext::memory_of(std::string_view image) const {
  if (input.memory == nullptr) return nullptr;
  const auto it = input.memory->images.find(image);
  return it == input.memory->images.end() ? nullptr : &it->second;
}

const Remembered* PlanContext::remembered(std::string_view image, std::string_view field) const {
  return input.memory == nullptr ? nullptr : input.memory->find(image, field);
}

const Hold* PlanContext::hold(std::string_view image, std::string_view field) const {
  const Hold* hold = input.memory == nullptr ? nullptr : input.memory->hold(image, field);
  return hold != nullptr && (!hold->until || input.now < *hold->until) ? hold : nullptr;
}

Subject::Subject(const Image& live, const std::vector<const DesiredEntry*>& entries,
                 const std::vector<const DesiredEntry*>& unsure)
    : image(live),
      managed_by(entries),
      unclear(unsure),
      claims(settle_claims(entries)),
      also_claimed(settle_claims(unsure)) {}

bool Subject::ignored(std::string_view field) const {
  return std::ranges::any_of(managed_by, [&](const DesiredEntry* entry) { return hands_off(*entry, field); });
}

bool Subject::manages(const DesiredEntry& entry) const { return holds(managed_by, entry); }

bool Subject::unclear_to(const DesiredEntry& entry) const { return holds(unclear, entry); }

}  // namespace retouch::core
