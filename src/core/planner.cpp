#include "retouch/core/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "handover.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/claims.hpp"
#include "retouch/core/diff.hpp"

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

// Plans one image for all entries that manage it.
class ImagePlanner {
 public:
  ImagePlanner(const PlanInput& input, CloudPlan& plan, PlannedImage& planned)
      : input_(input),
        plan_(plan),
        image_(input.selection->images()[planned.index]),
        entries_(planned.managed_by),
        changes_(planned.changes) {}

  // `unclear`: entries that do not know whether they mean this image.
  void run(const std::vector<const DesiredEntry*>& unclear) {
    claims_ = settle_claims(entries_);
    also_claimed_ = settle_claims(unclear);
    for (const auto& [name, claim] : claims_) plan_claim(name, claim);
    for (const DesiredEntry* entry : entries_) {
      if (entry->manage.properties == Manage::exact && wanted(*entry)) plan_exact(*entry);
    }
    refuse_exclusive();
    refuse_unchangeable();
  }

  // The cloud refuses attributes that exclude each other; what will be there counts, not only what is sent.
  void refuse_exclusive() {
    for (auto& [entry, fields] : changes_) {
      for (FieldChange& field : fields) {
        if (field.action != Action::apply || is_absent(field.after)) continue;
        const auto attribute = input_.table->find(field.name);
        for (const std::string& other : attribute->excludes) {
          if (!stays_present(other)) continue;
          refuse(field, fmt::format("must not be present together with {}, which the image has; add `{}: null`", other,
                                    other));
          break;
        }
      }
    }
  }

  void deliver() {
    for (const DesiredEntry* entry : entries_) {
      const auto it = changes_.find(entry);
      if (it == changes_.end()) continue;
      auto& fields = it->second;
      std::ranges::sort(fields, {}, &FieldChange::name);
      for (const FieldChange& field : fields) {
        if (field.action == Action::refused) {
          plan_.refused.push_back({entry->name, image_.id, field.name, field.reason, field.place});
        } else if (field.action == Action::held) {
          plan_.held.push_back(fmt::format("{}: image {}: {}", entry->name, image_.id, field.reason));
        }
      }
      plan_.changes.push_back({.entry = entry->name,
                               .image_id = image_.id,
                               .image_name = image_.text("name"),
                               .owner = image_.text("owner"),
                               .status = state_of(image_),
                               .place = entry->place,
                               .fields = std::move(fields)});
    }
  }

 private:
  // Entries that are suspended or outside of the filter change nothing, but keep their claims against the others.
  bool wanted(const DesiredEntry& entry) const {
    return !entry.suspended && (!input_.wanted_entry || input_.wanted_entry(entry));
  }

  void plan_claim(const std::string& name, const Claim& claim) {
    if (!wanted(*claim.entry)) return;
    const auto attribute = input_.table->find(name);
    if (!attribute) return;  // refused when the manifest was resolved
    const Value live = image_.get(name);
    auto change = diff_field(*attribute, live, target_value(*claim.field, manage_of(*claim.entry, *attribute), live));
    if (!change) return;
    change->place = claim.field->place;
    judge_change(*attribute, claim, *change);
    changes_[claim.entry].push_back(*std::move(change));
  }

  // What keeps a difference from being sent, strongest reason first.
  void judge_change(const Attribute& attribute, const Claim& claim, FieldChange& change) {
    const std::vector<std::string> broken = violations(attribute, change.after);
    const std::string exposure = exposure_of(attribute, change);
    if (!claim.conflict.empty()) {
      refuse(change, claim.conflict);
    } else if (!broken.empty()) {
      refuse(change, join(broken, "; "));
    } else if (claim.field->mode == FieldMode::warn) {
      change.action = Action::warn;
      change.reason = "manage.fields says warn";
    } else if (!exposure.empty() && input_.exposure_guard && !claim.entry->accept.contains("exposure")) {
      change.action = Action::held;
      change.reason = exposure +
                      " opens the image to others; to allow it: `accept: [exposure]` in the entry, or "
                      "--force exposure";
    }
  }

  static void refuse(FieldChange& change, std::string reason) {
    change.action = Action::refused;
    change.reason = std::move(reason);
  }

