// A manifest as it was written, read into types but not yet merged or looked at with a cloud's eyes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/time.hpp"
#include "retouch/base/yaml.hpp"
#include "retouch/core/desired.hpp"
#include "retouch/core/manifest.hpp"

namespace retouch::core::manifest {

// A value and where it stands.
template <class T>
struct Given {
  T value;
  Place place;
};

// A name or glob of clouds; `exclude` = it was written with `!`.
struct CloudPattern {
  std::string text;
  bool exclude = false;
  Place place;
};

struct RawAttribute {
  yaml::Value value;
  Place place;          // of the key
  bool broken = false;  // a complaint about its value was made
};

struct Condition {
  std::vector<std::string> any_of;
  bool or_absent = false;
  Place place;
};

struct OwnerChoice {
  bool any = false;
  std::vector<std::string> ids;  // empty and not any = self
};

// Every member that is empty was not given: that is what merging goes by.
struct SelectSpec {
  std::optional<Place> place;
  std::vector<std::string> ids;
  std::vector<std::string> tags;
  std::optional<OwnerChoice> owner;
  std::map<std::string, Condition, std::less<>> conditions;  // by attribute, as written
  bool broken = false;                                       // a complaint was made, so something may be missing
};

struct ManageSpec {
  std::optional<Given<Manage>> properties, tags, acl;
  std::optional<bool> remove_on_removal;
  std::optional<std::vector<Given<std::string>>> ignore;
  std::map<std::string, Given<FieldMode>, std::less<>> fields;
};

struct Override;

struct Spec {
  std::optional<Given<std::vector<CloudPattern>>> clouds;
  SelectSpec select;
  std::optional<Match> match;
  std::optional<Given<std::int64_t>> max;
  std::map<std::string, RawAttribute, std::less<>> attributes;  // as written
  std::optional<std::vector<Given<std::string>>> absent_tags;
  ManageSpec manage;
  std::shared_ptr<const std::vector<Override>> overrides;
  std::optional<bool> optional;
  std::optional<bool> skip_unsupported;
  std::optional<std::int64_t> priority;
  std::optional<Given<std::variant<bool, Wall>>> suspend;  // until
  std::optional<std::set<std::string>> accept;
};

struct Override {
  Spec spec;  // its `clouds` say where it holds
};

// What the items of an ImageSet have in common.
struct SharedSpec {
  Spec base;  // `clouds`, then `defaults`
  std::shared_ptr<const std::vector<Override>> overrides;
};

struct Entry {
  std::string name;
  std::string source;
  std::map<std::string, std::string> labels;
  Place place;
  std::shared_ptr<const SharedSpec> shared;  // null for an Image
  Spec own;
  bool broken = false;  // a complaint was made: it is looked at for more of them, and comes to no cloud
};

// Where a spec stands, which says the keys that it may hold.
enum class Role { image, item, defaults, override_, set };
std::span<const std::string_view> keys_of(Role role);
inline constexpr std::string_view name_pattern = "^[a-z0-9._-]{1,253}$";

// `value` must be a mapping. Keys that are not of a spec are left to the caller, who named them in keys_of().
Spec read_spec(const yaml::Value& value, Role role, Diagnostics& diagnostics);
SelectSpec read_select(const yaml::Value& value, Diagnostics& diagnostics);
ManageSpec read_manage(const yaml::Value& value, Diagnostics& diagnostics);
std::span<const std::string_view> manage_keys();
// Why no API takes this as an attribute's name; empty = one might.
std::string key_fault(std::string_view name);

// `over` wins: attribute by attribute, maps merge by key, lists and scalars replace. `clouds` and `overrides`, too.
void merge(Spec& base, const Spec& over);

}  // namespace retouch::core::manifest

namespace retouch::core {

struct Manifests::Content {
  std::vector<manifest::Entry> entries;
  std::vector<manifest::Entry> nameless;  // without a name of their own: broken, too
};

}  // namespace retouch::core
