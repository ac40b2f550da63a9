#include "image_planner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cause.hpp"
#include "notes.hpp"
#include "removal.hpp"
#include "restraint.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/diff.hpp"
#include "retouch/core/narrowing.hpp"

namespace retouch::core {

namespace {

Manage manage_of(const DesiredEntry& entry, const Attribute& attribute) {
  if (attribute.name == "tags") return entry.manage.tags;
  if (attribute.name == "acl") return entry.manage.acl;
  return entry.manage.properties;
}

bool goes_by_exact(const Attribute& attribute) { return attribute.clear == Clear::remove || attribute.exact_clears; }

// What the family calls its state.
std::string state_of(const Image& image) {
  return image.find("status") != nullptr ? image.text("status") : image.text("state");
}

void refuse(FieldChange& change, std::string reason) {
  change.action = Action::refused;
  change.reason = std::move(reason);
}

}  // namespace

ImagePlanner::ImagePlanner(const PlanContext& context, CloudPlan& plan, PlannedImage& planned)
    : context_(context),
      input_(context.input),
      plan_(plan),
      image_(context.input.selection->images()[planned.index]),
      entries_(planned.managed_by),
      changes_(planned.changes) {}

void ImagePlanner::run(const std::vector<const DesiredEntry*>& unclear, LeftAlone& left_alone) {
  const Subject subject(image_, entries_, unclear);
  for (const auto& [name, claim] : subject.claims) plan_claim(subject, name, claim);
  for (const DesiredEntry* entry : entries_) {
    if (entry->manage.properties == Manage::exact && context_.wanted(*entry)) plan_exact(subject, *entry, left_alone);
  }
  for (Departure& departure : departed_fields(context_, subject, plan_.warnings)) {
    if (!is_planned(departure.change.name)) {
      plan_removal(departure.attribute, *departure.entry, std::move(departure.change));
    }
  }
  note_memory(context_, subject, changes_, plan_.notes);
  refuse_exclusive();
  refuse_unchangeable();
}

void ImagePlanner::refuse_exclusive() {
  for (auto& [entry, fields] : changes_) {
    for (FieldChange& field : fields) {
      if (field.action != Action::apply || is_absent(field.after)) continue;
      const auto attribute = input_.table->find(field.name);
      for (const std::string& other : attribute->excludes) {
        if (!stays_present(other)) continue;
        refuse(field,
               fmt::format("must not be present together with {}, which the image has; add `{}: null`", other, other));
        break;
      }
    }
  }
}

void ImagePlanner::deliver() {
  const bool adoption = input_.memory != nullptr && !input_.memory->knows(image_.id);
  for (const DesiredEntry* entry : entries_) {
    const auto it = changes_.find(entry);
    if (it == changes_.end()) continue;
    auto& fields = it->second;
    std::ranges::sort(fields, {}, &FieldChange::name);
    for (const FieldChange& field : fields) {
      if (field.action == Action::refused) {
        plan_.refused.push_back({entry->name, image_.id, field.name, field.reason, field.place});
      } else if (field.action == Action::held) {
        plan_.held.push_back(held_line(entry->name, image_.id, field));
      }
    }
    plan_.changes.push_back({.entry = entry->name,
                             .image_id = image_.id,
                             .image_name = image_.text("name"),
                             .owner = image_.text("owner"),
                             .status = state_of(image_),
                             .place = entry->place,
                             .fields = std::move(fields),
                             .adoption = adoption});
  }
}

void ImagePlanner::plan_claim(const Subject& subject, const std::string& name, const Claim& claim) {
  if (!context_.wanted(*claim.entry)) return;
  const auto attribute = input_.table->find(name);
  if (!attribute) return;  // refused when the manifest was resolved
  const Manage manage = manage_of(*claim.entry, *attribute);
  const Value live = image_.get(name);
  std::vector<std::string> gone;
  Value target = target_value(*claim.field, manage, live);
  if (manage == Manage::listed) {
    target = without_departed(context_, subject, *attribute, claim, std::move(target), gone);
  }
  const Wish wish = wish_of(*attribute, *claim.field, manage);
  auto change = diff_field(*attribute, live, target);
  note_wish(context_, subject, claim, wish, change.has_value(), plan_.notes);
  if (!change) return;
  change->place = claim.field->place;
  change->wish = wish;
  change->cause = cause_of(*attribute, context_.remembered(image_.id, name), wish, live, change->after);
  if (!gone.empty()) change->reason = "on_removal: remove: " + join(gone, ", ") + " left the entry";
  judge_claim(*attribute, claim, *change);
  changes_[claim.entry].push_back(*std::move(change));
}

// What keeps a difference from being sent, strongest reason first.
void ImagePlanner::judge_claim(const Attribute& attribute, const Claim& claim, FieldChange& change) {
  const std::vector<std::string> broken = violations(attribute, change.after);
  const auto& only_while = claim.field->only_while;
  if (!claim.conflict.empty()) return refuse(change, claim.conflict);
  if (only_while && !same(attribute, change.before, *only_while)) {
    return refuse(change, fmt::format("the live value moved on since: expected {}, is {}", to_text(*only_while),
                                      to_text(change.before)));
  }
  if (!broken.empty()) return refuse(change, join(broken, "; "));
  if (claim.field->mode == FieldMode::warn) {
    change.action = Action::warn;
    change.reason = "manage.fields says warn";
    return;
  }
  // A rollback is somebody's word against what the manifests wish, so nothing that stops their wish stops it.
  if (!only_while) restrain(context_, attribute, image_, claim.entry->name, change, plan_);
  if (change.action == Action::apply) hold_exposure(attribute, *claim.entry, change);
}

void ImagePlanner::hold_exposure(const Attribute& attribute, const DesiredEntry& entry, FieldChange& change) const {
  const std::string exposure = exposure_of(attribute, change);
  if (exposure.empty() || !input_.exposure_guard || entry.accept.contains("exposure")) return;
  change.action = Action::held;
  change.reason = exposure +
                  " opens the image to others; to allow it: `accept: [exposure]` in the entry, or "
                  "--force exposure";
}

// `exact`: what no entry lists goes, unless it is the platform's or cannot be removed.
void ImagePlanner::plan_exact(const Subject& subject, const DesiredEntry& entry, LeftAlone& left_alone) {
  for (const auto& [name, live] : image_.attributes) {
    if (subject.claimed(name) || input_.table->is_platform(name) || is_planned(name)) continue;
    const auto matches = [&](const std::string& glob) { return glob_match(glob, name); };
    if (std::ranges::any_of(entry.manage.ignore, matches)) continue;
    const auto attribute = input_.table->find(name);
    if (!attribute || !attribute->writable || !goes_by_exact(*attribute)) continue;
    if (is_absent(normalized(*attribute, live))) continue;
    const Remembered* record = context_.remembered(image_.id, name);
    const bool ours = record != nullptr && !is_absent(record->ours) && same(*attribute, live, record->ours);
    if (input_.entries_missing || (input_.exact_only_ours && !ours)) {
      if (!left_.insert(name).second) continue;  // another entry has said so
      left_alone[entry.name].keys.insert(name);
      left_alone[entry.name].images.insert(image_.id);
      continue;
    }
    const bool was_exact = context_.remembered(image_.id, exact_in_force) != nullptr;
    plan_removal(*attribute, entry,
                 {.name = name,
                  .op = Op::remove,
                  .before = live,
                  .after = Absent{},
                  .cause = cause_of_unlisted(*attribute, record, was_exact, live),
                  .place = entry.place,
                  .reason = "manage.properties: exact"});
  }
}

void ImagePlanner::plan_removal(const Attribute& attribute, const DesiredEntry& entry, FieldChange change) {
  restrain(context_, attribute, image_, entry.name, change, plan_);
  if (change.action == Action::apply) hold_exposure(attribute, entry, change);
  changes_[&entry].push_back(std::move(change));
}

bool ImagePlanner::is_planned(const std::string& name) const {
  return std::ranges::any_of(changes_, [&](const auto& of_entry) {
    return std::ranges::find(of_entry.second, name, &FieldChange::name) != of_entry.second.end();
  });
}

bool ImagePlanner::stays_present(const std::string& name) const {
  const auto attribute = input_.table->find(name);
  if (!attribute) return false;
  for (const auto& [entry, fields] : changes_) {
    for (const FieldChange& field : fields) {
      if (field.name == name && field.action == Action::apply) return !is_absent(field.after);
    }
  }
  return !is_absent(normalized(*attribute, image_.get(name)));
}

void ImagePlanner::refuse_unchangeable() {
  if (changes_.empty() || !input_.unchangeable) return;
  const auto reason = input_.unchangeable(image_);
  if (!reason) return;
  for (auto& [entry, fields] : changes_) {
    for (FieldChange& field : fields) {
      if (field.action == Action::apply || field.action == Action::held) refuse(field, *reason);
    }
  }
}

}  // namespace retouch::core
