#include "retouch/cli/scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "names.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

using Names = std::set<std::string>;

std::pair<std::string, std::string> name_and_value(const std::string& text) {
  const auto equals = text.find('=');
  return {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
}

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_match(glob, name); });
}

bool has_label(const core::DesiredEntry& entry, const std::string& label) {
  const auto [name, value] = name_and_value(label);
  const auto it = entry.labels.find(name);
  return it != entry.labels.end() && it->second == value;
}

bool wants(const ScopeOptions& options, const core::DesiredEntry& entry) {
  return (options.entries.empty() || matches_any(options.entries, entry.name)) &&
         std::ranges::all_of(options.labels, [&](const std::string& label) { return has_label(entry, label); });
}

bool meets(const core::Image& image, const std::string& condition, const core::AttributeTable& table) {
  const auto [name, value] = name_and_value(condition);
  core::Selector selector{.any_owner = true};
  if (name == "id") {
    selector.ids = {value};
  } else {
    selector.criteria = {{.attribute = table.canonical(name), .any_of = {value}}};
  }
  return selector.matches(image);
}

// "; did you mean `x`?; there are: a, b"
std::string guess_among(const std::string& word, const Names& there) {
  constexpr std::size_t shown = 8;
  const std::vector<std::string> known(there.begin(), there.end());
  std::string out;
  if (const std::string near = did_you_mean(word, known); !near.empty()) out += "; " + near;
  if (known.empty()) return out;
  out += out.empty() ? "; there " : " There ";
  out += known.size() == 1 ? "is: " : "are: ";
  for (std::size_t i = 0; i < known.size() && i < shown; ++i) out += (i == 0 ? "" : ", ") + printable(known[i], 80);
  if (known.size() > shown) out += fmt::format(" and {} more", known.size() - shown);
  return out;
}

Result<void> check_label(const std::string& label, const std::vector<const core::DesiredEntry*>& entries) {
  if (std::ranges::any_of(entries, [&](const auto* entry) { return has_label(*entry, label); })) return {};
  const auto [name, value] = name_and_value(label);
  Names names;
  Names values;
  for (const core::DesiredEntry* entry : entries) {
    for (const auto& [known, of_it] : entry->labels) {
      names.insert(known);
      if (known == name) values.insert(of_it);
    }
  }
  if (values.empty()) return slip("no entry has a label `" + name + "` (-l " + label + ")" + guess_among(name, names));
  return slip("no entry has the label " + label + " (-l)" + guess_among(value, values));
}

// One image's values of an attribute, as --where would name them.
void add_values(const core::Image& image, const std::string& attribute, Names& to) {
  constexpr std::size_t enough = 1000;  // for a guess
  if (to.size() >= enough) return;
  const core::Value value = image.get(attribute);
  if (const auto* text = std::get_if<std::string>(&value)) {
    to.insert(*text);
  } else if (const auto* list = std::get_if<core::List>(&value)) {
    to.insert(list->begin(), list->end());
  } else if (!core::is_absent(value)) {
    to.insert(core::to_text(value));
  }
}

}  // namespace

Result<std::vector<const config::Cloud*>> select_clouds(const config::Settings& settings,
                                                        const std::vector<std::string>& globs) {
  std::vector<const config::Cloud*> selected;
  std::vector<std::string> names;
  for (const config::Cloud& cloud : settings.clouds) {
    names.push_back(cloud.name);
    if (globs.empty() || matches_any(globs, cloud.name)) selected.push_back(&cloud);
  }
  for (const std::string& glob : globs) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return glob_match(glob, name); })) continue;
    const std::string near = did_you_mean(glob, names);
    return slip("no configured cloud matches --cloud " + glob + (near.empty() ? "" : "; " + near) +
                "; there are: " + join(names, ", "));
  }
  if (!selected.empty()) return selected;
  return fail(Errc::invalid_input, settings.file + " configures no cloud; add one below `clouds:`");
}

