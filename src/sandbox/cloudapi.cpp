#include "retouch/sandbox/cloudapi.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/listing.hpp"

namespace retouch::sandbox {
namespace {

using Failure = std::unexpected<CloudApiRefusal>;

struct Route {
  enum class Kind { none, ping, account, images, image } kind = Kind::none;
  std::vector<std::string_view> methods{};
  std::string account{}, image{};
};

Route route_of(const ServerRequest& request) {
  const std::vector<std::string> path = path_segments(request.path);
  using Kind = Route::Kind;
  if (path.size() == 1 && path[0] == "--ping") return {Kind::ping, {"GET"}};
  if (path.size() == 1) return {Kind::account, {"GET", "HEAD"}, path[0]};
  if (path.size() < 2 || path.size() > 3 || path[1] != "images") return {};
  if (path.size() == 2) return {Kind::images, {"GET", "HEAD", "POST"}, path[0]};
  return {Kind::image, {"GET", "HEAD", "POST", "DELETE"}, path[0], path[2]};
}

CloudApiRefusal not_found(std::string message) {
  return {.status = 404, .code = "ResourceNotFound", .message = std::move(message)};
}

CloudApiRefusal early(CloudApiRefusal refusal) {
  refusal.early = true;
  return refusal;
}

CloudApiRefusal conflict(std::string code, std::string message) {
  return {.status = 409, .code = std::move(code), .message = std::move(message)};
}

CloudApiRefusal not_owner(const Image& image, const std::string& account) {
  return {.status = 422,
          .code = "NotImageOwner",
          .message = fmt::format("account {} is not the owner of image {}", account, image.id)};
}

// The version range of Accept-Version. The Api-Version of the official documentation is ignored there.
std::expected<VersionRange, CloudApiRefusal> negotiate(const ServerRequest& request) {
  const std::string_view other = request.headers.get("X-Api-Version").value_or("*");
  const std::string text(request.headers.get("Accept-Version").value_or(other));
  const std::optional<VersionRange> range = VersionRange::parse(text);
  if (range && std::any_of(api_versions.begin(), api_versions.end(),
                           [&](ApiVersion version) { return range->contains(version); })) {
    return *range;
  }
  return Failure(
      CloudApiRefusal{.status = 400,
                      .code = "InvalidVersion",
                      .message = fmt::format("{} is not supported by {} {}", text, request.method, request.path)});
}

bool accepts_json(const ServerRequest& request) {
  const auto accept = request.headers.get("Accept");
  if (!accept || trim(*accept).empty()) return true;
  for (const std::string& item : split(*accept, ',')) {
    const std::string type = to_lower(trim(std::string_view(item).substr(0, item.find(';'))));
    if (type == "application/json" || type == "application/*" || type == "*/*") return true;
  }
  return false;
}

Outcome only(ServerResponse response) { return {.response = std::move(response)}; }

ServerResponse ping() {
  Json versions = Json::array();
  for (const ApiVersion version : api_versions) versions.push_back(to_string(version));
  return json_answer(200, Json{{"ping", "pong"}, {"cloudapi", {{"versions", versions}}}});
}

}  // namespace

// One request on its way through.
struct CloudApi::Call {
  const ImageStore& store;
  const ServerRequest& request;
  Wall now;
  Random& random;
  const Limit& limit;
  Route route{};
  VersionRange range{};
  CloudApiParameters parameters{};
  const CloudApiAccount* owner = nullptr;       // whose images these are
  const ImageStore::Entry* entry = nullptr;     // the image that the path names
  std::vector<const ImageStore::Entry*> all{};  // what a list shows

