// `attributes`, `absent_tags` and `manage` with a cloud's eyes: aliases, types, and what its API can write.
#include <fmt/format.h>

#include <algorithm>

#include "resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core::manifest {
namespace {

std::vector<std::string> writable_names(const AttributeTable& table) {
  std::vector<std::string> out;
  for (const auto& attribute : table.known()) {
    if (attribute.writable) out.push_back(attribute.name);
  }
  return out;
}

class FieldResolver {
 public:
  FieldResolver(const Spec& spec, const ManageRules& manage, const AttributeTable& table, Complaints& complaints)
      : spec_(spec), manage_(manage), table_(table), complaints_(complaints) {}

  std::vector<DesiredField> run() {
    for (const auto& [name, raw] : spec_.attributes) add(name, raw);
    add_absent_tags();
    std::ranges::sort(fields_, {}, &DesiredField::name);
    check_case();
    check_exclusive();
    check_exact_tags();
    apply_modes();
    return std::move(fields_);
  }

 private:
  bool skips() const { return spec_.skip_unsupported.value_or(false); }

  void add(const std::string& written, const RawAttribute& raw) {
    const auto name = table_.canonical(written);
    if (const auto* other = find(name)) {
      complaints_.error(raw.place, fmt::format("`{}` is the same attribute as the one at {}; give one of them",
                                               printable(written, longest_quote), printable(to_string(other->place))));
      return;
    }
    const auto attribute = writable(name, written, raw);
    if (!attribute || raw.broken) return;
    DesiredField field{.name = name, .place = raw.place};
    if (!read_value(*attribute, raw.value, field, complaints_)) return;
    const bool is_collection = attribute->type == ValueType::list || attribute->type == ValueType::map;
    // An empty list is not nothing: under `listed` it ensures no item, under `exact` it removes all.
    if (!is_collection) field.value = normalized(*attribute, std::move(field.value));
    for (auto& message : violations(*attribute, field.value)) complaints_.error(raw.place, std::move(message));
    warn_of_rewriting(*attribute, raw.value, complaints_);
    fields_.push_back(std::move(field));
  }

  // The rule for `name`, or a complaint, or (unsupported: skip) neither.
  std::optional<Attribute> writable(const std::string& name, const std::string& written, const RawAttribute& raw) {
    auto attribute = table_.find(name);
    std::string message, hint;
    if (!attribute) {
      message = fmt::format("{} has no attribute `{}`", table_.provider(), printable(written, longest_quote));
      hint = did_you_mean(written, writable_names(table_));
    } else if (!attribute->writable) {
      message = violations(*attribute, Absent{}).front();
    } else if (!table_.find_known(name) && !table_.valid_extension_name(name)) {
      message = fmt::format("{} takes no attribute named `{}`: {}", table_.provider(),
                            printable(written, longest_quote), table_.extension_name_rule());
    } else if (raw.value.is_null() && attribute->clear == Clear::impossible) {
      message = violations(*attribute, Absent{}).front();
      hint = "or say `unsupported: skip`";
    } else {
      return attribute;
    }
    if (!skips()) {
      if (hint.empty()) hint = "move it to an override for clouds that have it, or say `unsupported: skip`";
      complaints_.error(raw.place, std::move(message), std::move(hint));
    }
    return std::nullopt;
  }

  void add_absent_tags() {
    if (!spec_.absent_tags || spec_.absent_tags->empty()) return;
    const auto& place = spec_.absent_tags->front().place;
    const auto attribute = table_.find("tags");
    const bool usable =
        attribute && attribute->writable && (attribute->type == ValueType::list || attribute->type == ValueType::map);
    if (!usable) {
      if (!skips()) complaints_.error(place, fmt::format("{} has no tags that could be removed", table_.provider()));
      return;
    }
    auto* field = find("tags");
    if (!field) {
      fields_.push_back(
          {.name = "tags", .value = attribute->type == ValueType::list ? Value{List{}} : Value{Map{}}, .place = place});
      field = &fields_.back();
    }
    if (is_absent(field->value)) return;  // `tags: null` removes them all
    for (const auto& [tag, where] : *spec_.absent_tags) {
      if (holds(field->value, tag)) {
        complaints_.error(
            where, fmt::format("the tag `{}` stands in `tags` and in `absent_tags`", printable(tag, longest_quote)));
      }
      field->absent_items.push_back(tag);
    }
    field->absent_items = make_list(std::move(field->absent_items));
  }

