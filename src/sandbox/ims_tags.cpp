// The key/value tags of IMS. In the image object they stand inside `tags` as "key=value".
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/ims.hpp"

namespace retouch::sandbox {
namespace {

using Tags = std::map<std::string, std::string>;

struct TagCall {
  const ImageStore& store;
  const Caller& caller;
  const ServerRequest& request;
  const ImsSettings& settings;
  Wall now;
};

Outcome refuse(std::string_view code, std::string_view message) { return {.response = ims_error(400, code, message)}; }

Tags read_tags(const Image& image) {
  Tags tags;
  const Json* list = find_member(image.attributes, "tags");
  if (list == nullptr || !list->is_array()) return tags;
  for (const Json& item : *list) {
    const std::string text = item.is_string() ? item.get<std::string>() : "";
    const std::size_t equals = text.find('=');
    tags[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  return tags;
}

Json written(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back(value.empty() ? key : fmt::format("{}={}", key, value));
  return list;
}

std::optional<Outcome> check_target(const TagCall& call, const std::string& id) {
  const Image* image = call.store.find(id);
  if (image == nullptr || (!image->owned_by(call.caller) && !visible_to(*image, call.caller))) {
    return refuse("IMG.0027", "The image ID does not exist.");
  }
  if (call.request.method != "GET" && !image->owned_by(call.caller)) {
    return refuse("IMG.0047", "Only the owner can modify the image.");
  }
  return std::nullopt;
}

Outcome save(const TagCall& call, Image image, const Tags& tags) {
  if (tags.size() > call.settings.tags) return refuse("IMG.0116", "The image has too many tags.");
  image.attributes["tags"] = written(tags);
  image.attributes["updated_at"] = format_rfc3339(call.now);
  return {.response = empty_answer(204), .save = std::move(image)};
}

bool allowed_key(const std::string& key) {
  return !key.empty() && utf8_length(key) <= 36 && key.find_first_of("=*<>\\,|/") == std::string::npos;
}
bool allowed_value(const std::string& value) {
  return utf8_length(value) <= 43 && value.find_first_of("=*<>\\,|/") == std::string::npos;
}

// Creates or overwrites; nothing is done when one tag is bad.
std::optional<Outcome> add_tag(Tags& tags, const Json& tag) {
  const std::string key = string_member(tag, "key").value_or("");
  const std::string value = string_member(tag, "value").value_or("");
  if (!allowed_key(key) || !allowed_value(value))
    return refuse("IMG.0115", fmt::format("The tag {} is invalid.", tag.dump()));
  tags[key] = value;
  return std::nullopt;
}

// {"action":"create"|"delete","tags":[{"key","value"}]}: idempotent both ways.
Outcome act(const TagCall& call, const std::string& id) {
  const Result<Json> body = parse_json(call.request.body, "the request");
  const Json* list = body ? find_member(*body, "tags") : nullptr;
  const std::string action = body ? string_member(*body, "action").value_or("") : "";
  if (list == nullptr || !list->is_array() || list->empty() || (action != "create" && action != "delete")) {
    return refuse("IMG.0001", "The request body format is invalid.");
  }
  const Image& image = *call.store.find(id);
  Tags tags = read_tags(image);
  std::set<std::string> keys;
  for (const Json& tag : *list) {
    const std::string key = string_member(tag, "key").value_or("");
    if (!keys.insert(key).second) return refuse("IMG.0115", fmt::format("The tag key {} is given twice.", key));
    if (action == "create") {
      if (auto refusal = add_tag(tags, tag)) return *std::move(refusal);
    } else {
      if (utf8_length(key) > 127) return refuse("IMG.0115", "The tag key is too long.");
      tags.erase(key);
    }
  }
  return save(call, image, tags);
}

Outcome add_single(const TagCall& call, const std::string& id, const Json& tag) {
  const Image& image = *call.store.find(id);
  Tags tags = read_tags(image);
  if (auto refusal = add_tag(tags, tag)) return *std::move(refusal);
  return save(call, image, tags);
}

Outcome show(const TagCall& call, const std::string& id) {
  Json list = Json::array();
  for (const auto& [key, value] : read_tags(*call.store.find(id))) list.push_back({{"key", key}, {"value", value}});
  return {.response = json_answer(200, Json{{"tags", list}})};
}

// PUT /v1/cloudimages/tags {"image_id","tag":"k.v"} or {"image_id","image_tag":{"key","value"}}
Outcome put_v1(const TagCall& call) {
  const Result<Json> body = parse_json(call.request.body, "the request");
  if (!body || !body->is_object()) return refuse("IMG.0001", "The request body format is invalid.");
  const std::string id = string_member(*body, "image_id").value_or("");
  if (auto refusal = check_target(call, id)) return *std::move(refusal);
  if (const Json* tag = find_member(*body, "image_tag")) return add_single(call, id, *tag);
  const std::string text = string_member(*body, "tag").value_or("");
  const std::size_t dot = text.find('.');
  return add_single(
      call, id, Json{{"key", text.substr(0, dot)}, {"value", dot == std::string::npos ? "" : text.substr(dot + 1)}});
}

}  // namespace

std::optional<Outcome> handle_ims_tags(const ImageStore& store, const Caller& caller, const ServerRequest& request,
                                       const ImsSettings& settings, Wall now) {
  const TagCall call{store, caller, request, settings, now};
  const std::vector<std::string> path = path_segments(request.path);
  const std::string& method = request.method;
  if (path.size() == 3 && path[0] == "v1" && path[1] == "cloudimages" && path[2] == "tags" && method == "PUT") {
    return put_v1(call);
  }
  if (path.size() < 5 || path[0] != "v2" || path[1] == "images" || path[2] != "images" || path[4] != "tags")
    return std::nullopt;
  if (path[1] != caller.project_id) return refuse("IMG.0030", "The project ID does not match the token.");
  const std::string& id = path[3];
  if (auto refusal = check_target(call, id)) return refusal;
  if (path.size() == 5 && method == "GET") return show(call, id);
  if (path.size() == 5 && method == "POST") {
    const Result<Json> body = parse_json(request.body, "the request");
    const Json* tag = body ? find_member(*body, "tag") : nullptr;
    if (tag == nullptr) return refuse("IMG.0001", "The request body format is invalid.");
    return add_single(call, id, *tag);
  }
  if (path.size() == 6 && path[5] == "action" && method == "POST") return act(call, id);
  if (path.size() == 6 && method == "DELETE") {
    const Image& image = *store.find(id);
    Tags tags = read_tags(image);
    tags.erase(path[5]);
    return save(call, image, tags);
  }
  return std::nullopt;
}

}  // namespace retouch::sandbox
