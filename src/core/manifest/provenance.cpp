#include "retouch/core/provenance.hpp"

#include <algorithm>

#include "resolve.hpp"

namespace retouch::core {

namespace {

using namespace manifest;

std::string text_of(const yaml::Value& value) {
  switch (value.kind) {
    case yaml::Kind::null:
      return "null";
    case yaml::Kind::scalar:
      return value.plain ? value.text : '"' + value.text + '"';
    case yaml::Kind::sequence:
    case yaml::Kind::mapping:
      break;
  }
  std::string out;
  for (const auto& item : value.items) out += (out.empty() ? "" : ", ") + text_of(item);
  if (value.kind == yaml::Kind::sequence) return "[" + out + "]";
  for (const auto& [key, item] : value.members) out += (out.empty() ? "" : ", ") + text_of(key) + ": " + text_of(item);
  return "{" + out + "}";
}

// Collects layer by layer, in the order of merge() in resolve.cpp.
class Collector {
 public:
  Collector(const AttributeTable& table, const std::string& cloud) : table_(table), cloud_(cloud) {}

  void layer(const Spec& spec, Setting::In in, int number = 0) {
    for (const auto& [name, attribute] : spec.attributes) {
      const bool mapping = attribute.value.kind == yaml::Kind::mapping;
      add(table_.canonical(name), mapping,
          {.in = in, .number = number, .place = attribute.place, .says = text_of(attribute.value)});
    }
    if (!spec.absent_tags || spec.absent_tags->empty()) return;
    std::string items;
    for (const auto& tag : *spec.absent_tags) items += (items.empty() ? "" : ", ") + tag.value;
    auto& settings = found_["tags"];
    for (Setting& each : settings) each.in_force = each.in_force && !each.says.starts_with(absent_tags);
    settings.push_back({.in = in,
                        .number = number,
                        .place = spec.absent_tags->front().place,
                        .says = std::string(absent_tags) + "[" + items + "]"});
  }

  void overrides(const std::vector<Override>* list) {
    if (list == nullptr) return;
    int number = 0;
    for (const Override& each : *list) {
      ++number;
      if (each.spec.clouds && includes(each.spec.clouds->value, cloud_)) {
        layer(each.spec, Setting::In::overrides, number);
      }
    }
  }

  Provenance take() { return std::move(found_); }

 private:
  static constexpr std::string_view absent_tags = "absent_tags ";

  void add(const std::string& name, bool mapping, Setting setting) {
    auto& settings = found_[name];
    const bool merges = mapping && mappings_.contains(name);
    for (Setting& each : settings) each.in_force = each.in_force && (merges || each.says.starts_with(absent_tags));
    settings.push_back(std::move(setting));
    if (mapping) {
      mappings_.insert(name);
    } else {
      mappings_.erase(name);
    }
  }

  const AttributeTable& table_;
  const std::string& cloud_;
  Provenance found_;
  std::set<std::string> mappings_;  // fields whose value so far is a mapping, into which another merges
};

}  // namespace

std::string to_string(const Setting& setting) {
  switch (setting.in) {
    case Setting::In::defaults:
      return "defaults";
    case Setting::In::image:
      return "the image's attributes";
    case Setting::In::overrides:
      return "overrides[" + std::to_string(setting.number) + "]";
  }
  return "?";
}

Provenance provenance(const Manifests& manifests, std::string_view name, const std::string& cloud,
                      const AttributeTable& table) {
  const auto& entries = manifests.content().entries;
  const auto entry = std::ranges::find(entries, name, &Entry::name);
  if (entry == entries.end()) return {};
  Collector collector(table, cloud);
  if (entry->shared) collector.layer(entry->shared->base, Setting::In::defaults);
  collector.layer(entry->own, Setting::In::image);
  if (entry->shared) collector.overrides(entry->shared->overrides.get());
  const bool of_image = entry->own.overrides != nullptr;
  collector.overrides(of_image        ? entry->own.overrides.get()
                      : entry->shared ? entry->shared->base.overrides.get()
                                      : nullptr);
  return collector.take();
}

}  // namespace retouch::core
