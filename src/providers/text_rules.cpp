#include "text_rules.hpp"

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::providers {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool has_four_byte_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
}

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool tidy_name(std::string_view name) {
  return !name.empty() && trim(name) == name && std::ranges::none_of(name, is_control) && is_valid_utf8(name) &&
         utf8_length(name) <= 255;
}

// U+4E00..U+9FFF, CJK Unified Ideographs: E4 B8 80 .. E9 BF BF.
bool is_chinese(std::string_view text, std::size_t at) {
  if (at + 3 > text.size()) return false;
  const auto character = text.substr(at, 3);
  return character >= "\xe4\xb8\x80" && character <= "\xe9\xbf\xbf";
}

}  // namespace

bool glance_text(std::string_view text) {
  return !has_four_byte_character(text) && text.find('\0') == std::string_view::npos;
}

bool glance_property_name(std::string_view name) {
  return tidy_name(name) && !has_four_byte_character(name) && !name.starts_with("os_glance");
}

bool ims_image_name(std::string_view text) {
  if (trim(text) != text) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c) || is_digit(c) || c == ' ' || c == '-' || c == '.' || c == '_') continue;
    if (!is_chinese(text, i)) return false;
    i += 2;
  }
  return true;
}

bool ims_description(std::string_view text) { return text.find_first_of("<>\r\n") == std::string_view::npos; }

bool ims_enterprise_project(std::string_view text) { return text == "0" || is_uuid(text); }

bool ims_extension_name(std::string_view name) {
  return tidy_name(name) && std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool triton_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "._/ -"); });
}

bool triton_version(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "._/+-"); });
}

bool triton_description(std::string_view text) {
  // A character of four bytes takes two units.
  const auto pairs = std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
  return utf8_length(text) + static_cast<std::size_t>(pairs) <= 10240 && !is_one_of('\0', text);
}

bool triton_link(std::string_view text) {
  if (text.empty()) return true;
  const auto lower = to_lower(text.substr(0, 8));
  const auto rest = lower.starts_with("https://") ? text.substr(8) : lower.starts_with("http://") ? text.substr(7) : "";
  return !rest.empty() && std::ranges::none_of(rest, [](char c) { return is_control(c) || c == ' '; });
}

bool triton_uuid(std::string_view text) { return is_uuid(text) && to_lower(text) == text; }

std::vector<std::string> platform_patterns() {
  return {"__*",
          "_sys*",
          "os_glance*",
          "owner_specified.*",
          "img_signature*",
          "cinder_encryption*",
          "block_device_mapping",
          "root_device_name",
          "bdm_v2",
          "base_image_ref",
          "instance_*"};
}

}  // namespace retouch::providers
