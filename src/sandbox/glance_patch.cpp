#include "retouch/sandbox/glance_patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

using Kind = PatchOperation::Kind;
using Failure = std::unexpected<GlanceFailure>;

constexpr std::string_view no_reason =
    "The server has either erred or is incapable of performing the requested operation.";

Failure refuse(int status, std::string explanation) { return Failure({status, std::move(explanation)}); }

GlanceFailure in_detail(int status, std::string explanation) {
  return {.status = status, .explanation = std::move(explanation), .detail = true};
}

std::expected<Kind, GlanceFailure> read_kind(const std::string& op) {
  if (op == "add") return Kind::add;
  if (op == "remove") return Kind::remove;
  if (op == "replace") return Kind::replace;
  return refuse(400,
                fmt::format("Invalid operation: `{}`. It must be one of the following: add, remove, replace.", op));
}

// A slash, then only blanks, then a slash; the first slash of the pointer does not count ("//b" is "/b", as observed).
bool has_adjacent_slashes(std::string_view pointer) {
  std::optional<std::size_t> last;
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      if (last) return true;
      last = i;
    } else if (pointer[i] != ' ' && pointer[i] != '\t') {
      last.reset();
    }
  }
  return false;
}

bool has_bad_escape(std::string_view pointer) {
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '~' && (i + 1 == pointer.size() || (pointer[i + 1] != '0' && pointer[i + 1] != '1'))) return true;
  }
  return false;
}

std::string unescape(std::string token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~') {
      out += token[++i] == '1' ? '/' : '~';
    } else {
      out += token[i];
    }
  }
  return std::string(trim(out));  // blanks at the ends cannot be addressed
}

// The attribute that a pointer names. Depth is exactly one: /tags/0 is refused.
std::expected<std::string, GlanceFailure> read_pointer(std::string_view pointer) {
  if (!pointer.starts_with('/')) return refuse(400, fmt::format("Pointer `{}` does not start with \"/\".", pointer));
  if (has_adjacent_slashes(pointer)) return refuse(400, fmt::format("Pointer `{}` contains adjacent \"/\".", pointer));
  if (pointer.size() > 1 && pointer.ends_with('/'))
    return refuse(400, fmt::format("Pointer `{}` end with \"/\".", pointer));
  if (has_bad_escape(pointer)) {
    return refuse(400, fmt::format("Pointer `{}` contains \"~\" not part of a recognized escape sequence.", pointer));
  }
  std::string_view rest = pointer;
  while (rest.starts_with('/')) rest.remove_prefix(1);
  if (rest.find('/') != std::string_view::npos) {
    return refuse(400, fmt::format("Invalid JSON pointer for this resource: '/{}'", rest));
  }
  return unescape(std::string(rest));
}

std::expected<std::pair<std::string, std::string>, GlanceFailure> read_op_and_path(const Json& raw, bool draft4) {
  if (draft4) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const std::string_view op : {"add", "remove", "replace"}) {
      if (const auto path = string_member(raw, op)) found.emplace_back(op, *path);
    }
    if (found.size() == 1) return found.front();
    return refuse(400, "Operation objects must contain only one member named \"add\", \"remove\", or \"replace\".");
  }
  const auto op = string_member(raw, "op");
  if (!op)
    return refuse(400,
                  "Unable to find 'op' in JSON Schema change. It must be one of the following: add, remove, replace.");
  const auto path = string_member(raw, "path");
  if (raw.contains("path") && !path) return refuse(500, std::string(no_reason));
  if (!path) return refuse(400, "Unable to find 'path' in JSON Schema change");
  return std::pair(*op, *path);
}

std::expected<PatchOperation, GlanceFailure> read_operation(const Json& raw, bool draft4) {
  if (!raw.is_object()) return refuse(400, "Operations must be JSON objects.");
  const auto op_and_path = read_op_and_path(raw, draft4);
  if (!op_and_path) return Failure(op_and_path.error());
  const auto kind = read_kind(op_and_path->first);
  if (!kind) return Failure(kind.error());
  auto name = read_pointer(op_and_path->second);
  if (!name) return Failure(name.error());

  PatchOperation operation{.kind = *kind, .name = *std::move(name), .draft4 = draft4};
  if (is_glance_read_only(operation.name))
    return refuse(403, fmt::format("Attribute '{}' is read-only.", operation.name));
  if (operation.name == "location" || operation.name == "deleted" || operation.name == "deleted_at" ||
      operation.name.starts_with("os_glance")) {
    return refuse(403, fmt::format("Attribute '{}' is reserved.", operation.name));
  }
  if (operation.kind == Kind::remove) return operation;
  const Json* value = find_member(raw, "value");
  if (value == nullptr) {
    return refuse(400, fmt::format("Operation \"{}\" requires a member named \"value\".", op_and_path->first));
  }
  if (auto failure = check_glance_value(operation.name, *value)) return Failure(*std::move(failure));
  operation.value = *value;
  return operation;
}

