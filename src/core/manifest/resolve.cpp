#include "resolve.hpp"

#include <algorithm>
#include <set>

#include "retouch/base/text.hpp"

namespace retouch::core {

using namespace manifest;

namespace {

// Hands a complaint on once: the items of an ImageSet share their defaults' mistakes.
class Reporter {
 public:
  explicit Reporter(Diagnostics& to) : to_(to) {}
  void report(const Diagnostics& from) {
    for (const auto& item : from.items()) {
      if (!seen_.insert(item).second) continue;
      if (item.severity == Severity::error) {
        to_.error(item.place, item.message, item.hint);
      } else {
        to_.warning(item.place, item.message, item.hint);
      }
    }
  }

 private:
  Diagnostics& to_;
  std::set<Diagnostic> seen_;
};

bool is_suspended(const Spec& spec, Wall now) {
  if (!spec.suspend) return false;
  if (const auto* flag = std::get_if<bool>(&spec.suspend->value)) return *flag;
  return now < std::get<Wall>(spec.suspend->value);
}

void warn_of_ended_suspension(const Spec& spec, Wall now, Diagnostics& diagnostics) {
  if (!spec.suspend || is_suspended(spec, now)) return;
  const auto* until = std::get_if<Wall>(&spec.suspend->value);
  if (until == nullptr) return;
  diagnostics.warning(spec.suspend->place,
                      "the suspension ended at " + format_rfc3339(*until) + ", so this is in force",
                      "`suspend` can be removed");
}

void check_max(const DesiredEntry& entry, const Spec& spec, Complaints& complaints) {
  if (complaints.incomplete()) return;
  for (const auto& mode : {spec.manage.properties, spec.manage.tags, spec.manage.acl}) {
    if (mode && mode->value == Manage::exact && entry.match == Match::all && !entry.max) {
      complaints.error(mode->place, "`exact` with `match: all` needs `max: N`: at most how many images may it strip?");
    }
  }
  if (spec.max && entry.match != Match::all) {
    complaints.warning(spec.max->place, "`max` has no effect without `match: all`");
  }
}

DesiredEntry build(const Entry& entry, const Spec& spec, const AttributeTable& table, Wall now,
                   Complaints& complaints) {
  DesiredEntry out{.name = entry.name, .labels = entry.labels, .source = entry.source, .place = entry.place};
  out.select = resolve_select(spec.select, table, entry.place, complaints);
  out.match = spec.match.value_or(Match::one);
  if (spec.max) out.max = spec.max->value;
  out.optional = spec.optional.value_or(false);
  out.priority = static_cast<int>(spec.priority.value_or(0));
  out.suspended = is_suspended(spec, now);
  out.accept = spec.accept.value_or(std::set<std::string>{});
  out.manage = resolve_manage(spec.manage, table);
  out.fields = resolve_fields(spec, out.manage, table, complaints);
  check_max(out, spec, complaints);
  check_still_matches(out, spec, table, complaints);
  return out;
}

class Resolver {
 public:
  Resolver(std::span<const CloudShape> clouds, std::span<const std::string> other_clouds, Wall now,
           Diagnostics& diagnostics)
      : clouds_(clouds), other_clouds_(other_clouds), now_(now), reporter_(diagnostics), out_(clouds.size()) {
    for (std::size_t i = 0; i < clouds.size(); ++i) {
      names_.push_back(clouds[i].name);
      out_[i].cloud = clouds[i].name;
    }
  }

  void add(const Entry& entry) {
    Spec base = entry.shared ? entry.shared->base : Spec{};
    merge(base, entry.own);
    Diagnostics said;
    check(base.clouds, said);
    for (const auto* overrides : lists(entry, base)) {
      for (const auto& each : *overrides) check(each.spec.clouds, said);
    }

    Complaints complaints(entry.broken);
    const auto probably = meant(base);
    for (std::size_t i = 0; i < clouds_.size(); ++i) {
      const bool included = base.clouds && includes(base.clouds->value, names_[i]);
      if (!included && names_[i] != probably) continue;
      complaints.begin_cloud(names_[i]);
      const auto spec = with_overrides(base, lists(entry, base), names_[i]);
      warn_of_ended_suspension(spec, now_, said);
      auto desired = build(entry, spec, *clouds_[i].table, now_, complaints);
      if (included && !complaints.has_errors() && !entry.broken) out_[i].entries.push_back(std::move(desired));
    }
    complaints.flush(said);
    reporter_.report(said);
  }

  std::vector<CloudEntries> take() {
    for (auto& cloud : out_) std::ranges::sort(cloud.entries, {}, &DesiredEntry::name);
    return std::move(out_);
  }

 private:
  using Overrides = std::vector<Override>;

  void check(const std::optional<Given<std::vector<CloudPattern>>>& patterns, Diagnostics& diagnostics) {
    // Shared by thousands of items: looked at once.
    if (patterns && checked_.insert(patterns->place).second) {
      check_patterns(patterns->value, names_, other_clouds_, diagnostics);
    }
  }

  // Of an entry whose every cloud is mistyped: the cloud by which its other mistakes are found in the same run.
  std::optional<std::string> meant(const Spec& base) const {
    if (!base.clouds || std::ranges::any_of(names_, [&](const auto& n) { return includes(base.clouds->value, n); }))
      return std::nullopt;
    for (const auto& pattern : base.clouds->value) {
      const bool slip = !pattern.exclude && pattern.text.find_first_of("*?") == std::string::npos &&
                        std::ranges::find(other_clouds_, pattern.text) == other_clouds_.end();
      if (!slip) continue;
      if (auto near = nearest(pattern.text, names_)) return near;
    }
    return std::nullopt;
  }

  // In the order in which they hold: those of the set, then those of the image (or else of the defaults).
  static std::vector<const Overrides*> lists(const Entry& entry, const Spec& base) {
    std::vector<const Overrides*> out;
    if (entry.shared && entry.shared->overrides) out.push_back(entry.shared->overrides.get());
    if (base.overrides) out.push_back(base.overrides.get());
    return out;
  }

  static Spec with_overrides(const Spec& base, const std::vector<const Overrides*>& lists, const std::string& cloud) {
    Spec spec = base;
    for (const auto* overrides : lists) {
      for (const auto& each : *overrides) {
        if (each.spec.clouds && includes(each.spec.clouds->value, cloud)) merge(spec, each.spec);
      }
    }
    return spec;
  }

  std::span<const CloudShape> clouds_;
  std::span<const std::string> other_clouds_;
  Wall now_;
  Reporter reporter_;
  std::vector<CloudEntries> out_;
  std::vector<std::string> names_;
  std::set<Place> checked_;
};

}  // namespace

std::vector<CloudEntries> resolve(const Manifests& manifests, std::span<const CloudShape> clouds,
                                  std::span<const std::string> other_clouds, Wall now, Diagnostics& diagnostics) {
  Resolver resolver(clouds, other_clouds, now, diagnostics);
  for (const auto& entry : manifests.content().entries) resolver.add(entry);
  for (const auto& entry : manifests.content().nameless) resolver.add(entry);
  return resolver.take();
}

}  // namespace retouch::core
