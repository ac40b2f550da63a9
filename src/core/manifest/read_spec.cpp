// The keys of a spec and what each one takes. One table: reading, unknown keys and the JSON Schema go by it.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "fields.hpp"
#include "retouch/base/printable.hpp"
#include "spec.hpp"

namespace retouch::core::manifest {
namespace {

constexpr std::string_view image_keys[] = {"clouds",      "select", "match",     "max",      "optional",
                                           "attributes",  "manage", "overrides", "priority", "unsupported",
                                           "absent_tags", "accept", "suspend"};
constexpr std::string_view item_keys[] = {"name",     "labels",      "clouds",      "select", "match",
                                          "max",      "optional",    "attributes",  "manage", "overrides",
                                          "priority", "unsupported", "absent_tags", "accept", "suspend"};
constexpr std::string_view override_keys[] = {"clouds",      "select",      "match",  "max",
                                              "optional",    "attributes",  "manage", "priority",
                                              "unsupported", "absent_tags", "accept", "suspend"};
constexpr std::string_view set_keys[] = {"clouds", "defaults", "images", "overrides"};

void read_clouds(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  const auto texts = read_texts(value, "clouds", diagnostics);
  std::vector<CloudPattern> patterns;
  if (!texts) {  // given, but nobody knows which: none, rather than "no `clouds`"
    spec.clouds = {std::move(patterns), value.place};
    return;
  }
  for (const auto& [text, place] : *texts) {
    const bool exclude = text.starts_with('!');
    patterns.push_back({exclude ? text.substr(1) : text, exclude, place});
    if (patterns.back().text.empty()) diagnostics.error(place, "`!` in `clouds` needs a name or a glob behind it");
  }
  if (std::ranges::all_of(patterns, &CloudPattern::exclude)) {
    diagnostics.error(value.place, "`clouds` only excludes, so it names no cloud", "begin with \"*\" for all clouds");
  }
  spec.clouds = {std::move(patterns), value.place};
}

void read_match(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  static constexpr std::array words{Word{"one", Match::one}, Word{"newest", Match::newest}, Word{"all", Match::all}};
  spec.match = read_word(value, "match", words, diagnostics);
}

void read_max(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  if (const auto max = read_integer(value, "max", 1, 1'000'000, diagnostics)) spec.max = {*max, value.place};
}

bool is_scalar_or_null(const yaml::Value& value) {
  return value.kind == yaml::Kind::scalar || value.kind == yaml::Kind::null;
}

// No API nests deeper than a list of texts or a map of texts. False = a complaint was made.
bool check_shape(const yaml::Value& value, std::string_view name, Diagnostics& diagnostics) {
  bool good = true;
  for (const auto& item : value.items) {
    if (item.kind == yaml::Kind::scalar) continue;
    unexpected(item, name, "a list of texts", diagnostics);
    good = false;
  }
  for (const auto& [key, item] : value.members) {
    if (is_scalar_or_null(item)) continue;
    unexpected(item, name, "a map of keys and texts", diagnostics);
    good = false;
  }
  return good;
}

void read_attributes(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  if (!expect_mapping(value, "attributes", diagnostics)) return;
  for (const auto& [key, attribute] : value.members) {
    if (const auto fault = key_fault(key.text); !fault.empty()) {
      diagnostics.error(key.place, fmt::format("attribute `{}` {}", printable(key.text, 80), fault));
      continue;
    }
    const bool good = check_shape(attribute, key.text, diagnostics);
    spec.attributes.emplace(key.text, RawAttribute{attribute, key.place, !good});
  }
}

void read_absent_tags(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  spec.absent_tags = read_texts(value, "absent_tags", diagnostics);
}

void read_overrides(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  if (value.kind != yaml::Kind::sequence) return unexpected(value, "overrides", "a list", diagnostics);
  std::vector<Override> overrides;
  for (const auto& item : value.items) {
    if (!expect_mapping(item, "overrides", diagnostics)) continue;
    overrides.push_back({read_spec(item, Role::override_, diagnostics)});
    if (!item.find("clouds")) diagnostics.error(item.place, "an override needs `clouds`: where does it hold?");
  }
  spec.overrides = std::make_shared<const std::vector<Override>>(std::move(overrides));
}

void read_unsupported(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  static constexpr std::array words{Word{"error", false}, Word{"skip", true}};
  // What was meant is unknown: better one complaint too few than those that `skip` would have kept away.
  spec.skip_unsupported = read_word(value, "unsupported", words, diagnostics).value_or(true);
}

void read_suspend(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  if (const auto flag = value.as_bool()) {
    spec.suspend = {*flag, value.place};
  } else if (const auto until = value.kind == yaml::Kind::scalar ? parse_rfc3339(value.text) : std::nullopt) {
    spec.suspend = {*until, value.place};
  } else {
    unexpected(value, "suspend", "true, false or a time with offset (2026-12-24T18:00:00+01:00)", diagnostics);
  }
}

void read_accept(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  static constexpr std::string_view known[] = {"exposure"};
  if (value.kind == yaml::Kind::sequence && value.items.empty()) {  // an override that takes it back
    spec.accept.emplace();
    return;
  }
  const auto texts = read_texts(value, "accept", diagnostics);
  if (!texts) return;
  spec.accept.emplace();
  for (const auto& [text, place] : *texts) {
    if (std::ranges::find(known, text) == std::end(known)) {
      diagnostics.error(place, fmt::format("`accept` takes {}, got `{}`", list_words(known), printable(text, 80)),
                        did_you_mean(text, std::span<const std::string_view>(known)));
    }
    spec.accept->insert(text);
  }
}

void read_priority(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  spec.priority = read_integer(value, "priority", -1'000'000, 1'000'000, diagnostics);
}

void read_optional(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics) {
  spec.optional = read_bool(value, "optional", diagnostics);
}

struct Key {
  std::string_view name;
  void (*read)(const yaml::Value& value, Spec& spec, Diagnostics& diagnostics);
};

constexpr Key readers[] = {
    {"clouds", read_clouds},
    {"select", [](const yaml::Value& value, Spec& spec, Diagnostics& d) { spec.select = read_select(value, d); }},
    {"match", read_match},
    {"max", read_max},
    {"optional", read_optional},
    {"attributes", read_attributes},
    {"manage", [](const yaml::Value& value, Spec& spec, Diagnostics& d) { spec.manage = read_manage(value, d); }},
    {"overrides", read_overrides},
    {"priority", read_priority},
    {"unsupported", read_unsupported},
    {"absent_tags", read_absent_tags},
    {"accept", read_accept},
    {"suspend", read_suspend},
};

std::string_view name_of(Role role) {
  switch (role) {
    case Role::image:
      return "the spec of an Image";
    case Role::item:
      return "an item of `images`";
    case Role::defaults:
      return "`defaults`";
    case Role::override_:
      return "an override";
    case Role::set:
      return "the spec of an ImageSet";
  }
  return "?";
}

}  // namespace

std::span<const std::string_view> keys_of(Role role) {
  switch (role) {
    case Role::image:
    case Role::defaults:
      return image_keys;
    case Role::item:
      return item_keys;
    case Role::override_:
      return override_keys;
    case Role::set:
      return set_keys;
  }
  return {};
}

std::string key_fault(std::string_view name) {
  if (name.empty()) return "has an empty name";
  if (trim(name) != name) return "has blanks at an end of its name";
  if (utf8_length(name) > 255) return "has a name of more than 255 characters";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const bool c1 = byte == 0xC2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1) return "has a control character in its name";
  }
  return {};
}

Spec read_spec(const yaml::Value& value, Role role, Diagnostics& diagnostics) {
  const auto known = keys_of(role);
  check_keys(value, known, name_of(role), diagnostics);
  Spec spec;
  for (const auto& [key, member] : value.members) {
    if (std::ranges::find(known, key.text) == known.end()) continue;
    const auto reader = std::ranges::find(readers, key.text, &Key::name);
    if (reader != std::end(readers)) reader->read(member, spec, diagnostics);
  }
  return spec;
}

}  // namespace retouch::core::manifest