std::optional<bool> is_draft4(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (type == "application/openstack-images-v2.1-json-patch") return false;
  if (type == "application/openstack-images-v2.0-json-patch") return true;
  return std::nullopt;  // also application/json and application/json-patch+json; case matters
}

std::optional<GlanceFailure> set_base(Image& image, const PatchOperation& operation, const Caller& caller) {
  const std::string& name = operation.name;
  const auto forbidden = [](std::string text) { return GlanceFailure{403, std::move(text)}; };
  if (name == "owner" && !caller.admin) return in_detail(403, "Owner can't be updated by non admin.");
  if (name == "visibility" && operation.value == "public" && !caller.admin) {
    return forbidden("You are not authorized to complete publicize_image action.");
  }
  if ((name == "container_format" || name == "disk_format") && image.text("status") != "queued") {
    return forbidden(fmt::format("Attribute {} can be only replaced for a queued image.", name));
  }
  if (name == "locations") return forbidden("You are not authorized to complete set_image_location action.");
  if (name == "min_ram" || name == "min_disk") {
    image.attributes[name] = static_cast<std::int64_t>(operation.value.get<double>());
  } else if (name == "tags") {
    const std::set<std::string> unique(operation.value.begin(),
                                       operation.value.end());  // order and duplicates are lost
    image.attributes[name] = unique;
  } else {
    image.attributes[name] = operation.value;
  }
  return std::nullopt;
}

std::optional<GlanceFailure> apply_one(Image& image, const PatchOperation& operation, const Caller& caller) {
  const bool base = is_glance_base_attribute(operation.name);
  const bool present = image.attributes.contains(operation.name);
  if (operation.kind == Kind::remove) {
    if (base) return in_detail(403, fmt::format("Property {} may not be removed.", operation.name));
    if (!present) return in_detail(409, fmt::format("Property {} does not exist.", operation.name));
    image.attributes.erase(operation.name);
    return std::nullopt;
  }
  if (operation.kind == Kind::add && operation.draft4 && present) {
    return in_detail(409, fmt::format("Property {} already present.", operation.name));
  }
  if (base) return set_base(image, operation, caller);
  if (operation.kind == Kind::replace && !present) {
    return in_detail(409, fmt::format("Property {} does not exist.", operation.name));
  }
  image.attributes[operation.name] = operation.value;
  return std::nullopt;
}

// What the database refuses with a bare 500 (PostgreSQL, and MariaDB for the key): no reason is given.
bool breaks_the_database(const PatchOperation& operation) {
  if (operation.kind == Kind::remove) return false;
  if (utf8_length(operation.name) > 255) return true;
  return operation.value.is_string() && operation.value.get_ref<const std::string&>().find('\0') != std::string::npos;
}

std::optional<GlanceFailure> check_quotas(const Image& before, const Image& after, const GlanceLimits& limits) {
  const std::size_t properties = count_custom_properties(after);
  // Checked only when a property is new: an image over the quota can still be edited.
  bool any_new = false;
  for (const auto& item : after.attributes.items()) any_new = any_new || !before.attributes.contains(item.key());
  if (any_new && properties > limits.properties) {
    return GlanceFailure{
        413, fmt::format("The limit has been exceeded on the number of allowed image properties. Attempted: "
                         "{}, Maximum: {}",
                         properties, limits.properties)};
  }
  const Json* tags = find_member(after.attributes, "tags");
  if (tags != nullptr && tags->size() > limits.tags) {
    return GlanceFailure{413,
                         fmt::format("The limit has been exceeded on the number of allowed image tags. Attempted: {}, "
                                     "Maximum: {}",
                                     tags->size(), limits.tags)};
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::vector<PatchOperation>, GlanceFailure> read_glance_patch(std::string_view content_type,
                                                                            std::string_view body) {
  const std::optional<bool> draft4 = is_draft4(content_type);
  if (!draft4) return Failure({415, "The server does not support the media type of the request.", true});
  const Result<Json> document = parse_json(body, "the request");
  if (!document) return refuse(400, "Malformed JSON in request body.");
  if (!document->is_array()) return refuse(400, "Request body must be a JSON array of operation objects.");
  std::vector<PatchOperation> operations;
  for (const Json& raw : *document) {
    auto operation = read_operation(raw, *draft4);
    if (!operation) return Failure(operation.error());
    operations.push_back(*std::move(operation));
  }
  return operations;
}

std::expected<Image, GlanceFailure> apply_glance_patch(Image image, const std::vector<PatchOperation>& operations,
                                                       const Caller& caller, const GlanceLimits& limits, Wall now) {
  if (operations.empty()) return image;
  const Image before = image;
  for (const PatchOperation& operation : operations) {
    if (auto failure = apply_one(image, operation, caller)) return Failure(*std::move(failure));
  }
  if (auto failure = check_quotas(before, image, limits)) return Failure(*std::move(failure));
  if (std::any_of(operations.begin(), operations.end(), breaks_the_database)) {
    return refuse(500, std::string(no_reason));
  }
  image.attributes["updated_at"] = format_rfc3339(now);  // also when every value was there already
  return image;
}

}  // namespace retouch::sandbox
