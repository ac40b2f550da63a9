#include <fmt/format.h>

#include "../manifest/spec.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/core/manifest_draft.hpp"

namespace retouch::core {
namespace {

yaml::Out scalar_out(const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return yaml::text(*text);
  return yaml::bare(to_json(value).dump());  // 1, 1.5, true
}

yaml::Out value_out(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return yaml::text(*text);
  if (const auto* items = std::get_if<List>(&value)) return yaml::texts(*items);
  if (const auto* map = std::get_if<Map>(&value)) {
    std::vector<yaml::OutMember> members;
    for (const auto& [key, item] : *map) members.emplace_back(key, scalar_out(item));
    return yaml::compact(std::move(members));
  }
  return yaml::bare(to_json(value).dump());  // 1, true, null
}

yaml::Out attributes_out(const std::vector<NamedValue>& attributes) {
  std::vector<yaml::OutMember> members;
  for (const auto& [name, value] : attributes) members.emplace_back(name, value_out(value));
  return yaml::block(std::move(members));
}

// What stands in the spec of an Image and in an item of an ImageSet alike.
void add_wishes(const EntryDraft& entry, std::vector<yaml::OutMember>& to) {
  to.emplace_back("select", yaml::compact(entry.select));
  if (entry.optional) to.emplace_back("optional", yaml::bare("true"));
  if (!entry.attributes.empty()) to.emplace_back("attributes", attributes_out(entry.attributes));
}

std::string document(std::string_view kind, const std::string& name, std::vector<yaml::OutMember> spec) {
  return yaml::to_yaml(yaml::block({{"apiVersion", yaml::bare("retouch/v1")},
                                    {"kind", yaml::bare(std::string(kind))},
                                    {"metadata", yaml::compact({{"name", yaml::text(name)}})},
                                    {"spec", yaml::block(std::move(spec))}}));
}

// NUL stands in no YAML text, whatever the cloud's table allows.
bool is_writable(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return yaml::is_writable(*text);
  if (const auto* list = std::get_if<List>(&value)) return std::ranges::all_of(*list, yaml::is_writable);
  const auto* map = std::get_if<Map>(&value);
  return map == nullptr || std::ranges::all_of(*map, [](const auto& item) {
           const auto* text = std::get_if<std::string>(&item.second);
           return yaml::is_writable(item.first) && (text == nullptr || yaml::is_writable(*text));
         });
}

}  // namespace

std::string image_manifest(const EntryDraft& entry, const std::vector<std::string>& clouds) {
  std::vector<yaml::OutMember> spec{{"clouds", yaml::texts(clouds)}};
  add_wishes(entry, spec);
  return document("Image", entry.name, std::move(spec));
}

std::string image_set_manifest(const SetDraft& set) {
  std::vector<yaml::OutMember> spec{{"clouds", yaml::texts(set.clouds)}};
  if (!set.defaults.empty()) {
    spec.emplace_back("defaults", yaml::block({{"attributes", attributes_out(set.defaults)}}));
  }
  yaml::Out images{.kind = yaml::Out::Kind::list};
  for (const EntryDraft& entry : set.images) {
    std::vector<yaml::OutMember> item{{"name", yaml::text(entry.name)}};
    add_wishes(entry, item);
    images.items.push_back(yaml::block(std::move(item)));
  }
  spec.emplace_back("images", std::move(images));
  return document("ImageSet", set.name, std::move(spec));
}

std::vector<std::string> manifest_faults(const AttributeTable& table, const std::string& name, const Value& value) {
  const auto attribute = table.find(name);
  if (!attribute) return {fmt::format("{} has no attribute `{}`", table.provider(), name)};
  if (!yaml::is_writable(name)) return {fmt::format("`{}` is no name that a manifest can hold", name)};
  if (const auto fault = manifest::key_fault(name); !fault.empty()) return {fmt::format("`{}` {}", name, fault)};
  if (!table.find_known(name) && !table.valid_extension_name(name)) {
    return {fmt::format("`{}`: names must be {}", name, table.extension_name_rule())};
  }
  if (!is_writable(value)) return {fmt::format("`{}` holds what no manifest can: NUL, or not UTF-8", name)};
  return violations(*attribute, value);
}

}  // namespace retouch::core
