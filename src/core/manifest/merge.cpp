#include <algorithm>

#include "spec.hpp"

namespace retouch::core::manifest {
namespace {

template <class T>
void replace(std::optional<T>& base, const std::optional<T>& over) {
  if (over) base = over;
}

void merge(SelectSpec& base, const SelectSpec& over) {
  replace(base.place, over.place);
  if (!over.ids.empty()) base.ids = over.ids;
  if (!over.tags.empty()) base.tags = over.tags;
  replace(base.owner, over.owner);
  for (const auto& [name, condition] : over.conditions) base.conditions.insert_or_assign(name, condition);
  base.broken = base.broken || over.broken;
}

void merge(ManageSpec& base, const ManageSpec& over) {
  replace(base.properties, over.properties);
  replace(base.tags, over.tags);
  replace(base.acl, over.acl);
  replace(base.remove_on_removal, over.remove_on_removal);
  replace(base.ignore, over.ignore);
  for (const auto& [name, mode] : over.fields) base.fields.insert_or_assign(name, mode);
}

void merge(RawAttribute& base, const RawAttribute& over) {
  base.place = over.place;
  if (base.value.kind != yaml::Kind::mapping || over.value.kind != yaml::Kind::mapping) {
    base.value = over.value;
    base.broken = over.broken;
    return;
  }
  base.broken = base.broken || over.broken;
  for (const auto& member : over.value.members) {
    const auto same_key = [&](const yaml::Member& each) { return each.first.text == member.first.text; };
    const auto found = std::ranges::find_if(base.value.members, same_key);
    if (found == base.value.members.end()) {
      base.value.members.push_back(member);
    } else {
      *found = member;
    }
  }
}

}  // namespace

void merge(Spec& base, const Spec& over) {
  replace(base.clouds, over.clouds);
  merge(base.select, over.select);
  replace(base.match, over.match);
  replace(base.max, over.max);
  for (const auto& [name, attribute] : over.attributes) {
    const auto [at, fresh] = base.attributes.try_emplace(name, attribute);
    if (!fresh) merge(at->second, attribute);
  }
  replace(base.absent_tags, over.absent_tags);
  merge(base.manage, over.manage);
  if (over.overrides) base.overrides = over.overrides;
  replace(base.optional, over.optional);
  replace(base.skip_unsupported, over.skip_unsupported);
  replace(base.priority, over.priority);
  replace(base.suspend, over.suspend);
  replace(base.accept, over.accept);
}

}  // namespace retouch::core::manifest
