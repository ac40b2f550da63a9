// What every part of planning asks: who is meant and not suspended, who claims what, what is remembered. Private to
// this layer.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retouch/core/claims.hpp"
#include "retouch/core/planner.hpp"

namespace retouch::core {

using Claims = std::map<std::string, Claim, std::less<>>;

class PlanContext {
 public:
  explicit PlanContext(const PlanInput& planned);

  const PlanInput& input;

  // nullptr: this cloud has no entry of that name.
  const DesiredEntry* entry(std::string_view name) const;
  // The command line means it.
  bool asked_for(const DesiredEntry& entry) const { return !input.wanted_entry || input.wanted_entry(entry); }
  // By its manifest, or by the memory.
  bool suspended(const DesiredEntry& entry) const { return entry.suspended || suspension(entry.name) != nullptr; }
  // Entries that are suspended or outside of the filter change nothing, but keep their claims against the others.
  bool wanted(const DesiredEntry& entry) const { return asked_for(entry) && !suspended(entry); }
  // What is said of one that is suspended: its name, and who stopped it when it was not its manifest.
  std::string suspended_line(const DesiredEntry& entry) const;
  // It is in no manifest any more, and the command line asked for everything, so for what is gone as well.
  bool has_left(std::string_view entry) const;

  const ImageMemory* memory_of(std::string_view image) const;
  const Remembered* remembered(std::string_view image, std::string_view field) const;
  const Hold* hold(std::string_view image, std::string_view field) const;  // in force

 private:
  const Suspension* suspension(std::string_view entry) const;
  std::unordered_map<std::string_view, const DesiredEntry*> by_name_;
};

// One image, and who has a say in it.
struct Subject {
  Subject(const Image& live, const std::vector<const DesiredEntry*>& entries,
          const std::vector<const DesiredEntry*>& unsure);

  const Image& image;
  const std::vector<const DesiredEntry*>& managed_by;
  const std::vector<const DesiredEntry*>& unclear;  // entries that do not know whether they mean this image
  Claims claims;
  Claims also_claimed;  // by the unclear ones

  bool claimed(std::string_view field) const { return claims.contains(field) || also_claimed.contains(field); }
  // Some entry that manages it says hands off.
  bool ignored(std::string_view field) const;
  bool manages(const DesiredEntry& entry) const;
  bool unclear_to(const DesiredEntry& entry) const;
};

}  // namespace retouch::core
