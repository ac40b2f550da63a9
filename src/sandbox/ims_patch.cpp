// PATCH /v2/cloudimages/{id}: which attributes can be changed to what (protocols/openstack-ims.md 1.2 and 1.3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/ims.hpp"

namespace retouch::sandbox {
namespace {

using Refusal = std::unexpected<ImsFailure>;

enum class Rule {
  name,
  description,
  true_only,
  true_false,
  xen_gpu,
  kvm_gpu,
  firmware,
  integer,
  integer_text,
  enterprise_project,
  free_text
};

struct Attribute {
  std::string_view name;
  Rule rule;
};
constexpr std::array<Attribute, 21> attributes = {{
    {"name", Rule::name},
    {"__description", Rule::description},
    {"__support_xen", Rule::true_only},
    {"__support_kvm", Rule::true_only},
    {"__support_largememory", Rule::true_only},
    {"__support_diskintensive", Rule::true_only},
    {"__support_highperformance", Rule::true_only},
    {"__support_xen_gpu_type", Rule::xen_gpu},
    {"__support_kvm_gpu_type", Rule::kvm_gpu},
    {"__support_xen_hana", Rule::true_only},
    {"__support_kvm_infiniband", Rule::true_only},
    {"__support_fc_inject", Rule::true_false},
    {"__support_amd", Rule::true_false},
    {"__support_kvm_hi1822_hisriov", Rule::true_only},
    {"__support_kvm_hi1822_hivirtionet", Rule::true_only},
    {"__is_config_init", Rule::true_false},
    {"enterprise_project_id", Rule::enterprise_project},
    {"min_ram", Rule::integer},
    {"max_ram", Rule::integer_text},
    {"hw_vif_multiqueue_enabled", Rule::true_false},
    {"hw_firmware_type", Rule::firmware},
}};

// Never settable by PATCH: the object's own members, and what the platform writes.
constexpr std::array<std::string_view, 39> ims_read_only = {"id",
                                                            "self",
                                                            "file",
                                                            "schema",
                                                            "status",
                                                            "created_at",
                                                            "updated_at",
                                                            "active_at",
                                                            "owner",
                                                            "size",
                                                            "virtual_size",
                                                            "checksum",
                                                            "min_disk",
                                                            "protected",
                                                            "tags",
                                                            "visibility",
                                                            "disk_format",
                                                            "container_format",
                                                            "virtual_env_type",
                                                            "__os_version",
                                                            "__os_type",
                                                            "__os_bit",
                                                            "__platform",
                                                            "__image_size",
                                                            "__isregistered",
                                                            "__imagetype",
                                                            "__originalimagename",
                                                            "__backup_id",
                                                            "__data_origin",
                                                            "__root_origin",
                                                            "__image_source_type",
                                                            "__image_location",
                                                            "__system__cmkid",
                                                            "__account_code",
                                                            "__productcode",
                                                            "__lazyloading",
                                                            "__sequence_num",
                                                            "__whole_image",
                                                            "deleted"};

constexpr std::array<std::string_view, 1> xen_gpus = {"M60_vGPU"};
constexpr std::array<std::string_view, 5> kvm_gpus = {"M60", "V100_vGPU", "P2V_V100", "P100", "V100"};

// Attributes that must not stand beside each other: one of the left with any of the right.
struct Exclusion {
  std::string_view name;
  std::array<std::string_view, 2> others;
};
constexpr std::array<Exclusion, 4> exclusions = {{{"__support_xen_gpu_type", {"__support_xen", "__support_kvm"}},
                                                  {"__support_kvm_gpu_type", {"__support_xen", "__support_kvm"}},
                                                  {"__support_xen_hana", {"__support_xen", "__support_kvm"}},
                                                  {"__support_kvm_infiniband", {"__support_xen", "__support_xen"}}}};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Refusal reject(std::string_view code, std::string message) { return Refusal({std::string(code), std::move(message)}); }

Refusal bad_value(std::string_view name, const Json& value) {
  return reject("IMG.0001", fmt::format("The value {} of attribute {} is invalid.", value.dump(), name));
}

Rule rule_of(std::string_view name) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.name == name; });
  return found == attributes.end() ? Rule::free_text : found->rule;
}

std::expected<Json, ImsFailure> check_name(const std::string& text) {
  if (text.empty() || utf8_length(text) > 128)
    return reject("IMG.0002", "The image name must have 1 to 128 characters.");
  const bool good = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == ' ';
  });
  if (!good || text.front() == ' ' || text.back() == ' ') return reject("IMG.0003", "The image name is invalid.");
  return text;
}

std::expected<Json, ImsFailure> check_description(const std::string& text) {
  if (utf8_length(text) > 1024) return reject("IMG.0004", "The image description has more than 1024 characters.");
  if (text.find_first_of("\r\n<>") != std::string::npos) return reject("IMG.0054", "The image description is invalid.");
  return text;
}