  const Image& image() const { return *entry->image; }
};

Outcome CloudApi::handle(const ImageStore& store, const ServerRequest& request, Wall now, Random& random,
                         const Limit& limit) {
  Call call{.store = store, .request = request, .now = now, .random = random, .limit = limit};
  Step step = answer(call);
  if (step) return *std::move(step);
  if (step.error().crash) ++crashes_;
  Outcome refused = only(cloudapi_error(step.error()));
  refused.bare = step.error().early;
  if (step.error().status == 405) {
    const std::vector<std::string> methods(call.route.methods.begin(), call.route.methods.end());
    refused.response.headers.set("Allow", join(methods, ", "));
  }
  return refused;
}

// In the order of the real one: route and version, form of the request, caller, image, permission, limit, action.
CloudApi::Step CloudApi::answer(Call& call) {
  call.route = route_of(call.request);
  const ServerRequest& request = call.request;
  if (call.route.kind == Route::Kind::none) return Failure(early(not_found(request.path + " does not exist")));
  const auto& methods = call.route.methods;
  if (std::find(methods.begin(), methods.end(), request.method) == methods.end()) {
    return Failure(
        early({.status = 405, .code = "MethodNotAllowedError", .message = request.method + " is not allowed"}));
  }
  auto range = negotiate(request);
  if (!range) return Failure(early(range.error()));
  call.range = *std::move(range);
  if (!accepts_json(request)) {
    return Failure(early({.status = 406, .code = "NotAcceptableError", .message = "Server accepts: application/json"}));
  }
  if (call.route.kind == Route::Kind::ping) return only(ping());
  if (auto refusal = admit(call)) return Failure(*std::move(refusal));
  const std::string group = call.route.kind == Route::Kind::account ? "account " : "images ";
  if (auto refusal = call.limit(group + call.owner->login)) return only(*std::move(refusal));
  if (call.route.kind == Route::Kind::account) return account(call);
  if (call.route.kind == Route::Kind::image) return image(call);
  if (request.method != "POST") return list(call);
  return Failure(conflict("MissingParameter", "machine is a required argument"));  // making images is not simulated
}

std::optional<CloudApiRefusal> CloudApi::admit(Call& call) const {
  const ServerRequest& request = call.request;
  const auto signature = read_signature(request, call.now);
  if (!signature) return early(signature.error());
  Json path = {{"account", call.route.account}};
  if (!call.route.image.empty()) path["dataset"] = call.route.image;
  auto parameters = read_parameters(request, std::move(path));
  if (!parameters) return early(parameters.error());
  call.parameters = *std::move(parameters);
  const auto caller = authenticate(options_.accounts, *signature, call.range.shows({7, 2, 0}));
  if (!caller) return caller.error();
  if (request.headers.get("X-Auth-Token")) {  // tokens of the portal are not simulated: none is good
    return CloudApiRefusal{.status = 401,
                           .code = "InvalidCredentials",
                           .message = "The token provided is not authorized for this application"};
  }
  // A body may say otherwise than the path; a list or a text as body leaves nothing at all.
  std::string login = call.parameters.values.is_object() ? call.parameters.text("account") : "undefined";
  if (login == "my") login = caller->account->login;
  call.owner = caller->user != nullptr ? caller->account : find_account(options_.accounts, login);
  if (call.owner == nullptr) return not_found(login + " does not exist");
  if (call.route.kind == Route::Kind::image) {
    const std::string id = call.parameters.text("dataset");
    if (!is_lower_uuid(id)) return not_found(request.method == "POST" ? "image not found" : id + " not found");
    const auto at = call.store.position(id);
    if (at == call.store.all().end() || !visible_to_account(*at->second->image, call.owner->uuid)) {
      return not_found("image not found");
    }
    call.entry = at->second.get();
  } else if (call.route.kind == Route::Kind::images && request.method != "POST") {
    auto found = list_visible_images(call.store, call.owner->uuid, call.parameters, call.range, options_.list_limit);
    if (!found) return found.error();
    call.all = *std::move(found);
  }
  const bool one = call.route.kind == Route::Kind::image;
  const std::string what = call.route.kind == Route::Kind::account ? "getaccount"
                           : request.method == "POST"              ? "updateimage"
                           : request.method == "DELETE"            ? "deleteimage"
                           : one                                   ? "getimage"
                                                                   : "listimages";
  return authorize(*caller, *call.owner, call.parameters.text("as-role"), request.path, what);
}

CloudApi::Step CloudApi::account(const Call& call) const {
  return only(json_answer(200, Json{{"id", call.owner->uuid},
                                    {"login", call.owner->login},
                                    {"email", call.owner->email},
                                    {"triton_cns_enabled", false},
                                    {"created", "2013-01-01T00:00:00.000Z"},
                                    {"updated", "2013-01-01T00:00:00.000Z"}}));
}

CloudApi::Step CloudApi::list(const Call& call) const {
  Outcome outcome = only(empty_answer(200));
  outcome.response.headers.set("Content-Type", "application/json");
  std::string& body = outcome.response.body;
  if (call.range.shows({8, 0, 0})) {
    body = "[" + join_images(Page{.images = call.all}) + "]";
    return outcome;
  }
  for (const ImageStore::Entry* entry : call.all) {
    body += (body.empty() ? "" : ",") + shown_image(*entry->image, call.range).dump();
  }
  body = "[" + body + "]";
  return outcome;
}

CloudApi::Step CloudApi::image(const Call& call) const {
  if (call.request.method == "POST") return post(call);
  if (call.request.method != "DELETE") return only(json_answer(200, shown_image(call.image(), call.range)));
  if (call.image().text("owner") != call.owner->uuid) return Failure(not_owner(call.image(), call.owner->uuid));
  Outcome outcome = only(empty_answer(204));
  outcome.erase = call.image().id;
  return outcome;
}

// The action may stand in the query, or in the body, which wins: an update with {"action":"clone"} is a clone.
CloudApi::Step CloudApi::post(const Call& call) const {
  const std::string action = call.parameters.text("action");
  if (action == "update") return update(call);
  if (action == "clone") return clone(call);
  if (action == "export" && call.parameters.text("manta_path").empty()) {
    return Failure(conflict("MissingParameter", "Image destination manta_path is a required argument"));
  }
  if (action == "export") {
    return Failure(
        CloudApiRefusal{.status = 501, .code = "NotAvailable", .message = "custom image creation is not available"});
  }
  const std::string asked = string_member(call.parameters.query, "action").value_or("");
  if (asked.empty()) return Failure(conflict("MissingParameter", "action is a required argument"));
  return Failure(conflict("InvalidArgument", fmt::format("action {} is not a valid argument", asked)));
}

CloudApi::Step CloudApi::update(const Call& call) const {
  if (call.image().text("owner") != call.owner->uuid) return Failure(not_owner(call.image(), call.owner->uuid));
  auto changed = apply_image_update(call.image(), update_fields(call.parameters.values));
  if (!changed) return Failure(changed.error());
  Outcome outcome = only(json_answer(200, shown_image(*changed, call.range)));
  outcome.save = *std::move(changed);
  return outcome;
}

CloudApi::Step CloudApi::clone(const Call& call) const {
  const Json* acl = find_member(call.image().attributes, "acl");
  if (acl == nullptr || std::find(acl->begin(), acl->end(), Json(call.owner->uuid)) == acl->end()) {
    return Failure(CloudApiRefusal{
        .status = 422,
        .code = "ImageNotShared",
        .message = fmt::format("Image {} is not shared with account {}", call.image().id, call.owner->uuid)});
  }
  Image copy{.id = call.random.uuid(), .attributes = call.image().attributes};
  copy.attributes["id"] = copy.id;
  copy.attributes["owner"] = call.owner->uuid;
  copy.attributes.erase("acl");
  Outcome outcome = only(json_answer(200, shown_image(copy, call.range)));
  outcome.save = std::move(copy);
  outcome.created = true;
  return outcome;
}

}  // namespace retouch::sandbox
