#include "retouch/core/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "image_planner.hpp"
#include "notes.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

using EntriesOfImage = std::map<std::size_t, std::vector<const DesiredEntry*>>;

// Which entries manage which image; suspended and unresolved ones are reported instead.
EntriesOfImage managed_images(const PlanContext& context, CloudPlan& plan, EntriesOfImage& unclear) {
  const PlanInput& input = context.input;
  EntriesOfImage managed;
  for (std::size_t i = 0; i < input.entries.size(); ++i) {
    const DesiredEntry& entry = input.entries[i];
    const bool asked_for = context.asked_for(entry);
    const bool suspended = context.suspended(entry);
    if (asked_for) ++plan.entries;
    if (suspended && asked_for) plan.suspended.push_back(context.suspended_line(entry));
    const Resolution found = resolve_match(entry, input.selection->matches_of(i), input.selection->images());
    if (!found.unresolved.empty()) {
      // Which of them it means is unclear, so none of its keys is free for `exact` of another entry on any of them.
      for (const std::size_t image : input.selection->matches_of(i)) unclear[image].push_back(&entry);
      if (asked_for && !suspended) plan.unresolved.push_back({entry.name, found.unresolved, entry.place});
    } else if (entry.match == Match::all && asked_for && !suspended) {
      plan.notes.selected.emplace(entry.name, std::ssize(found.images));
    }
    for (const std::size_t image : found.images) managed[image].push_back(&entry);
  }
  return managed;
}

// By what the guards measure, before the command line's filters: they must not make small steps look like new days. An
// image that only suspended entries manage does not widen it.
void note_managed(const PlanContext& context, const EntriesOfImage& managed, Notes& notes) {
  const PlanInput& input = context.input;
  for (const auto& [index, entries] : managed) {
    if (std::ranges::all_of(entries, [&](const DesiredEntry* entry) { return context.suspended(*entry); })) continue;
    ++notes.managed;
    const std::string& id = input.selection->images()[index].id;
    if (input.memory != nullptr && input.memory->changed_lately.contains(id)) notes.changed_lately.insert(id);
  }
  if (!input.undoing || input.memory == nullptr) return;
  // A rollback's entries name only the images that it changes; by those, each one would change all there is.
  notes.managed = std::max(notes.managed, std::ssize(input.memory->images));
  notes.changed_lately = input.memory->changed_lately;
}

std::vector<PlannedImage> planned_images(const PlanContext& context, CloudPlan& plan, EntriesOfImage& unclear) {
  const PlanInput& input = context.input;
  std::vector<PlannedImage> images;
  EntriesOfImage managed = managed_images(context, plan, unclear);
  note_managed(context, managed, plan.notes);
  for (auto& [index, entries] : managed) {
    if (std::ranges::none_of(entries, [&](const DesiredEntry* entry) { return context.wanted(*entry); })) continue;
    const Image& image = input.selection->images()[index];
    if (input.wanted_image && !input.wanted_image(image)) {
      ++plan.images_left_out;
      continue;
    }
    images.push_back({.index = index, .managed_by = entries});
  }
  plan.images_matched = std::ssize(images);
  return images;
}

// One line an entry: a thousand images with the same stray keys are one thing to know.
void say_left_alone(const PlanInput& input, const LeftAlone& left_alone, std::vector<std::string>& warnings) {
  constexpr std::size_t shown = 8;
  std::string why = "on IMS it removes only what retouch itself put there and nobody has changed since";
  if (input.memory == nullptr) why += ", and nothing of that is known: there is no state";
  if (input.entries_missing) why = "while files are left out, nobody knows what they list";
  for (const auto& [entry, left] : left_alone) {
    std::vector<std::string> keys(left.keys.begin(), left.keys.end());
    const std::size_t more = keys.size() > shown ? keys.size() - shown : 0;
    keys.resize(keys.size() - more);
    const std::string on =
        left.images.size() == 1 ? "image " + *left.images.begin() : fmt::format("{} images", left.images.size());
    warnings.push_back(fmt::format("{}: {}: `exact` leaves {}{} alone: {}", entry, on, join(keys, ", "),
                                   more > 0 ? fmt::format(" and {} more", more) : "", why));
  }
}

void note_selecting(CloudPlan& plan) {
  for (const ImageChange& change : plan.changes) {
    const auto all = plan.notes.selected.find(change.entry);
    const auto sent = [](const FieldChange& field) { return field.action == Action::apply; };
    if (all != plan.notes.selected.end() && std::ranges::any_of(change.fields, sent)) plan.notes.selecting.insert(*all);
  }
}

}  // namespace

CloudPlan plan_cloud(const PlanInput& input) {
  const PlanContext context(input);
  CloudPlan plan{.cloud = input.cloud,
                 .provider = input.table->provider(),
                 .images_seen = input.images_seen,
                 .warnings = input.warnings};
  EntriesOfImage unclear;
  std::vector<PlannedImage> images = planned_images(context, plan, unclear);
  LeftAlone left_alone;
  for (PlannedImage& image : images) ImagePlanner(context, plan, image).run(unclear[image.index], left_alone);
  while (refuse_handovers(input, images)) {
    // A removal that is refused may have made room for an attribute that excludes what stays.
    for (PlannedImage& image : images) ImagePlanner(context, plan, image).refuse_exclusive();
  }
  for (PlannedImage& image : images) ImagePlanner(context, plan, image).deliver();
  const auto by_image = [](const ImageChange& a, const ImageChange& b) {
    return std::tie(a.image_id, a.entry) < std::tie(b.image_id, b.entry);
  };
  std::sort(plan.changes.begin(), plan.changes.end(), by_image);
  say_left_alone(input, left_alone, plan.warnings);
  note_manifests(context, plan.notes);
  note_selecting(plan);
  return plan;
}

}  // namespace retouch::core
