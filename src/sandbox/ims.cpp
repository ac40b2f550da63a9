#include "retouch/sandbox/ims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/listing.hpp"

namespace retouch::sandbox {
namespace {

Outcome refuse(const ImsFailure& failure) {
  return {.response = ims_error(failure.status, failure.code, failure.message)};
}

// Which images a listing covers: own ones and the public (gold) ones; `visibility` narrows it.
std::vector<ImageTest> scope_tests(const Caller& caller, const Query& query) {
  std::vector<ImageTest> tests;
  tests.push_back(
      [caller](const Image& image) { return image.owned_by(caller) || image.text("visibility") == "public"; });
  if (const auto visibility = query.get("visibility")) {
    tests.push_back([wanted = *visibility](const Image& image) { return image.text("visibility") == wanted; });
  }
  return tests;
}

// {"images":[…]} and nothing else: there is no `next`. The client asks with marker = the last id until a page is empty.
Outcome list(const ImageStore& store, const Caller& caller, const ServerRequest& request, const ImsSettings& settings) {
  const Query query(request.query);
  PageRequest page{.limit = settings.default_page};
  if (const auto limit = query.get("limit")) {
    std::size_t value = 0;
    const char* end = limit->data() + limit->size();
    const auto [stopped, error] = std::from_chars(limit->data(), end, value);
    if (error != std::errc() || stopped != end) return refuse({"IMG.0001", "The value of limit is invalid."});
    page.limit = std::min(value, settings.max_page);
  }
  page.marker = query.get("marker").value_or("");
  auto filters = list_tests(query);
  if (!filters) return refuse({"IMG.0001", filters.error()});
  auto sort = list_sort(query);
  if (!sort) return refuse({"IMG.0001", sort.error()});
  page.tests = scope_tests(caller, query);
  page.tests.insert(page.tests.end(), filters->begin(), filters->end());
  page.sort = *std::move(sort);
  const Page found = select_page(store, page);
  if (!found.marker_known) return refuse({"IMG.0066", "The image ID of marker does not exist."});
  Outcome outcome{.response = empty_answer(200)};
  outcome.response.headers.set("Content-Type", "application/json");
  outcome.response.body = "{\"images\":[" + join_images(found) + "]}";
  return outcome;
}

bool is_json(std::string_view content_type) {
  return iequals(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

Outcome patch(const ImageStore& store, const Caller& caller, const ServerRequest& request, const std::string& id,
              Wall now) {
  if (!is_json(request.headers.get("Content-Type").value_or(""))) {
    return refuse({"IMG.0001", "The content type must be application/json."});
  }
  const Image* image = store.find(id);
  if (image == nullptr || (!image->owned_by(caller) && image->text("visibility") != "public")) {
    return refuse({"IMG.0027", "The image ID does not exist."});
  }
  if (image->text("visibility") == "public" && !image->owned_by(caller)) {
    return refuse({"IMG.0083", "Public images cannot be modified."});
  }
  if (image->text("status") != "active") return refuse({"IMG.0046", "The image is unavailable."});
  auto changed = apply_cloudimages_patch(*image, request.body, now);
  if (!changed) return refuse(changed.error());
  Outcome outcome{.response = json_answer(200, changed->attributes)};
  outcome.save = *std::move(changed);
  return outcome;
}

Outcome no_such_api() {
  return {.response =
              gateway_error(404, "APIGW.0101", "The API does not exist or has not been published in the environment")};
}

}  // namespace

Outcome handle_ims(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                   const ImsSettings& settings, Wall now, Random& random) {
  if (caller.project_id.empty()) {
    return {.response = gateway_error(403, "APIGW.0302", "The IAM user is not authorized to access the API")};
  }
  if (auto outcome = handle_ims_tags(store, caller, request, settings, now)) return *std::move(outcome);
  const std::vector<std::string> path = path_segments(request.path);
  if (path.size() < 2 || path[0] != "v2") return no_such_api();
  if (path[1] == "images") return handle_glance(store, caller, request, settings.native, now, random);
  if (path[1] != "cloudimages") return no_such_api();
  if (path.size() == 2 && request.method == "GET") return list(store, caller, request, settings);
  if (path.size() == 3 && request.method == "PATCH") return patch(store, caller, request, path[2], now);
  return no_such_api();  // there is no GET /v2/cloudimages/{id}
}

}  // namespace retouch::sandbox