// A number, or its decimal text: clients send both.
std::optional<std::int64_t> read_integer(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const std::string text = value.get<std::string>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::expected<Json, ImsFailure> check_integer(std::string_view name, const Json& value, bool as_text) {
  const std::optional<std::int64_t> number = read_integer(value);
  if (!number || *number < 0 || *number > 0x7fffffff) {
    return reject("IMG.0055", fmt::format("The memory or disk size {} of {} is invalid.", value.dump(), name));
  }
  return as_text ? Json(std::to_string(*number)) : Json(*number);
}

// The value as it is stored.
std::expected<Json, ImsFailure> check_value(const std::string& name, const Json& value) {
  const Rule rule = rule_of(name);
  if (rule == Rule::integer || rule == Rule::integer_text)
    return check_integer(name, value, rule == Rule::integer_text);
  if (!value.is_string()) return bad_value(name, value);
  const std::string text = value.get<std::string>();
  switch (rule) {
    case Rule::name:
      return check_name(text);
    case Rule::description:
      return check_description(text);
    case Rule::true_only:
      return iequals(text, "true") ? std::expected<Json, ImsFailure>(text) : bad_value(name, value);
    case Rule::true_false:
      return iequals(text, "true") || iequals(text, "false") ? std::expected<Json, ImsFailure>(text)
                                                             : bad_value(name, value);
    case Rule::xen_gpu:
      return contains(xen_gpus, text) ? std::expected<Json, ImsFailure>(text) : bad_value(name, value);
    case Rule::kvm_gpu:
      return contains(kvm_gpus, text) ? std::expected<Json, ImsFailure>(text) : bad_value(name, value);
    case Rule::firmware:
      if (text == "bios" || text == "uefi") return text;
      return reject("IMG.0141", "The value of hw_firmware_type must be bios or uefi.");
    case Rule::enterprise_project:
      if (text.empty() || text == "0" || text.size() == 36) return text;
      return reject("IMG.0156", "The enterprise project does not exist.");
    default:
      return text;
  }
}

std::optional<ImsFailure> check_exclusions(const Image& image) {
  for (const Exclusion& exclusion : exclusions) {
    if (!image.attributes.contains(exclusion.name)) continue;
    for (const std::string_view other : exclusion.others) {
      if (image.attributes.contains(other)) {
        return ImsFailure{"IMG.0035", fmt::format("The attributes {} and {} conflict.", exclusion.name, other)};
      }
    }
  }
  return std::nullopt;
}

std::optional<ImsFailure> apply_one(Image& image, const Json& operation) {
  const auto op = string_member(operation, "op");
  const auto path = string_member(operation, "path");
  if (!op || !path || !path->starts_with('/')) return ImsFailure{"IMG.0001", "The request body format is invalid."};
  std::string name = path->substr(1);
  if (name.empty() || name.find('/') != std::string::npos) {
    return ImsFailure{"IMG.0001", fmt::format("The path {} is invalid.", *path)};
  }
  if (name != to_lower(name))
    return ImsFailure{"IMG.0001", fmt::format("The attribute name {} has uppercase letters.", name)};
  if (contains(ims_read_only, name) || name.starts_with("_sys")) {
    return ImsFailure{"IMG.0105", fmt::format("The attribute {} cannot be modified.", name)};
  }
  const Json* current = find_member(image.attributes, name);
  const bool present = current != nullptr && !current->is_null();
  if (*op != "add" && *op != "replace" && *op != "remove") {
    return ImsFailure{"IMG.0001", fmt::format("The operation {} is invalid.", *op)};
  }
  if ((*op == "add") == present) {
    return ImsFailure{"IMG.0035",
                      fmt::format("The attribute {} conflicts: it {}.", name, present ? "exists" : "does not exist")};
  }
  if (*op == "remove") {
    if (name == "name" || name == "min_ram")
      return ImsFailure{"IMG.0105", fmt::format("The attribute {} cannot be removed.", name)};
    image.attributes.erase(name);
    return std::nullopt;
  }
  const Json* value = find_member(operation, "value");
  if (value == nullptr) return ImsFailure{"IMG.0001", fmt::format("The operation on {} has no value.", name)};
  auto stored = check_value(name, *value);
  if (!stored) return stored.error();
  image.attributes[name] = *std::move(stored);
  return std::nullopt;
}

}  // namespace

std::expected<Image, ImsFailure> apply_cloudimages_patch(Image image, std::string_view body, Wall now) {
  if (trim(body).empty()) return reject("IMG.0007", "The request body is empty.");
  const Result<Json> document = parse_json(body, "the request");
  if (!document || !document->is_array()) return reject("IMG.0001", "The request body format is invalid.");
  if (document->empty()) return reject("IMG.0007", "The request body is empty.");
  for (const Json& operation : *document) {
    if (auto failure = apply_one(image, operation)) return Refusal(*std::move(failure));
  }
  if (auto failure = check_exclusions(image)) return Refusal(*std::move(failure));
  image.attributes["updated_at"] = format_rfc3339(now);
  return image;
}

}  // namespace retouch::sandbox
