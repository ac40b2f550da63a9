#include "retouch/core/attributes.hpp"

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::core {

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "text";
    case ValueType::integer:
      return "integer";
    case ValueType::boolean:
      return "boolean";
    case ValueType::list:
      return "list";
    case ValueType::map:
      return "map";
  }
  return "?";
}

AttributeTable::AttributeTable(std::string provider, std::vector<Attribute> known, std::optional<Attribute> extension,
                               std::vector<std::string> platform_patterns, std::vector<Alias> aliases,
                               bool (*valid_extension_name)(std::string_view), std::string extension_name_rule)
    : provider_(std::move(provider)),
      known_(std::move(known)),
      extension_(std::move(extension)),
      platform_patterns_(std::move(platform_patterns)),
      aliases_(std::move(aliases)),
      valid_name_(valid_extension_name),
      extension_name_rule_(std::move(extension_name_rule)) {
  std::ranges::sort(known_, {}, &Attribute::name);  // found by binary search
}

std::string AttributeTable::canonical(std::string_view name) const {
  const auto alias = std::ranges::find(aliases_, name, &Alias::portable);
  return alias == aliases_.end() ? std::string(name) : alias->name;
}

const Attribute* AttributeTable::find_known(std::string_view name) const {
  const auto at = std::ranges::lower_bound(known_, name, {}, &Attribute::name);
  return at != known_.end() && at->name == name ? &*at : nullptr;
}

std::optional<Attribute> AttributeTable::find(std::string_view name) const {
  if (const auto* known = find_known(name)) return *known;
  if (!extension_) return std::nullopt;
  auto rule = *extension_;
  rule.name = std::string(name);
  return rule;
}

bool AttributeTable::is_platform(std::string_view name) const {
  if (const auto* known = find_known(name); known && !known->writable) return true;
  return std::ranges::any_of(platform_patterns_, [&](const auto& pattern) { return glob_match(pattern, name); });
}

void AttributeTable::close(const std::string& reason) {
  closed_ = reason;
  for (auto& attribute : known_) {
    if (!attribute.writable) attribute.fixed = reason;
  }
}

void AttributeTable::correct(const AttributeCorrection& correction) {
  auto at = std::ranges::lower_bound(known_, correction.name, {}, &Attribute::name);
  if (at == known_.end() || at->name != correction.name) {
    Attribute fresh = extension_.value_or(Attribute{});
    fresh.name = correction.name;
    fresh.description = "Known from the configuration";
    fresh.source = "configuration of this cloud";
    fresh.fixed = closed_;
    at = known_.insert(at, std::move(fresh));
  }
  if (correction.type && *correction.type != at->type) {
    // The rules of the old type say nothing about the new one.
    at->type = *correction.type;
    at->allowed.clear();
    at->min_length = at->max_length = at->max_items = at->max_key_length = 0;
    at->valid_text = nullptr;
    at->text_rule.clear();
    at->empty_is_absent = false;
    at->absent_means.reset();
    at->compare = Compare::exact;
  }
  if (correction.writable) at->writable = *correction.writable;
  if (!at->fixed.empty()) at->writable = false;
  if (correction.allowed) at->allowed = *correction.allowed;
  if (correction.max_length) at->max_length = *correction.max_length;
  if (correction.empty_is_absent) at->empty_is_absent = *correction.empty_is_absent;
}

}  // namespace retouch::core
