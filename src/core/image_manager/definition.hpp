// One definition as it was written, read into types.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/yaml.hpp"
#include "retouch/core/image_manager.hpp"

namespace retouch::core::image_manager {

// What the tool writes for a property, and where it was said.
struct Property {
  std::string text;
  Place place;
};
using Meta = std::map<std::string, Property>;

struct Version {
  std::string version;
  Place place{};  // of the version
  std::optional<Property> url{}, build_date{}, os_version{}, visibility{};
  std::optional<bool> hidden{};
  Meta meta{};
};

struct Definition {
  std::string name;
  Place place{};  // of the name
  bool enabled = true;
  bool multi = false;
  std::string separator = " ";
  std::optional<std::int64_t> min_disk{}, min_ram{};
  std::optional<Property> visibility{}, login{};
  std::vector<std::string> tags{};
  Meta meta{};
  std::vector<Version> versions{};
  std::vector<yaml::Value> unused{};  // keys of which nothing becomes metadata: see why_unused()
};

// The definitions of one file. Of one that is disabled only the name is read, unless `with_disabled`.
std::vector<Definition> read_definitions(const ManifestFile& file, bool with_disabled, Diagnostics& diagnostics);

std::string_view why_unused(std::string_view key);

}  // namespace retouch::core::image_manager
