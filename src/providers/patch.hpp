// What has to be sent so that an image becomes as planned: pure, from the live state.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/core/attributes.hpp"
#include "retouch/core/image.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::providers {

// "/" + name with ~ as ~0 and / as ~1.
std::string json_pointer(std::string_view name);

struct Patch {
  std::vector<std::string> fields{};  // by name
  std::string body{};                 // JSON array of {op, path, value}, or JSON object of names and values
};

// The operations for those `fields` that are to be applied and differ from `live`: remove what must go, then replace
// what is there, then add what is not. (Removals first, so that attributes that exclude each other never meet.) Numbers
// and flags of the table's types, everything else as texts. `apart`: an attribute with a request of its own. nullopt =
// nothing differs.
std::optional<Patch> make_patch(const core::AttributeTable& table, const core::Image& live,
                                std::span<const core::FieldChange> fields, std::string_view apart = {});

// The same as one JSON object of new values, for an API that takes such (Triton): what must go is written in its
// attribute's own clear form. Nothing but `updatable` can ever get into it.
std::optional<Patch> make_update(const core::AttributeTable& table, const core::Image& live,
                                 std::span<const core::FieldChange> fields,
                                 std::span<const std::string_view> updatable);

struct TagChanges {
  core::Map remove{};  // with the values that are live
  core::Map create{};  // new, or with another value
};
// Key/value tags of their own endpoint; empty when `fields` does not apply `tags`.
TagChanges tag_changes(const core::Image& live, std::span<const core::FieldChange> fields);
// {"action": …, "tags": [{"key": …, "value": …}]}
std::string tag_action(std::string_view action, const core::Map& tags);

}  // namespace retouch::providers