  // `exact`: what no entry lists goes, unless it is the platform's or cannot be removed.
  void plan_exact(const DesiredEntry& entry) {
    for (const auto& [name, live] : image_.attributes) {
      if (claims_.contains(name) || also_claimed_.contains(name) || input_.table->is_platform(name) ||
          exact_seen_.contains(name))
        continue;
      const auto matches = [&](const std::string& glob) { return glob_match(glob, name); };
      if (std::ranges::any_of(entry.manage.ignore, matches)) continue;
      const auto attribute = input_.table->find(name);
      if (!attribute || !attribute->writable || !goes_by_exact(*attribute)) continue;
      if (is_absent(normalized(*attribute, live))) continue;
      exact_seen_.insert(name);
      if (input_.entries_missing || input_.exact_only_ours) {
        plan_.warnings.push_back(
            fmt::format("{}: image {}: `exact` leaves {} alone: on IMS, and while files are left out, only keys that "
                        "retouch applied itself are removed",
                        entry.name, image_.id, name));
        continue;
      }
      changes_[&entry].push_back({.name = name,
                                  .op = Op::remove,
                                  .before = live,
                                  .after = Absent{},
                                  .place = entry.place,
                                  .reason = "manage.properties: exact"});
    }
  }

  bool stays_present(const std::string& name) const {
    const auto attribute = input_.table->find(name);
    if (!attribute) return false;
    for (const auto& [entry, fields] : changes_) {
      for (const FieldChange& field : fields) {
        if (field.name == name && field.action == Action::apply) return !is_absent(field.after);
      }
    }
    return !is_absent(normalized(*attribute, image_.get(name)));
  }

  void refuse_unchangeable() {
    if (changes_.empty() || !input_.unchangeable) return;
    const auto reason = input_.unchangeable(image_);
    if (!reason) return;
    for (auto& [entry, fields] : changes_) {
      for (FieldChange& field : fields) {
        if (field.action == Action::apply || field.action == Action::held) refuse(field, *reason);
      }
    }
  }

  const PlanInput& input_;
  CloudPlan& plan_;
  const Image& image_;
  const std::vector<const DesiredEntry*>& entries_;
  std::map<std::string, Claim, std::less<>> claims_;
  std::map<std::string, Claim, std::less<>> also_claimed_;  // by entries that do not know their image
  std::map<const DesiredEntry*, std::vector<FieldChange>>& changes_;
  std::set<std::string, std::less<>> exact_seen_;
};

// Which entries manage which image; suspended and unresolved ones are reported instead.
using EntriesOfImage = std::map<std::size_t, std::vector<const DesiredEntry*>>;

EntriesOfImage managed_images(const PlanInput& input, CloudPlan& plan, EntriesOfImage& unclear) {
  EntriesOfImage managed;
  for (std::size_t i = 0; i < input.entries.size(); ++i) {
    const DesiredEntry& entry = input.entries[i];
    const bool wanted = !input.wanted_entry || input.wanted_entry(entry);
    if (wanted) ++plan.entries;
    if (entry.suspended && wanted) plan.suspended.push_back(entry.name);
    const Resolution found = resolve_match(entry, input.selection->matches_of(i), input.selection->images());
    if (!found.unresolved.empty()) {
      // Which of them it means is unclear, so none of its keys is free for `exact` of another entry on any of them.
      for (const std::size_t image : input.selection->matches_of(i)) unclear[image].push_back(&entry);
      if (wanted && !entry.suspended) plan.unresolved.push_back({entry.name, found.unresolved, entry.place});
    }
    for (const std::size_t image : found.images) managed[image].push_back(&entry);
  }
  return managed;
}

}  // namespace

CloudPlan plan_cloud(const PlanInput& input) {
  CloudPlan plan{.cloud = input.cloud,
                 .provider = input.table->provider(),
                 .images_seen = input.images_seen,
                 .warnings = input.warnings};
  EntriesOfImage unclear;
  std::vector<PlannedImage> images;
  for (auto& [index, entries] : managed_images(input, plan, unclear)) {
    const auto shown = [&](const DesiredEntry* e) {
      return !e->suspended && (!input.wanted_entry || input.wanted_entry(*e));
    };
    if (std::ranges::none_of(entries, shown)) continue;
    if (input.wanted_image && !input.wanted_image(input.selection->images()[index])) {
      ++plan.images_left_out;
      continue;
    }
    images.push_back({.index = index, .managed_by = entries});
  }
  plan.images_matched = std::ssize(images);
  for (PlannedImage& image : images) ImagePlanner(input, plan, image).run(unclear[image.index]);
  while (refuse_handovers(input, images)) {
    // A removal that is refused may have made room for an attribute that excludes what stays.
    for (PlannedImage& image : images) ImagePlanner(input, plan, image).refuse_exclusive();
  }
  for (PlannedImage& image : images) ImagePlanner(input, plan, image).deliver();
  const auto by_image = [](const ImageChange& a, const ImageChange& b) {
    return std::tie(a.image_id, a.entry) < std::tie(b.image_id, b.entry);
  };
  std::sort(plan.changes.begin(), plan.changes.end(), by_image);
  return plan;
}

}  // namespace retouch::core
