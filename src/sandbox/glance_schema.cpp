// The value rules of Glance's image schema: as jsonschema words them, because clients read the attribute from there.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/glance_patch.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::array<std::string_view, 13> read_only = {
    "created_at", "updated_at", "status", "checksum", "size",         "virtual_size", "direct_url",
    "self",       "file",       "schema", "id",       "os_hash_algo", "os_hash_value"};
constexpr std::array<std::string_view, 11> writable_base = {"name",      "visibility",       "protected",  "os_hidden",
                                                            "owner",     "min_ram",          "min_disk",   "tags",
                                                            "locations", "container_format", "disk_format"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Python's repr of a JSON value, as it stands in jsonschema's messages.
std::string python(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_null()) return "None";
  if (value.is_string()) return "'" + value.get<std::string>() + "'";
  return value.dump();
}

GlanceFailure mismatch(std::string_view name, const Json& value, std::string_view complaint, std::string_view rule) {
  return {400, fmt::format(
                   "Provided object does not match schema 'image': {}\n\nFailed validating {}\n\nOn instance['{}']:\n"
                   "    {}",
                   complaint, rule, name, python(value))};
}

GlanceFailure wrong_type(std::string_view name, const Json& value, std::string_view type) {
  const bool known = is_glance_base_attribute(name);
  return mismatch(name, value, fmt::format("{} is not of type {}", python(value), type),
                  known ? fmt::format("'type' in schema['properties']['{}']", name)
                        : std::string("'type' in schema['additionalProperties']"));
}

bool is_whole_number(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>();  // 2.0 is an integer
}

bool has_4_byte_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xf8U) == 0xf0U; });
}

std::optional<GlanceFailure> check_text(std::string_view name, const Json& value, std::size_t max_length,
                                        bool nullable) {
  if (value.is_null() && nullable) return std::nullopt;
  if (!value.is_string()) return wrong_type(name, value, nullable ? "'null', 'string'" : "'string'");
  const auto& text = value.get_ref<const std::string&>();
  if (max_length > 0 && utf8_length(text) > max_length) {
    return mismatch(name, value, fmt::format("{} is too long", python(value)),
                    fmt::format("'maxLength' in schema['properties']['{}']", name));
  }
  if (has_4_byte_character(text)) return GlanceFailure{400, "Param values can't contain 4 byte unicode."};
  return std::nullopt;
}

std::optional<GlanceFailure> check_integer(std::string_view name, const Json& value) {
  if (!is_whole_number(value)) return wrong_type(name, value, "'integer'");
  if (value.get<double>() < 0) {
    return mismatch(name, value, fmt::format("{} is less than the minimum of 0", python(value)),
                    fmt::format("'minimum' in schema['properties']['{}']", name));
  }
  if (value.get<double>() > 2147483647.0) {
    return mismatch(name, value, fmt::format("{} is greater than the maximum of 2147483647", python(value)),
                    fmt::format("'maximum' in schema['properties']['{}']", name));
  }
  return std::nullopt;
}

std::optional<GlanceFailure> check_one_of(std::string_view name, const Json& value,
                                          std::initializer_list<std::string_view> allowed, bool nullable) {
  if (value.is_null() && nullable) return std::nullopt;
  if (value.is_string() && std::find(allowed.begin(), allowed.end(), value.get<std::string>()) != allowed.end()) {
    return std::nullopt;
  }
  std::string list;
  for (const std::string_view item : allowed) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", item);
  return mismatch(name, value, fmt::format("{} is not one of [{}]", python(value), list),
                  fmt::format("'enum' in schema['properties']['{}']", name));
}

std::optional<GlanceFailure> check_tags(const Json& value) {
  if (!value.is_array()) return wrong_type("tags", value, "'array'");
  for (const Json& tag : value) {
    if (auto failure = check_text("tags", tag, 255, false)) return failure;
  }
  return std::nullopt;
}

}  // namespace

bool is_glance_read_only(std::string_view name) { return contains(read_only, name); }

bool is_glance_base_attribute(std::string_view name) {
  return contains(writable_base, name) || contains(read_only, name);
}

std::size_t count_custom_properties(const Image& image) {
  std::size_t count = 0;
  for (const auto& item : image.attributes.items()) {
    if (!is_glance_base_attribute(item.key()) && !item.key().starts_with("os_glance")) ++count;
  }
  return count;
}

std::optional<GlanceFailure> check_glance_value(std::string_view name, const Json& value) {
  if (has_4_byte_character(name)) return GlanceFailure{400, "Property names can't contain 4 byte unicode."};
  if (name == "name" || name == "owner") return check_text(name, value, 255, true);
  if (name == "min_ram" || name == "min_disk") return check_integer(name, value);
  if (name == "protected" || name == "os_hidden") {
    return value.is_boolean() ? std::nullopt : std::optional(wrong_type(name, value, "'boolean'"));
  }
  if (name == "visibility") return check_one_of(name, value, {"community", "public", "private", "shared"}, false);
  if (name == "container_format") {
    return check_one_of(name, value, {"ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"}, true);
  }
  if (name == "disk_format") {
    return check_one_of(name, value,
                        {"ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"}, true);
  }
  if (name == "tags") return check_tags(value);
  if (name == "locations") return value.is_array() ? std::nullopt : std::optional(wrong_type(name, value, "'array'"));
  return check_text(name, value, 0, false);
}

}  // namespace retouch::sandbox
