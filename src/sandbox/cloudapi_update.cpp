// UpdateImage: which field takes what, and how it is cleared (protocols/triton.md 1.2).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi_images.hpp"

namespace retouch::sandbox {
namespace {

using Failure = std::unexpected<CloudApiRefusal>;

constexpr std::array<std::string_view, 7> updatable = {"name", "version", "description", "homepage",
                                                       "eula", "acl",     "tags"};

Json error_of(std::string_view field, std::string_view code, std::string_view message = {}) {
  Json out = {{"field", field}, {"code", code}};
  if (!message.empty()) out["message"] = message;
  return out;
}

// How JavaScript writes a value into a text: types are not checked there.
std::string script_text(const Json& value) {
  if (value.is_object()) return "[object Object]";
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
  std::vector<std::string> items;
  for (const Json& item : value) items.push_back(item.is_null() ? "" : script_text(item));
  return join(items, ",");
}

// Its length there, 0 for what has none.
std::size_t script_length(const Json& value) {
  return value.is_string() ? utf16_length(value.get<std::string>()) : value.is_array() ? value.size() : 0;
}

void check_word(const Json& image, std::string_view field, std::size_t limit, std::string_view extra,
                std::string_view allowed, Json& errors) {
  const Json* value = find_member(image, field);
  if (value == nullptr) {
    errors.push_back(error_of(field, "MissingParameter"));
    return;
  }
  const std::string text = script_text(*value);
  const bool good = !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  });
  if (script_length(*value) > limit) {
    errors.push_back(error_of(field, "Invalid", fmt::format("image {} is too long, max {} characters", field, limit)));
  } else if (!good) {
    errors.push_back(error_of(field, "Invalid",
                              fmt::format("image {} has invalid characters (only alpha-numeric characters and {} are "
                                          "allowed)",
                                          field, allowed)));
  }
}

void check_description(const Json& image, Json& errors) {
  constexpr std::size_t limit = 10240;
  const Json* value = find_member(image, "description");
  if (value != nullptr && script_length(*value) > limit) {
    errors.push_back(
        error_of("description", "Invalid", fmt::format("image description is too long, max {} characters", limit)));
  }
}

// False when the value is no text: the service breaks over that, and survives.
bool check_url(const Json& image, std::string_view field, std::string_view title, Json& errors) {
  constexpr std::size_t limit = 1024;
  const Json* value = find_member(image, field);
  if (value == nullptr) return true;
  if (!value->is_string()) return false;
  const std::string text = value->get<std::string>();
  const std::string start = to_lower(trim(text).substr(0, 6));
  if (!start.starts_with("http:") && start != "https:") {
    errors.push_back(error_of(field, "Invalid", fmt::format("invalid image {} URL protocol", title)));
  } else if (script_length(*value) > limit) {
    errors.push_back(
        error_of(field, "Invalid", fmt::format("image {} URL is too long (max {} characters)", title, limit)));
  }
  return true;
}

void check_acl(const Json& image, Json& errors) {
  const Json* acl = find_member(image, "acl");
  if (acl == nullptr) return;
  if (!acl->is_array()) {
    errors.push_back(error_of("acl", "Invalid", "invalid image \"acl\" (not an array): " + script_text(*acl)));
    return;
  }
  for (std::size_t i = 0; i < acl->size(); ++i) {
    const Json& item = (*acl)[i];
    if (item.is_string() && is_lower_uuid(item.get<std::string>())) continue;
    errors.push_back(error_of("acl", "Invalid",
                              fmt::format("invalid image \"acl\" (item {} is not a UUID): {}", i, script_text(item))));
    return;
  }
}

void check_tags(const Json& image, Json& errors) {
  constexpr std::size_t limit = 102400;
  const Json* tags = find_member(image, "tags");
  if (tags == nullptr) return;
  const std::string text = compact_json(*tags);
  if (!tags->is_object()) {
    errors.push_back(error_of("tags", "Invalid", "invalid image \"tags\" (not an object): " + text));
  } else if (utf16_length(text) > limit) {
    errors.push_back(
        error_of("tags", "Invalid",
                 fmt::format("image \"tags\" object is too big: {} characters (max {})", utf16_length(text), limit)));
  }
}

// Writes the fields over the image's. Null takes a field away, except from tags, which it leaves as they are.
void merge(Json& image, const Json& fields) {
  for (const auto& item : fields.items()) {
    if (item.key() == "tags") {
      if (!falsy(item.value())) image["tags"] = item.value();
    } else if (item.value().is_null()) {
      image.erase(item.key());
    } else if (item.key() == "acl" && item.value().is_string()) {
      image["acl"] = Json::array({item.value()});
    } else {
      image[item.key()] = item.value();
    }
  }
}

// Empty texts and an empty acl are not shown; tags that were set to {} are.
void drop_empty(Json& image) {
  for (const char* field : {"description", "homepage", "eula"}) {
    const Json* value = find_member(image, field);
    if (value != nullptr && falsy(*value)) image.erase(field);
  }
  const Json* acl = find_member(image, "acl");
  if (acl != nullptr && acl->empty()) image.erase("acl");
}

}  // namespace

Json update_fields(const Json& parameters) {
  Json out = Json::object();
  for (const std::string_view field : updatable) {
    if (const Json* value = find_member(parameters, field)) out[std::string(field)] = *value;
  }
  return out;
}

std::expected<Image, CloudApiRefusal> apply_image_update(Image image, const Json& fields) {
  if (fields.empty()) {
    return Failure(CloudApiRefusal{.status = 422,
                                   .code = "ValidationFailed",
                                   .message = "invalid image update data: no parameters provided",
                                   .errors = Json::array()});
  }
  const Json* tags = find_member(fields, "tags");
  if (tags != nullptr && !falsy(*tags) && !tags->is_structured()) return Failure(CloudApiRefusal{.crash = true});
  Json& attributes = image.attributes;
  merge(attributes, fields);
  Json errors = Json::array();
  check_word(attributes, "name", 1024, " ._/-", R"(" ", ".", "-", "_" and "/")", errors);
  check_word(attributes, "version", 512, "._/+-", R"(".", "-", "_" and "/")", errors);
  check_description(attributes, errors);
  if (!check_url(attributes, "homepage", "homepage", errors) || !check_url(attributes, "eula", "EULA", errors)) {
    return Failure(CloudApiRefusal{});
  }
  check_acl(attributes, errors);
  check_tags(attributes, errors);
  if (errors.empty()) {
    drop_empty(attributes);
    return image;
  }
  std::vector<std::string> names;
  for (const Json& error : errors) names.push_back(error["field"]);
  return Failure(CloudApiRefusal{.status = 422,
                                 .code = "ValidationFailed",
                                 .message = "invalid image data: " + join(names, ", "),
                                 .errors = std::move(errors)});
}

}  // namespace retouch::sandbox