reconcile::Scope make_scope(const ScopeOptions& options, const core::AttributeTable& table,
                            const std::set<std::string>& forced) {
  reconcile::Scope scope{.forced = forced};
  if (!options.entries.empty() || !options.labels.empty()) {
    scope.entry = [options](const core::DesiredEntry& entry) { return wants(options, entry); };
  }
  if (!options.where.empty()) {
    scope.image = [options, table](const core::Image& image) {
      return std::ranges::all_of(options.where, [&](const auto& condition) { return meets(image, condition, table); });
    };
  }
  return scope;
}

Result<void> check_scope(const ScopeOptions& options, const reconcile::DesiredState& desired) {
  std::vector<const core::DesiredEntry*> entries;
  Names names;
  for (const auto& [cloud, of_cloud] : desired.entries) {
    if (!options.clouds.empty() && !matches_any(options.clouds, cloud)) continue;
    for (const core::DesiredEntry& entry : of_cloud) {
      entries.push_back(&entry);
      names.insert(entry.name);
    }
  }
  const std::string where = options.clouds.empty() ? "" : " on the clouds of --cloud";
  for (const std::string& glob : options.entries) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return glob_match(glob, name); })) continue;
    const std::string near = did_you_mean(glob, std::vector<std::string>(names.begin(), names.end()));
    return slip("no entry" + where + " matches --entry " + glob + (near.empty() ? "" : "; " + near));
  }
  for (const std::string& label : options.labels) RETOUCH_CHECK(check_label(label, entries));
  // (A glob alone matched some entry above.)
  if (!options.labels.empty() &&
      std::ranges::none_of(entries, [&](const auto* entry) { return wants(options, *entry); })) {
    return slip("no entry" + where + " matches all of --entry and -l at once, though each of them matches some");
  }
  return {};
}

Result<void> check_where(const ScopeOptions& options, std::span<const reconcile::CloudPass> clouds) {
  std::int64_t left_out = 0;
  for (const reconcile::CloudPass& pass : clouds) {
    if (!pass.planned || pass.planned->plan.images_matched > 0) return {};
    left_out += pass.planned->plan.images_left_out;
  }
  if (left_out == 0) return {};  // the entries select nothing, whatever --where says
  WhereFilter filter(options.where);
  for (const reconcile::CloudPass& pass : clouds) {
    for (const core::Image& image : pass.planned->selection->images()) filter.wants(image, pass.table);
  }
  RETOUCH_CHECK(filter.check("image that the entries select"));
  return slip("no image that the entries select meets all of --where (and --entry, -l) at once: " +
              join(options.where, ", "));
}

bool WhereFilter::wants(const core::Image& image, const core::AttributeTable& table) {
  bool all = true;
  for (Condition& condition : conditions_) {
    const bool met = meets(image, condition.text, table);
    condition.met = condition.met || met;
    all = all && met;
    if (any_) continue;  // nobody will ask for the nearest words
    add_values(image, table.canonical(name_and_value(condition.text).first), condition.values);
  }
  seen_ = true;
  any_ = any_ || all;
  if (any_) return all;
  for (const auto& [name, value] : image.attributes) attributes_.insert(name);
  for (const auto& alias : table.aliases()) {
    if (attributes_.contains(alias.name)) attributes_.insert(alias.portable);
  }
  return all;
}

Result<void> WhereFilter::check(const std::string& which) const {
  if (any_ || !seen_) return {};
  for (const auto& [condition, met, values] : conditions_) {
    if (met) continue;
    const auto [name, value] = name_and_value(condition);
    if (name == "id") return slip("no " + which + " has the id " + value + " (--where)");
    if (!values.empty()) return slip("no " + which + " has " + condition + " (--where)" + guess_among(value, values));
    const std::string near = did_you_mean(name, std::vector<std::string>(attributes_.begin(), attributes_.end()));
    return slip("no " + which + " has an attribute `" + name + "` (--where " + condition + ")" +
                (near.empty() ? "" : "; " + near));
  }
  std::vector<std::string> all;
  for (const Condition& condition : conditions_) all.push_back(condition.text);
  return slip("no " + which + " meets all of --where at once: " + join(all, ", "));
}

}  // namespace retouch::cli
