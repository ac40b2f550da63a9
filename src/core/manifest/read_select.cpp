// `select` and `manage`: what an entry is about, and how much of it.
#include <fmt/format.h>

#include <algorithm>

#include "fields.hpp"
#include "retouch/base/printable.hpp"
#include "spec.hpp"

namespace retouch::core::manifest {
namespace {

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

std::vector<std::string> read_ids(const yaml::Value& value, Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (auto& [text, place] : read_texts(value, "id", diagnostics).value_or(std::vector<Given<std::string>>{})) {
    if (text.size() > 255 || !std::ranges::all_of(text, is_id_character)) {
      diagnostics.error(place,
                        fmt::format("`{}` is no image id: letters, digits, `-`, `_` and `.` only (a glob is no id)",
                                    printable(text, 80)));
    }
    // Every API writes UUIDs in lower case.
    out.push_back(is_uuid(text) ? to_lower(text) : std::move(text));
  }
  return out;
}

std::optional<OwnerChoice> read_owner(const yaml::Value& value, Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::scalar && value.text == "self") return OwnerChoice{};
  if (value.kind == yaml::Kind::scalar && value.text == "any") return OwnerChoice{.any = true, .ids = {}};
  const auto texts = read_texts(value, "owner", diagnostics);
  if (!texts) return std::nullopt;
  OwnerChoice owner;
  for (const auto& [text, place] : *texts) {
    if (text == "self" || text == "any") {
      diagnostics.error(place, fmt::format("`{}` stands alone: `owner: {}`, or a list of project ids", text, text));
    }
    owner.ids.push_back(text);
  }
  return owner;
}

// A scalar, a list of scalars, or a map {key: value} for key/value tags.
std::vector<std::string> read_tags(const yaml::Value& value, Diagnostics& diagnostics) {
  std::vector<std::string> out;
  if (value.kind == yaml::Kind::mapping) {
    for (const auto& [key, item] : value.members) {
      if (item.kind == yaml::Kind::scalar) {
        out.push_back(key.text + "=" + item.text);
      } else {
        unexpected(item, "tags", "a text for each key", diagnostics, "a list of keys asks for any value");
      }
    }
    if (value.members.empty()) unexpected(value, "tags", "at least one tag", diagnostics);
    return out;
  }
  for (auto& [text, place] : read_texts(value, "tags", diagnostics).value_or(std::vector<Given<std::string>>{})) {
    out.push_back(std::move(text));
  }
  return out;
}

void add_to(Condition& condition, const yaml::Value& value, std::string_view name, Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::null) {
    condition.or_absent = true;
  } else if (value.kind == yaml::Kind::scalar) {
    condition.any_of.push_back(value.text);
  } else {
    unexpected(value, name, "a text, null, or a list of them", diagnostics);
  }
}

Condition read_condition(const yaml::Value& value, const yaml::Value& key, Diagnostics& diagnostics) {
  Condition condition{.any_of = {}, .or_absent = false, .place = key.place};
  if (value.kind != yaml::Kind::sequence) {
    add_to(condition, value, key.text, diagnostics);
    return condition;
  }
  if (value.items.empty()) {
    diagnostics.error(value.place,
                      fmt::format("`{}` is an empty list, which selects nothing", printable(key.text, 80)));
  }
  for (const auto& item : value.items) add_to(condition, item, key.text, diagnostics);
  return condition;
}

constexpr std::string_view known_manage_keys[] = {"properties", "tags", "acl", "on_removal", "ignore", "fields"};

std::optional<Given<Manage>> read_mode(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics) {
  static constexpr std::array words{Word{"listed", Manage::listed}, Word{"exact", Manage::exact}};
  const auto mode = read_word(value, key, words, diagnostics);
  if (!mode) return std::nullopt;
  return Given<Manage>{*mode, value.place};
}

void read_field_modes(const yaml::Value& value, ManageSpec& spec, Diagnostics& diagnostics) {
  static constexpr std::array words{Word{"enforce", FieldMode::enforce}, Word{"warn", FieldMode::warn},
                                    Word{"ignore", FieldMode::ignore}};
  if (!expect_mapping(value, "fields", diagnostics)) return;
  for (const auto& [key, item] : value.members) {
    if (const auto mode = read_word(item, printable(key.text, 80), words, diagnostics)) {
      spec.fields.emplace(key.text, Given<FieldMode>{*mode, key.place});
    }
  }
}

}  // namespace

SelectSpec read_select(const yaml::Value& value, Diagnostics& to) {
  SelectSpec select;
  Diagnostics diagnostics;
  select.place = value.place;
  if (!expect_mapping(value, "select", diagnostics)) {
    select.broken = true;
    to.append(diagnostics);
    return select;
  }
  for (const auto& [key, item] : value.members) {
    if (key.text == "id") {
      select.ids = read_ids(item, diagnostics);
    } else if (key.text == "owner") {
      select.owner = read_owner(item, diagnostics);
    } else if (key.text == "tags") {
      select.tags = read_tags(item, diagnostics);
    } else if (const auto fault = key_fault(key.text); !fault.empty()) {
      diagnostics.error(key.place, fmt::format("attribute `{}` {}", printable(key.text, 80), fault));
    } else {
      select.conditions.emplace(key.text, read_condition(item, key, diagnostics));
    }
  }
  select.broken = diagnostics.has_errors();
  to.append(diagnostics);
  return select;
}

ManageSpec read_manage(const yaml::Value& value, Diagnostics& diagnostics) {
  ManageSpec spec;
  if (!expect_mapping(value, "manage", diagnostics)) return spec;
  check_keys(value, known_manage_keys, "`manage`", diagnostics);
  if (const auto* item = value.find("properties")) spec.properties = read_mode(*item, "properties", diagnostics);
  if (const auto* item = value.find("tags")) spec.tags = read_mode(*item, "tags", diagnostics);
  if (const auto* item = value.find("acl")) spec.acl = read_mode(*item, "acl", diagnostics);
  if (const auto* item = value.find("on_removal")) {
    static constexpr std::array words{Word{"keep", false}, Word{"remove", true}};
    spec.remove_on_removal = read_word(*item, "on_removal", words, diagnostics);
  }
  if (const auto* item = value.find("ignore")) {
    const bool none = item->kind == yaml::Kind::sequence && item->items.empty();
    spec.ignore = none ? std::vector<Given<std::string>>{} : read_texts(*item, "ignore", diagnostics);
  }
  if (const auto* item = value.find("fields")) read_field_modes(*item, spec, diagnostics);
  return spec;
}

std::span<const std::string_view> manage_keys() { return known_manage_keys; }

}  // namespace retouch::core::manifest
