#include "retouch/sandbox/glance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/listing.hpp"

namespace retouch::sandbox {
namespace {

struct Context {
  const ImageStore& store;
  const Caller& caller;
  const ServerRequest& request;
  const GlanceSettings& settings;
  Wall now;
};

Outcome refuse(const Context& context, int status, std::string_view explanation) {
  return {.response = glance_error(context.request, status, explanation)};
}

ServerResponse error_of(const ServerRequest& request, const GlanceFailure& failure) {
  if (!failure.detail) return glance_error(request, failure.status, failure.explanation);
  const std::string_view usual = failure.status == 409 ? "There was a conflict when trying to complete your request."
                                                       : "Access was denied to this resource.";
  return glance_error(request, failure.status, usual, failure.explanation);
}

Outcome refuse(const Context& context, const GlanceFailure& failure) {
  Outcome outcome{.response = error_of(context.request, failure)};
  if (failure.accept_patch) {
    outcome.response.headers.set(
        "Accept-Patch", "application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch");
  }
  return outcome;
}

Outcome no_such_image(const Context& context, std::string_view id) {
  return refuse(context, 404, fmt::format("No image found with ID {}", id));
}

// Which images a listing covers before its filters: hidden ones only when asked for, community ones of others likewise.
std::expected<std::vector<ImageTest>, std::string> scope_tests(const Context& context, const Query& query) {
  std::vector<ImageTest> tests;
  const Caller caller = context.caller;
  const std::string hidden = query.get("os_hidden").value_or("false");
  if (hidden != "true" && hidden != "false")
    return std::unexpected("Unable to filter using the specified 'os_hidden' value");
  const bool want_hidden = hidden == "true";
  tests.push_back([want_hidden](const Image& image) {
    return bool_member(image.attributes, "os_hidden").value_or(false) == want_hidden;
  });
  const std::optional<std::string> visibility = query.get("visibility");
  if (visibility && *visibility != "all") {
    static const std::set<std::string> known = {"community", "public", "private", "shared"};
    if (!known.contains(*visibility)) return std::unexpected(fmt::format("Invalid visibility value: {}", *visibility));
    tests.push_back([wanted = *visibility](const Image& image) { return image.text("visibility") == wanted; });
  }
  const bool community = visibility.has_value();
  tests.push_back([caller, community](const Image& image) {
    if (caller.admin || image.owned_by(caller)) return true;
    const std::string how = image.text("visibility");
    return how == "public" || (community && how == "community");
  });
  return tests;
}

std::string with_parameters(const Query& query, std::string_view marker, bool native_ims) {
  std::string out = "/v2/images";
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
    separator = '&';
  };
  for (const auto& [name, value] : query.items()) {
    if (name != "marker") add(name, value);
  }
  if (native_ims && !query.get("__isregistered")) add("__isregistered", "true");
  if (!marker.empty()) add("marker", marker);
  return out;
}

Outcome list(const Context& context) {
  const Query query(context.request.query);
  PageRequest page{.limit = context.settings.limits.default_page};
  if (const auto limit = query.get("limit")) {
    const char* end = limit->data() + limit->size();
    std::size_t value = 0;
    const auto [stopped, error] = std::from_chars(limit->data(), end, value);
    if (error != std::errc() || stopped != end) return refuse(context, 400, "limit param must be an integer");
    page.limit = std::min(value, context.settings.limits.max_page);
  }
  page.marker = query.get("marker").value_or("");
  auto scope = scope_tests(context, query);
  if (!scope) return refuse(context, 400, scope.error());
  auto filters = list_tests(query);
  if (!filters) return refuse(context, 400, filters.error());
  auto sort = list_sort(query);
  if (!sort) return refuse(context, 400, sort.error());
  page.tests = *std::move(scope);
  page.tests.insert(page.tests.end(), filters->begin(), filters->end());
  page.sort = *std::move(sort);

  const Page found = select_page(context.store, page);
  if (!found.marker_known) return refuse(context, 400, fmt::format("Marker {} could not be found.", page.marker));
  const bool native = context.settings.native_ims;
  Json frame = {{"first", with_parameters(query, "", native)}, {"schema", "/v2/schemas/images"}};
  // A full page has a next one, even when that turns out empty: a path, without host.
  if (page.limit > 0 && found.images.size() == page.limit) {
    frame["next"] = with_parameters(query, found.images.back()->image->id, native);
  }
  Outcome outcome{.response = empty_answer(200)};
  outcome.response.headers.set("Content-Type", "application/json");
  outcome.response.body = "{\"images\":[" + join_images(found) + "]," + frame.dump().substr(1);
  return outcome;
}

Outcome show(const Image& image) { return {.response = json_answer(200, image.attributes)}; }

const ImageStore::Entry* visible_image(const Context& context, std::string_view id) {
  const auto at = context.store.position(id);
  if (at == context.store.all().end() || !visible_to(*at->second->image, context.caller)) return nullptr;
  return at->second.get();
}

std::optional<GlanceFailure> check_native_ims(const std::vector<PatchOperation>& operations) {
  for (const PatchOperation& operation : operations) {
    if (is_glance_base_attribute(operation.name) && operation.name != "name") {
      return GlanceFailure{403, fmt::format("Attribute '{}' is read-only.", operation.name)};
    }
  }
  return std::nullopt;
}

Outcome patch(const Context& context, std::string_view id) {
  const auto operations =
      read_glance_patch(context.request.headers.get("Content-Type").value_or(""), context.request.body);
  if (!operations) return refuse(context, operations.error());
  const ImageStore::Entry* entry = visible_image(context, id);
  if (entry == nullptr) return no_such_image(context, id);
  if (!context.caller.admin && !entry->image->owned_by(context.caller)) {
    return refuse(context, 403, "You do not own this image.");
  }
  if (context.settings.native_ims) {
    if (const auto failure = check_native_ims(*operations)) return refuse(context, *failure);
  }
  if (operations->empty()) return show(*entry->image);
  auto changed = apply_glance_patch(*entry->image, *operations, context.caller, context.settings.limits, context.now);
  if (!changed) return refuse(context, changed.error());
  Outcome outcome = show(*changed);
  outcome.save = *std::move(changed);
  return outcome;
}

Outcome erase(const Context& context, std::string_view id) {
  const ImageStore::Entry* entry = visible_image(context, id);
  if (entry == nullptr) return no_such_image(context, id);
  if (!context.caller.admin && !entry->image->owned_by(context.caller)) {
    return refuse(context, 403, "You do not own this image.");
  }
  if (bool_member(entry->image->attributes, "protected").value_or(false)) {
    return refuse(context, 403, fmt::format("Image {} is protected and cannot be deleted.", id));
  }
  return {.response = empty_answer(204), .erase = std::string(id)};
}

Outcome change_tag(const Context& context, std::string_view id, const std::string& tag) {
  const ImageStore::Entry* entry = visible_image(context, id);
  if (entry == nullptr) return no_such_image(context, id);
  if (!context.caller.admin && !entry->image->owned_by(context.caller)) {
    return refuse(context, 403, "You do not own this image.");
  }
  if (utf8_length(tag) > 255) return refuse(context, 400, "Image tag may not be longer than 255 characters");
  Image changed = *entry->image;
  std::set<std::string> tags(changed.attributes["tags"].begin(), changed.attributes["tags"].end());
  if (context.request.method == "DELETE") {
    if (tags.erase(tag) == 0) return refuse(context, 404, "Tag does not exist.");
  } else {
    tags.insert(tag);
    if (tags.size() > context.settings.limits.tags) {
      return refuse(context, 413,
                    fmt::format("The limit has been exceeded on the number of allowed image tags. Attempted: "
                                "{}, Maximum: {}",
                                tags.size(), context.settings.limits.tags));
    }
  }
  changed.attributes["tags"] = tags;
  changed.attributes["updated_at"] = format_rfc3339(context.now);
  return {.response = empty_answer(204), .save = std::move(changed)};
}

Json new_image(const Context& context, const std::string& id) {
  const std::string now = format_rfc3339(context.now);
  const Json owner = context.caller.project_id.empty() ? Json() : Json(context.caller.project_id);
  return {{"id", id},
          {"name", nullptr},
          {"status", "queued"},
          {"visibility", "shared"},
          {"owner", owner},
          {"protected", false},
          {"os_hidden", false},
          {"min_ram", 0},
          {"min_disk", 0},
          {"size", nullptr},
          {"virtual_size", nullptr},
          {"checksum", nullptr},
          {"os_hash_algo", nullptr},
          {"os_hash_value", nullptr},
          {"disk_format", nullptr},
          {"container_format", nullptr},
          {"tags", Json::array()},
          {"created_at", now},
          {"updated_at", now},
          {"self", "/v2/images/" + id},
          {"file", "/v2/images/" + id + "/file"},
          {"schema", "/v2/schemas/image"}};
}

// Metadata only: the image stays `queued`.
Outcome create(const Context& context, Random& random) {
  const Result<Json> body = parse_json(context.request.body, "the request");
  if (!body || !body->is_object()) return refuse(context, 400, "Malformed JSON in request body.");
  const std::string id = string_member(*body, "id").value_or(random.uuid());
  if (context.store.find(id) != nullptr) return refuse(context, 409, fmt::format("Image ID {} already exists!", id));
  Image image{.id = id, .attributes = new_image(context, id)};
  for (const auto& item : body->items()) {
    const std::string& name = item.key();
    if (name == "id") continue;
    if (is_glance_read_only(name)) return refuse(context, 403, fmt::format("Attribute '{}' is read-only.", name));
    if (const auto failure = check_glance_value(name, item.value())) return refuse(context, *failure);
    if (utf8_length(name) > 255) return refuse(context, 400, "Property name is too long.");
    if (name == "visibility" && item.value() == "public" && !context.caller.admin) {
      return refuse(context, 403, "You are not authorized to complete publicize_image action.");
    }
    if (name == "owner" && !context.caller.admin && item.value() != image.attributes["owner"]) {
      return refuse(context, 403, "You are not permitted to create images owned by another project.");
    }
    image.attributes[name] = item.value();
  }
  if (count_custom_properties(image) > context.settings.limits.properties) {
    return refuse(context, 413, "The limit has been exceeded on the number of allowed image properties.");
  }
  Outcome outcome{.response = json_answer(201, image.attributes)};
  const std::string host(context.request.headers.get("Host").value_or("localhost"));
  outcome.response.headers.set("Location", fmt::format("http://{}/v2/images/{}", host, id));
  outcome.save = std::move(image);
  return outcome;
}

}  // namespace