  static bool holds(const Value& value, const std::string& item) {
    if (const auto* list = std::get_if<List>(&value)) return std::ranges::binary_search(*list, item);
    const auto* map = std::get_if<Map>(&value);
    return map && map->contains(item);
  }

  // Databases that compare without case take two such names for one.
  void check_case() {
    std::map<std::string, const DesiredField*> by_lower;
    for (const auto& field : fields_) {
      const auto [at, fresh] = by_lower.try_emplace(to_lower(field.name), &field);
      if (fresh) continue;
      complaints_.error(
          field.place,
          fmt::format("`{}` differs only in case from `{}` at {}", printable(field.name, longest_quote),
                      printable(at->second->name, longest_quote), printable(to_string(at->second->place))));
    }
  }

  void check_exclusive() {
    for (const auto& field : fields_) {
      if (is_absent(field.value)) continue;
      const auto attribute = table_.find(field.name);
      for (const auto& name : attribute->excludes) {
        const auto* other = find(name);
        if (!other || is_absent(other->value) || other->name < field.name) continue;  // said once
        complaints_.error(other->place, fmt::format("`{}` and `{}` ({}) exclude each other", other->name, field.name,
                                                    printable(to_string(field.place))));
      }
    }
  }

  bool is_map(std::string_view name) const {
    const auto attribute = table_.find(name);
    return attribute && attribute->type == ValueType::map;
  }

  void check_exact_tags() {
    const auto check = [&](const std::optional<Given<Manage>>& mode, std::string_view name) {
      if (!mode || mode->value != Manage::exact || spec_.attributes.contains(name) || complaints_.incomplete()) return;
      complaints_.error(mode->place, fmt::format("`manage.{}: exact`, but `attributes` lists no `{}`", name, name),
                        fmt::format("`{}: {}` removes them all", name, is_map(name) ? "{}" : "[]"));
    };
    check(spec_.manage.tags, "tags");
    check(spec_.manage.acl, "acl");
  }

  void apply_modes() {
    for (const auto& [written, mode] : spec_.manage.fields) {
      if (auto* field = find(table_.canonical(written))) {
        field->mode = mode.value;
      } else if (mode.value != FieldMode::ignore && !spec_.attributes.contains(written) && !complaints_.incomplete()) {
        complaints_.warning(mode.place,
                            fmt::format("`{}` is not among the attributes, so `manage.fields` has no effect "
                                        "on it",
                                        printable(written, longest_quote)));
      }
    }
    for (auto& field : fields_) {
      const auto matches = [&](const std::string& glob) { return glob_match(glob, field.name); };
      if (field.mode == FieldMode::ignore || std::ranges::none_of(manage_.ignore, matches)) continue;
      field.mode = FieldMode::ignore;
      complaints_.warning(field.place, fmt::format("`{}` is listed, but `manage.ignore` says that it is never touched",
                                                   printable(field.name, longest_quote)));
    }
  }

  DesiredField* find(std::string_view name) {
    const auto found = std::ranges::find(fields_, name, &DesiredField::name);
    return found == fields_.end() ? nullptr : &*found;
  }

  const Spec& spec_;
  const ManageRules& manage_;
  const AttributeTable& table_;
  Complaints& complaints_;
  std::vector<DesiredField> fields_;
};

}  // namespace

ManageRules resolve_manage(const ManageSpec& spec, const AttributeTable& table) {
  const auto mode = [](const std::optional<Given<Manage>>& given) { return given ? given->value : Manage::listed; };
  ManageRules out{.properties = mode(spec.properties),
                  .tags = mode(spec.tags),
                  .acl = mode(spec.acl),
                  .remove_on_removal = spec.remove_on_removal.value_or(false)};
  if (spec.ignore) {
    for (const auto& glob : *spec.ignore) out.ignore.push_back(table.canonical(glob.value));
  }
  // Here, too: `exact` must leave alone what is not listed.
  for (const auto& [name, given] : spec.fields) {
    if (given.value == FieldMode::ignore) out.ignore.push_back(table.canonical(name));
  }
  return out;
}

std::vector<DesiredField> resolve_fields(const Spec& spec, const ManageRules& manage, const AttributeTable& table,
                                         Complaints& complaints) {
  return FieldResolver(spec, manage, table, complaints).run();
}

}  // namespace retouch::core::manifest
