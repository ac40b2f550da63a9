// A small table, images and entries that the planner's tests share.
#pragma once

#include <gtest/gtest.h>

#include "retouch/core/planner.hpp"

namespace retouch::core::test {

inline AttributeTable small_table() {
  Attribute name{.name = "name", .max_length = 255, .clear = Clear::impossible};
  Attribute min_ram{.name = "min_ram", .type = ValueType::integer, .clear = Clear::impossible};
  Attribute visibility{.name = "visibility",
                       .allowed = {"private", "shared", "community", "public"},
                       .clear = Clear::impossible,
                       .exposure = Attribute::Exposure::visibility};
  Attribute protected_{.name = "protected",
                       .type = ValueType::boolean,
                       .clear = Clear::impossible,
                       .exposure = Attribute::Exposure::protection};
  Attribute hidden{.name = "os_hidden",
                   .type = ValueType::boolean,
                   .clear = Clear::impossible,
                   .exposure = Attribute::Exposure::hidden};
  Attribute acl{.name = "acl",
                .type = ValueType::list,
                .clear = Clear::empty_list,
                .empty_is_absent = true,
                .exposure = Attribute::Exposure::acl};
  Attribute tags{
      .name = "tags", .type = ValueType::list, .max_items = 3, .clear = Clear::empty_list, .empty_is_absent = true};
  Attribute meta{.name = "meta", .type = ValueType::map, .clear = Clear::empty_map, .empty_is_absent = true};
  Attribute xen{.name = "__support_xen", .excludes = {"__gpu"}};
  Attribute gpu{.name = "__gpu", .excludes = {"__support_xen"}};
  Attribute checksum{.name = "checksum", .writable = false};
  Attribute note{.name = "note", .empty_is_absent = true};
  Attribute status{.name = "status", .writable = false};
  Attribute created_at{.name = "created_at", .writable = false};
  Attribute extension{.name = "*"};
  return AttributeTable(
      "glance",
      {name, min_ram, visibility, protected_, hidden, acl, tags, meta, xen, gpu, checksum, note, status, created_at},
      extension, {"os_glance*", "__*"}, {});
}

inline Image image(std::string id, std::map<std::string, Value, std::less<>> attributes) {
  attributes.try_emplace("name", "Image " + id);
  attributes.try_emplace("status", std::string("active"));
  attributes.try_emplace("created_at", std::string("2026-01-01T00:00:00Z"));
  return Image{.id = std::move(id), .attributes = std::move(attributes)};
}

inline DesiredField field(std::string name, Value value, int line = 1) {
  return DesiredField{.name = std::move(name), .value = std::move(value), .place = {"m.yaml", line, 5}};
}

inline DesiredEntry entry(std::string name, std::vector<std::string> ids, std::vector<DesiredField> fields) {
  DesiredEntry result{.name = std::move(name), .fields = std::move(fields), .place = {"m.yaml", 1, 1}};
  result.select.ids = std::move(ids);
  return result;
}

inline constexpr Wall noon{std::chrono::hours(24 * 365 * 56 + 12)};

// What is remembered of one field: its wish, by entry "a", put there by ourselves.
inline Remembered remembered(Value value, std::string entry = "a") {
  return {.wish = {.value = value}, .ours = value, .entry = std::move(entry), .place = {"m.yaml", 1, 5}};
}

struct Planning {
  AttributeTable table = small_table();
  std::vector<DesiredEntry> entries{};
  std::vector<Image> images{};
  bool exposure_guard = true;
  bool entries_missing = false;
  std::function<std::optional<std::string>(const Image&)> unchangeable{};
  std::function<bool(const DesiredEntry&)> wanted_entry{};
  std::function<bool(const Image&)> wanted_image{};
  std::vector<std::string> warnings{};
  std::optional<Memory> memory{};
  bool exact_only_ours = false;
  ContentionRules contention{};
  std::vector<std::string> sources{};
  std::optional<std::set<std::string, std::less<>>> all_entries{};
  bool undoing = false;

  Remembered& remember(const std::string& image, const std::string& field, Remembered record) {
    if (!memory) memory.emplace();
    return memory->images[image].fields[field] = std::move(record);
  }
  Hold& hold(const std::string& image, const std::string& field, Hold hold) {
    if (!memory) memory.emplace();
    return memory->images[image].holds[field] = std::move(hold);
  }

  CloudPlan plan() const {
    Selection selection(entries);
    for (const Image& image : images) selection.offer(image);
    PlanInput input{.cloud = "lab",
                    .table = &table,
                    .entries = entries,
                    .selection = &selection,
                    .images_seen = std::ssize(images)};
    input.exposure_guard = exposure_guard;
    input.entries_missing = entries_missing;
    input.unchangeable = unchangeable;
    input.wanted_entry = wanted_entry;
    input.wanted_image = wanted_image;
    input.warnings = warnings;
    input.memory = memory ? &*memory : nullptr;
    input.now = noon;
    input.exact_only_ours = exact_only_ours;
    input.contention = contention;
    input.sources = sources;
    input.all_entries = all_entries ? &*all_entries : nullptr;
    input.undoing = undoing;
    return plan_cloud(input);
  }
};

// Of the only image that changes, or of the image named.
inline std::optional<FieldChange> change_of(const CloudPlan& plan, std::string_view field,
                                            std::string_view image = {}) {
  for (const ImageChange& change : plan.changes) {
    for (const FieldChange& each : change.fields) {
      if (each.name == field && (image.empty() || change.image_id == image)) return each;
    }
  }
  return std::nullopt;
}

}  // namespace retouch::core::test
