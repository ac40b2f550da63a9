// The Image Management Service of Open Telekom Cloud: the extension API /v2/cloudimages, the tag calls, and the native
// API (which is Glance's). Pure. Where the documentation is silent this server is the strict one;
// protocols/openstack-ims.md 1.3 names those.
#pragma once

#include "retouch/base/random.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/glance.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

struct ImsFailure {
  std::string code, message;
  int status = 400;  // nearly everything is a 400
};

struct ImsSettings {
  std::size_t default_page = 500;
  std::size_t max_page = 1000;  // not documented
  std::size_t tags = 10;
  GlanceSettings native{.native_ims = true};
};

// One authenticated request.
Outcome handle_ims(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                   const ImsSettings& settings, Wall now, Random& random);

// PATCH /v2/cloudimages/{id}: all operations or none. `replace` and `remove` of what is not there, and `add` of what
// is, are IMG.0035.
std::expected<Image, ImsFailure> apply_cloudimages_patch(Image image, std::string_view body, Wall now);

// The tag calls (protocols/openstack-ims.md 2.6) below /v2/{project}/images and PUT /v1/cloudimages/tags; nullopt = not
// one.
std::optional<Outcome> handle_ims_tags(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                                       const ImsSettings& settings, Wall now);

}  // namespace retouch::sandbox
