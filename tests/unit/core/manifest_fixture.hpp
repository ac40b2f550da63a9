// Two small APIs and a way from a manifest's text to what their clouds should hold.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "retouch/core/manifest.hpp"

namespace retouch::core::manifest_test {

inline bool lower_case_only(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Like IMS: key/value tags, flags, an alias, attributes that exclude each other, extension names without capitals.
inline const AttributeTable& maps_table() {
  static const AttributeTable table{
      "maps",
      {{.name = "name", .min_length = 1, .max_length = 20, .clear = Clear::impossible},
       {.name = "__description", .empty_is_absent = true},
       {.name = "min_ram", .type = ValueType::integer, .clear = Clear::impossible},
       {.name = "protected", .type = ValueType::boolean, .clear = Clear::impossible},
       {.name = "firmware", .allowed = {"bios", "uefi"}, .absent_means = "bios"},
       {.name = "__flag", .allowed = {"true"}, .absent_means = "false", .compare = Compare::flag},
       {.name = "gpu", .excludes = {"xen"}},
       {.name = "xen", .excludes = {"gpu"}},
       {.name = "status", .writable = false, .clear = Clear::impossible},
       {.name = "tags", .type = ValueType::map, .max_items = 4, .clear = Clear::empty_map, .empty_is_absent = true}},
      Attribute{},
      {"__*"},
      {{"description", "__description"}},
      lower_case_only,
      "no capitals"};
  return table;
}

// Like Triton: no extension, tags and acl are lists.
inline const AttributeTable& lists_table() {
  static const AttributeTable table{
      "lists",
      {{.name = "name"},
       {.name = "description"},
       {.name = "acl", .type = ValueType::list, .clear = Clear::empty_list, .empty_is_absent = true},
       {.name = "tags", .type = ValueType::list, .clear = Clear::empty_list, .empty_is_absent = true},
       {.name = "owner", .writable = false}},
      std::nullopt,
      {},
      {}};
  return table;
}

// Like Triton: what is in a map has types, and nothing but the table's own can be written.
inline const AttributeTable& typed_table() {
  static const AttributeTable table = [] {
    AttributeTable made{"typed",
                        {{.name = "name"},
                         {.name = "os", .writable = false},
                         {.name = "tags",
                          .type = ValueType::map,
                          .max_bytes = 60,
                          .typed_values = true,
                          .clear = Clear::empty_map,
                          .empty_is_absent = true}},
                        std::nullopt,
                        {},
                        {}};
    made.close("the API changes name and tags only");
    return made;
  }();
  return table;
}

struct Outcome {
  Manifests manifests;
  std::vector<CloudEntries> clouds;
  Diagnostics diagnostics;

  std::string said() const {
    std::string out;
    for (const auto& each : diagnostics.sorted()) out += to_string(each) + "\n";
    return out;
  }
  // Every complaint has this text and place somewhere.
  bool says(std::string_view text) const { return said().find(text) != std::string::npos; }

  const DesiredEntry* entry(std::string_view cloud, std::string_view name) const {
    const auto of = std::ranges::find(clouds, cloud, &CloudEntries::cloud);
    if (of == clouds.end()) return nullptr;
    const auto found = std::ranges::find(of->entries, name, &DesiredEntry::name);
    return found == of->entries.end() ? nullptr : &*found;
  }
  // The value of a field; a text that cannot be a value when there is none.
  Value value(std::string_view cloud, std::string_view name, std::string_view field) const {
    const auto* found = this->field(cloud, name, field);
    return found ? found->value : Value{"(no such field)"};
  }
  const DesiredField* field(std::string_view cloud, std::string_view name, std::string_view field) const {
    const auto* of = entry(cloud, name);
    if (!of) return nullptr;
    const auto found = std::ranges::find(of->fields, field, &DesiredField::name);
    return found == of->fields.end() ? nullptr : &*found;
  }
};

inline constexpr Wall some_day = Wall{} + std::chrono::hours(24 * 365 * 56);  // December 2025

// Clouds: lab and lab2 (maps), east (lists), joy (typed); `elsewhere` is known and not configured.
inline Outcome resolve_files(const std::vector<ManifestFile>& files, Wall now = some_day) {
  Outcome out;
  out.manifests = parse_manifests(files, out.diagnostics);
  const std::vector<CloudShape> clouds{
      {"lab", &maps_table()}, {"lab2", &maps_table()}, {"east", &lists_table()}, {"joy", &typed_table()}};
  const std::vector<std::string> other{"elsewhere"};
  out.clouds = resolve(out.manifests, clouds, other, now, out.diagnostics);
  return out;
}

inline Outcome resolve_text(const std::string& text, Wall now = some_day) {
  return resolve_files({{.source = "site", .name = "m.yaml", .text = text}}, now);
}

// One Image `x` whose spec is given, indented as here.
inline std::string image(const std::string& spec) {
  std::string out = "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: x}\nspec:\n";
  std::string line;
  for (const char c : spec + "\n") {
    line += c;
    if (c == '\n') {
      out += "  " + line;
      line.clear();
    }
  }
  return out;
}

}  // namespace retouch::core::manifest_test
