// What the simulated CloudAPI does with images: its parameters, lists and updates (protocols/triton.md 1 and 2). Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/sandbox/cloudapi_answer.hpp"

namespace retouch::sandbox {

// The parameters of a request: those of the path, then the query's, and the body's over both.
struct CloudApiParameters {
  Json values = Json::object();  // no object: the body was a list or a text, which replaces everything
  Json query = Json::object();

  std::string text(std::string_view name) const { return string_member(values, name).value_or(""); }
};

// What JavaScript takes for false.
bool falsy(const Json& value);

// `path` has the parameters of the path. A body counts as JSON or as a form, by its Content-Type; of any other type it
// is silently ignored. 400 for a wrong Content-MD5 and for bad JSON, 413 above 100000 bytes.
std::expected<CloudApiParameters, CloudApiRefusal> read_parameters(const ServerRequest& request, Json path);

// `a=1&b[]=2&c[k]=3` -> {"a":"1","b":["2"],"c":{"k":"3"}}.
Json read_form(std::string_view text);

// Own ones, activated public ones, activated ones whose acl has the account.
bool visible_to_account(const Image& image, std::string_view account);

// The images that a list shows, in its order: published_at ascending, unpublished first. `cut` = 0: all of them.
std::expected<std::vector<const ImageStore::Entry*>, CloudApiRefusal> list_visible_images(
    const ImageStore& store, std::string_view account, const CloudApiParameters& parameters, const VersionRange& range,
    std::size_t cut);

// The seven fields that an update takes; whatever else there is among the parameters is dropped.
Json update_fields(const Json& parameters);
// The image after an update with these fields; every rule that is broken is among the errors.
std::expected<Image, CloudApiRefusal> apply_image_update(Image image, const Json& fields);

}  // namespace retouch::sandbox
