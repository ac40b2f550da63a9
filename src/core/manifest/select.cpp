// `select` with a cloud's eyes.
#include <fmt/format.h>

#include <algorithm>

#include "resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core::manifest {
namespace {

std::vector<std::string> known_names(const AttributeTable& table) {
  std::vector<std::string> out;
  for (const auto& attribute : table.known()) out.push_back(attribute.name);
  for (const auto& alias : table.aliases()) out.push_back(alias.portable);
  return out;
}

// Values as the provider's normalized images show them.
void normalize(Criterion& criterion, const Attribute& attribute) {
  for (auto& text : criterion.any_of) {
    const auto value = normalized(attribute, Value{text});
    if (is_absent(value)) criterion.or_absent = true;
    if (const auto* same = std::get_if<std::string>(&value)) text = *same;
    if (attribute.absent_means && text == *attribute.absent_means) criterion.or_absent = true;
  }
}

std::string text_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : std::string{};
}

bool admits(const Criterion& criterion, const Value& value) {
  if (is_absent(value)) return criterion.or_absent;
  return std::ranges::find(criterion.any_of, text_of(value)) != criterion.any_of.end();
}

const DesiredField* find_field(const DesiredEntry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.fields, name, &DesiredField::name);
  return found == entry.fields.end() || found->mode != FieldMode::enforce ? nullptr : &*found;
}

bool removed_by_exact(const DesiredEntry& entry, const std::string& name, const AttributeTable& table) {
  if (entry.manage.properties != Manage::exact || table.is_platform(name)) return false;
  if (std::ranges::find(entry.fields, name, &DesiredField::name) != entry.fields.end()) return false;
  if (std::ranges::any_of(entry.manage.ignore, [&](const auto& glob) { return glob_match(glob, name); })) return false;
  const auto rule = table.find(name);
  return rule && rule->writable && (rule->clear == Clear::remove || rule->exact_clears);
}

// The live item ("a", "key", "key=value") that a selector asks for would be gone: removed by name, or not among the
// exact ones.
bool loses_item(Manage manage, const DesiredField& field, const std::string& item) {
  if (is_absent(field.value)) return true;
  const auto at = item.find('=');
  const auto key = item.substr(0, at);
  if (const auto* list = std::get_if<List>(&field.value)) {
    if (std::ranges::find(field.absent_items, item) != field.absent_items.end()) return true;
    return manage == Manage::exact && std::ranges::find(*list, item) == list->end();
  }
  if (std::ranges::find(field.absent_items, key) != field.absent_items.end()) return true;
  const auto* map = std::get_if<Map>(&field.value);
  if (map == nullptr) return false;  // neither a list nor a map: reported as such
  const auto found = map->find(key);
  if (found == map->end()) return manage == Manage::exact;
  const auto* text = std::get_if<std::string>(&found->second);
  return at != std::string::npos && (text ? *text : to_json(found->second).dump()) != item.substr(at + 1);
}

bool is_collection(const Value& value) {
  return std::holds_alternative<List>(value) || std::holds_alternative<Map>(value);
}

// Would the image, with `field` as it is wanted, still be one that `criterion` takes?
bool still_admits(const Criterion& criterion, const DesiredField& field, const DesiredEntry& entry) {
  if (!is_collection(field.value)) return admits(criterion, field.value);
  const auto manage = field.name == "acl" ? entry.manage.acl : entry.manage.tags;
  return criterion.any_of.empty() || std::ranges::any_of(criterion.any_of, [&](const std::string& item) {
           return !loses_item(manage, field, item);
         });
}

}  // namespace

Selector resolve_select(const SelectSpec& spec, const AttributeTable& table, const Place& entry,
                        Complaints& complaints) {
  Selector out{.ids = spec.ids, .tags = spec.tags, .place = spec.place.value_or(entry)};
  if (spec.owner) {
    out.any_owner = spec.owner->any;
    out.owners = spec.owner->ids;
  }
  for (const auto& [name, condition] : spec.conditions) {
    const auto attribute = table.find(table.canonical(name));
    if (!attribute) {
      complaints.error(condition.place, fmt::format("unknown attribute `{}` in `select`", printable(name, 80)),
                       did_you_mean(name, known_names(table)));
      continue;
    }
    out.criteria.push_back({.attribute = attribute->name,
                            .any_of = condition.any_of,
                            .or_absent = condition.or_absent,
                            .place = condition.place});
    normalize(out.criteria.back(), *attribute);
  }
  if (spec.ids.empty() && spec.tags.empty() && spec.conditions.empty() && !complaints.incomplete()) {
    complaints.error(out.place, "`select` says nothing about the image, so it would take every one",
                     "select by id, name, tags or another attribute");
  }
  return out;
}

void check_still_matches(const DesiredEntry& entry, const Spec& spec, const AttributeTable& table,
                         Complaints& complaints) {
  if (spec.select.broken) return;  // what it would have found is unknown
  const auto is_listed = [&](const std::string& name) {
    return std::ranges::any_of(spec.attributes, [&](const auto& each) { return table.canonical(each.first) == name; });
  };
  for (const auto& criterion : entry.select.criteria) {
    const auto name = printable(criterion.attribute, 80);
    if (const auto* field = find_field(entry, criterion.attribute); field && !still_admits(criterion, *field, entry)) {
      complaints.error(
          field->place,
          fmt::format("after `{}` is set to {}, `select` would no longer find the image", name, to_text(field->value)),
          is_absent(field->value) ? "select by id, or by another attribute"
                                  : "add the new value to `select`, or select by id");
    } else if (!complaints.incomplete() && !is_listed(criterion.attribute) &&
               removed_by_exact(entry, criterion.attribute, table)) {
      complaints.error(
          criterion.place,
          fmt::format("`manage.properties: exact` would remove `{}`, by which `select` finds the image", name),
          "list it under `attributes`");
    }
  }
  const auto* tags = find_field(entry, "tags");
  for (const auto& tag : entry.select.tags) {
    if (tags && loses_item(entry.manage.tags, *tags, tag)) {
      complaints.error(
          tags->place,
          fmt::format("the tag `{}`, by which `select` finds the image, would be gone", printable(tag, 80)),
          "select by id, or by another attribute");
    }
  }
}

}  // namespace retouch::core::manifest
