// Manifests that are made instead of read: entries -> YAML that parse_manifests() takes for the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/base/yaml_writer.hpp"
#include "retouch/core/attributes.hpp"

namespace retouch::core {

using NamedValue = std::pair<std::string, Value>;

struct EntryDraft {
  std::string name;                      // [a-z0-9._-]{1,253}, unique
  std::vector<yaml::OutMember> select;   // as it stands in a manifest
  bool optional = false;                 // no such image is no complaint
  std::vector<NamedValue> attributes{};  // in the order in which they are written
};

struct SetDraft {
  std::string name;
  std::vector<std::string> clouds;
  std::vector<NamedValue> defaults{};  // attributes of every image
  std::vector<EntryDraft> images{};
};

// One document each, without `---`.
std::string image_manifest(const EntryDraft& entry, const std::vector<std::string>& clouds);
std::string image_set_manifest(const SetDraft& set);

// Why a manifest for a cloud with this table cannot hold this attribute; empty = it can. Each names the attribute.
std::vector<std::string> manifest_faults(const AttributeTable& table, const std::string& name, const Value& value);

// What a text becomes where only a-z 0-9 . _ - are allowed: "Ubuntu 24.04 (LTS)" -> "ubuntu-24.04-lts". "" = nothing of
// it is left. Begins with neither `.` nor `-`.
std::string slug(std::string_view text, std::size_t longest);

// For each its first candidate that nobody else has, so that the choice does not depend on the order; who has none left
// gets a number.
std::vector<std::string> distinct_names(std::span<const std::vector<std::string>> candidates);

}  // namespace retouch::core
