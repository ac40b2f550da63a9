// Which lines of the manifests set a field of an entry, and which of them hold: `explain` shows it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/core/manifest.hpp"

namespace retouch::core {

// One line that says something of a field.
struct Setting {
  enum class In { defaults, image, overrides };
  In in = In::image;
  int number = 0;  // of the override, from 1
  Place place;
  std::string says;      // the wish as it was written: "uefi", "[a, b]", "absent_tags [c]"
  bool in_force = true;  // false: a later one replaced it
  bool operator==(const Setting&) const = default;
};
// "defaults", "the image's attributes", "overrides[2]"
std::string to_string(const Setting& setting);

// By the API's own name of the field; in the order in which they hold, so the last one wins. Maps merge by key: then
// several are in force.
using Provenance = std::map<std::string, std::vector<Setting>, std::less<>>;

// Of one entry on one cloud; empty when there is no such entry. A mistyped line is in it, too.
Provenance provenance(const Manifests& manifests, std::string_view entry, const std::string& cloud,
                      const AttributeTable& table);

}  // namespace retouch::core
