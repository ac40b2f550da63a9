// Character rules of the tables: plain functions, so that a rule is data in an Attribute.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace retouch::providers {

// No code point beyond U+FFFF and no NUL: Glance refuses the former ("can't contain 4 byte unicode characters"), and
// PostgreSQL behind Glance answers 500 to the latter.
bool glance_text(std::string_view text);
inline constexpr std::string_view glance_text_rule = "characters up to U+FFFF (no emoji) and no NUL";

// Names of custom properties.
bool glance_property_name(std::string_view name);
inline constexpr std::string_view glance_property_name_rule =
    "1 to 255 characters up to U+FFFF, no control characters, no blank at either end, not beginning with os_glance";

// Chinese characters are let through: Huawei Cloud takes them, Open Telekom Cloud answers IMG.0003.
bool ims_image_name(std::string_view text);
inline constexpr std::string_view ims_image_name_rule =
    "letters, digits, blanks and - . _, with no blank at either end";

bool ims_description(std::string_view text);
inline constexpr std::string_view ims_description_rule = "a single line without < and >";

bool ims_enterprise_project(std::string_view text);
inline constexpr std::string_view ims_enterprise_project_rule = "0 (the default project) or a UUID";

bool ims_extension_name(std::string_view name);
inline constexpr std::string_view ims_extension_name_rule =
    "1 to 255 characters, no upper-case letters, no control characters, no blank at either end";

bool triton_name(std::string_view text);
inline constexpr std::string_view triton_name_rule = "letters, digits, blanks and . _ / -";

bool triton_version(std::string_view text);
inline constexpr std::string_view triton_version_rule = "letters, digits and . _ / + -";

// The server counts UTF-16 units.
bool triton_description(std::string_view text);
inline constexpr std::string_view triton_description_rule = "10240 UTF-16 units (an emoji takes two), and no NUL";

// Empty stands for absence.
bool triton_link(std::string_view text);
inline constexpr std::string_view triton_link_rule = "a link that begins with http:// or https://";

bool triton_uuid(std::string_view text);
inline constexpr std::string_view triton_uuid_rule = "UUIDs in lower case";

// What the platforms write on images themselves, whichever family: never removed by `exact`.
std::vector<std::string> platform_patterns();

}  // namespace retouch::providers
