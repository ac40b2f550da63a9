// Definitions of openstack-image-manager (osism; as of July 2026) -> manifests that want of its images what the tool
// itself writes when it imports them. The definitions are files with `images: […]`; its etc/schema.yaml names the keys.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/core/manifest_draft.hpp"

namespace retouch::core {

struct ImageManagerOptions {
  std::vector<std::string> clouds{};     // that the manifests are for
  std::string tag = "managed_by_osism";  // by which the tool knows its images (its --tag)
  bool disabled = false;                 // also definitions with `enable: false` (its --force)
};

struct ImageManagerResult {
  std::vector<SetDraft> sets{};  // one for each definition, an entry for each version
  // Keys that say nothing about metadata, or nothing that is known offline.
  struct Dropped {
    std::int64_t times = 0;
    Place first{};
    std::string why{};
  };
  std::map<std::string, Dropped> dropped{};
  std::vector<std::string> disabled{};  // names of definitions that were left out
};

// Complaints of all files go to `diagnostics`; what is returned beside errors is not to be used. Attributes that one of
// `tables` (of the clouds; at least one) would refuse are left out with a warning.
ImageManagerResult convert_image_manager(std::span<const ManifestFile> files,
                                         std::span<const AttributeTable* const> tables,
                                         const ImageManagerOptions& options, Diagnostics& diagnostics);

}  // namespace retouch::core
