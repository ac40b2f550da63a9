#include "retouch/core/guards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "retouch/base/text.hpp"

namespace retouch::core {

namespace {

struct Size {
  std::set<std::string_view> images;
  std::int64_t removed = 0;
};

Size size_of(const CloudPlan& plan) {
  Size size;
  for (const ImageChange& change : plan.changes) {
    for (const FieldChange& field : change.fields) {
      if (field.action != Action::apply) continue;
      size.images.insert(change.image_id);
      if (field.op == Op::remove) ++size.removed;
    }
  }
  return size;
}

double percent_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

constexpr std::string_view first_part = ", or --limit N for a first part";

// `elsewise`: what to do instead of accepting the whole.
GuardVerdict verdict(std::string guard, double limit, double value, bool over, const std::set<std::string>& forced,
                     std::string cause, std::string_view elsewise = first_part) {
  GuardVerdict result{.guard = std::move(guard), .limit = limit, .value = value};
  if (!over) return result;
  const bool accepted = forced.contains(result.guard);
  result.refused = !accepted;
  result.detail = accepted ? cause + "; accepted by --force " + result.guard
                           : fmt::format("{}; if this is meant: --force {}{}", cause, result.guard, elsewise);
  return result;
}

// Measured by all managed images, were the plan narrowed to one of them: otherwise a hundred narrow plans would pass
// where one wide plan is refused. Images that this plan changes, with those that were changed in the last 24 hours.
// Small steps add up, so that ten harmless plans cannot rewrite what one may not; but only a plan that adds to the sum
// is refused for it: once a large change was accepted, the images that it touched may be corrected.
GuardVerdict changed_percent(const CloudPlan& plan, const Size& size, const GuardLimits& limits,
                             const std::set<std::string>& forced) {
  const std::set<std::string>& earlier = plan.notes.changed_lately;
  const auto fresh =
      std::ranges::count_if(size.images, [&](std::string_view image) { return !earlier.contains(std::string(image)); });
  const std::int64_t whole = std::max(plan.notes.managed, plan.images_matched);
  const std::int64_t now = std::ssize(size.images);
  const std::int64_t all = std::ssize(earlier) + fresh;
  const double percent = percent_of(all, whole);
  const bool by_itself = percent_of(now, whole) > limits.changed_percent;
  const bool over = by_itself || (fresh > 0 && percent > limits.changed_percent);
  std::string cause =
      fmt::format("{} of {} matched images would change ({:.0f} %)", now, whole, percent_of(now, whole));
  if (all > now) {
    cause +=
        fmt::format(", with {} more that were changed in the last 24 hours {} ({:.0f} %)", all - now, all, percent);
  }
  cause += fmt::format(", the limit is {:g} %; a first adoption counts as well", limits.changed_percent);
  // Where the day is over the limit, a part of the plan is refused like the whole.
  return verdict("changed_percent", limits.changed_percent, percent, whole >= limits.percent_from_images && over,
                 forced, cause, by_itself ? first_part : "");
}

// The worst of several sources or entries, and all that are over the limit.
struct Worst {
  double value = 0;
  std::vector<std::string> over{};
  void add(double percent, double limit, bool counts, std::string what) {
    if (!counts) return;
    value = std::max(value, percent);
    if (percent > limit) over.push_back(std::move(what));
  }
};

// Also when nothing would be sent: entries that have vanished are an alarm by themselves, and an image that nobody
// manages any more differs from nothing. A source that was not read now is not judged: it is taken out of the
// configuration, or --manifests put others in its place, which is somebody's word, and writes nothing.
GuardVerdict shrink_percent(const CloudPlan& plan, const GuardLimits& limits, const std::set<std::string>& forced,
                            const Memory* memory) {
  Worst worst;
  if (memory != nullptr) {
    for (const auto& [source, most] : memory->most_entries) {
      const auto now = plan.notes.entries.find(source);
      if (now == plan.notes.entries.end() || now->second >= most) continue;
      worst.add(percent_of(most - now->second, most), limits.shrink_percent, true,
                fmt::format("source {} has {} entries for this cloud, it had {}", source, now->second, most));
    }
  }
  return verdict(
      "shrink_percent", limits.shrink_percent, worst.value, !worst.over.empty(), forced,
      fmt::format("{} within the last 7 days; a source may lose {:g} %", join(worst.over, ", "), limits.shrink_percent),
      "");
}

GuardVerdict selection_grew_percent(const CloudPlan& plan, const GuardLimits& limits,
                                    const std::set<std::string>& forced, const Memory* memory) {
  Worst worst;
  if (memory != nullptr) {
    for (const auto& [entry, now] : plan.notes.selecting) {
      const auto last = memory->selected.find(entry);
      if (last == memory->selected.end() || now <= last->second) continue;
      worst.add(percent_of(now - last->second, std::max<std::int64_t>(last->second, 1)), limits.selection_grew_percent,
                now >= limits.percent_from_images,
                fmt::format("entry {} selects {} images, it selected {}", entry, now, last->second));
    }
  }
  return verdict("selection_grew_percent", limits.selection_grew_percent, worst.value, !worst.over.empty(), forced,
                 fmt::format("{} when it was last applied; a `match: all` may grow by {:g} %", join(worst.over, ", "),
                             limits.selection_grew_percent),
                 "");
}

}  // namespace

const std::vector<std::string>& guard_names() {
  static const std::vector<std::string> names = {"changed_percent", "changed_images", "removed_fields",
                                                 "shrink_percent",  "exposure",       "selection_grew_percent",
                                                 "failures"};
  return names;
}

std::vector<GuardVerdict> judge(const CloudPlan& plan, const GuardLimits& limits, const std::set<std::string>& forced,
                                const Memory* memory) {
  const Size size = size_of(plan);
  const std::int64_t images = std::ssize(size.images);
  std::vector<GuardVerdict> verdicts;
  verdicts.push_back(changed_percent(plan, size, limits, forced));
  verdicts.push_back(verdict("changed_images", static_cast<double>(limits.changed_images), static_cast<double>(images),
                             images > limits.changed_images, forced,
                             fmt::format("{} images would change, the limit is {}", images, limits.changed_images)));
  verdicts.push_back(
      verdict("removed_fields", static_cast<double>(limits.removed_fields), static_cast<double>(size.removed),
              size.removed > limits.removed_fields, forced,
              fmt::format("{} fields would be removed, the limit is {}", size.removed, limits.removed_fields)));
  verdicts.push_back(shrink_percent(plan, limits, forced, memory));
  verdicts.push_back(selection_grew_percent(plan, limits, forced, memory));
  return verdicts;
}

bool refused(const std::vector<GuardVerdict>& verdicts) {
  return std::ranges::any_of(verdicts, &GuardVerdict::refused);
}

}  // namespace retouch::core
