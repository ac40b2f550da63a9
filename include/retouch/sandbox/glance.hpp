// The image service as upstream Glance serves it; also the native API of IMS. Pure: state, caller and time in, outcome
// out.
#pragma once

#include "retouch/base/random.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/glance_patch.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

struct GlanceSettings {
  GlanceLimits limits{};
  // The native API of IMS: only name, description and custom properties can be changed, `next` carries
  // __isregistered=true.
  bool native_ims = false;
};

// One authenticated request below /v2. Version documents need no caller: glance_versions().
Outcome handle_glance(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                      const GlanceSettings& settings, Wall now, Random& random);

ServerResponse glance_versions(const std::string& base_url);

// May this caller see the image: own, public, community, or anything for an admin.
bool visible_to(const Image& image, const Caller& caller);

}  // namespace retouch::sandbox
