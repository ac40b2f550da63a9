// Desired + live -> plan, for one cloud. Pure: the listing has ended, nothing is asked here.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "retouch/core/attributes.hpp"
#include "retouch/core/desired.hpp"
#include "retouch/core/guards.hpp"
#include "retouch/core/plan.hpp"
#include "retouch/core/selection.hpp"

namespace retouch::core {

struct PlanInput {
  std::string cloud;
  const AttributeTable* table = nullptr;
  std::span<const DesiredEntry> entries{};
  const Selection* selection = nullptr;
  std::int64_t images_seen = 0;
  std::vector<std::string> warnings{};  // of the listing
  // Why nothing of an image may be changed (not own, not active); nullopt = it may.
  std::function<std::optional<std::string>(const Image&)> unchangeable{};
  // What the command line asked for; entries and images outside keep their claims but show no changes. Null = all.
  std::function<bool(const DesiredEntry&)> wanted_entry{};
  std::function<bool(const Image&)> wanted_image{};
  bool exposure_guard = true;      // policy.guards.exposure and not forced
  bool exact_only_ours = false;    // ims: `exact` removes only keys that we wrote; the others may be the platform's
  bool entries_missing = false;    // files were left out: what they manage is not taken for unlisted or removed
  const Memory* memory = nullptr;  // null: `state: none`, or nothing was ever applied
  Wall now{};                      // decides whether holds and suspensions are over
  ContentionRules contention{};
  // Sources that were read: one without any entry for this cloud counts as shrunk to nothing, one that is not among
  // them (no longer configured, or --manifests was given) is unknown.
  std::vector<std::string> sources{};
  // The names of all entries of the manifests, for whatever cloud: clouds of one account share its memory, so an entry
  // that is not in `entries` may well be a sibling's. Null: unknown, so nothing is taken for gone.
  const std::set<std::string, std::less<>>* all_entries = nullptr;
  bool undoing = false;  // entries are a run's reversed changes: guards measure them by all that is remembered
};

// Changes, refusals, unresolved, held and suspended entries. Guards, request counts and outcome are filled by the
// caller, who knows the steps that a provider needs.
CloudPlan plan_cloud(const PlanInput& input);

}  // namespace retouch::core