bool visible_to(const Image& image, const Caller& caller) {
  if (caller.admin || image.owned_by(caller)) return true;
  const std::string visibility = image.text("visibility");
  return visibility == "public" || visibility == "community";
}

ServerResponse glance_versions(const std::string& base_url) {
  Json versions = Json::array();
  for (int minor = 15; minor >= 0; --minor) {
    versions.push_back({{"id", fmt::format("v2.{}", minor)},
                        {"status", minor == 15 ? "CURRENT" : "SUPPORTED"},
                        {"links", Json::array({{{"rel", "self"}, {"href", base_url + "/v2/"}}})}});
  }
  return json_answer(300, Json{{"versions", versions}});
}

Outcome handle_glance(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                      const GlanceSettings& settings, Wall now, Random& random) {
  const Context context{store, caller, request, settings, now};
  const std::vector<std::string> path = path_segments(request.path);
  if (path.size() < 2 || path[0] != "v2" || path[1] != "images") {
    return refuse(context, 404, "The resource could not be found.");
  }
  const std::string& method = request.method;
  if (path.size() == 2) {
    if (method == "GET") return list(context);
    if (method == "POST") return create(context, random);
  } else if (path.size() == 3) {
    if (method == "GET") {
      const ImageStore::Entry* entry = visible_image(context, path[2]);
      return entry == nullptr ? no_such_image(context, path[2]) : show(*entry->image);
    }
    if (method == "PATCH") return patch(context, path[2]);
    if (method == "DELETE") return erase(context, path[2]);
  } else if (path.size() == 5 && path[3] == "tags") {
    if (method == "PUT" || method == "DELETE") return change_tag(context, path[2], path[4]);
  } else {
    return refuse(context, 404, "The resource could not be found.");
  }
  return refuse(context, 405, "The method is not allowed for this resource.");
}

}  // namespace retouch::sandbox
