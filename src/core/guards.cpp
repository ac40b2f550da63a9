#include "retouch/core/guards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace retouch::core {

namespace {

struct Size {
  std::int64_t images = 0;
  std::int64_t removed = 0;
};

Size size_of(const CloudPlan& plan) {
  std::set<std::string_view> images;
  Size size;
  for (const ImageChange& change : plan.changes) {
    for (const FieldChange& field : change.fields) {
      if (field.action != Action::apply) continue;
      images.insert(change.image_id);
      if (field.op == Op::remove) ++size.removed;
    }
  }
  size.images = std::ssize(images);
  return size;
}

GuardVerdict verdict(std::string guard, double limit, double value, bool over, const std::set<std::string>& forced,
                     std::string cause) {
  GuardVerdict result{.guard = std::move(guard), .limit = limit, .value = value};
  if (!over) return result;
  const bool accepted = forced.contains(result.guard);
  result.refused = !accepted;
  result.detail = accepted ? cause + "; accepted by --force " + result.guard
                           : cause + "; if this is meant: --force " + result.guard + ", or --limit N for a first part";
  return result;
}

}  // namespace

const std::vector<std::string>& guard_names() {
  static const std::vector<std::string> names = {"changed_percent", "changed_images", "removed_fields", "exposure",
                                                 "failures"};
  return names;
}

std::vector<GuardVerdict> judge(const CloudPlan& plan, const GuardLimits& limits, const std::set<std::string>& forced,
                                [[maybe_unused]] const Memory* memory) {
  const Size size = size_of(plan);
  const double percent = plan.images_matched == 0
                             ? 0
                             : 100.0 * static_cast<double>(size.images) / static_cast<double>(plan.images_matched);
  const bool percent_counts = plan.images_matched >= limits.percent_from_images;
  std::vector<GuardVerdict> verdicts;
  verdicts.push_back(verdict(
      "changed_percent", limits.changed_percent, percent, percent_counts && percent > limits.changed_percent, forced,
      fmt::format(
          "{} of {} matched images would change ({:.0f} %), the limit is {:g} %; a first adoption counts as well",
          size.images, plan.images_matched, percent, limits.changed_percent)));
  verdicts.push_back(
      verdict("changed_images", static_cast<double>(limits.changed_images), static_cast<double>(size.images),
              size.images > limits.changed_images, forced,
              fmt::format("{} images would change, the limit is {}", size.images, limits.changed_images)));
  verdicts.push_back(
      verdict("removed_fields", static_cast<double>(limits.removed_fields), static_cast<double>(size.removed),
              size.removed > limits.removed_fields, forced,
              fmt::format("{} fields would be removed, the limit is {}", size.removed, limits.removed_fields)));
  return verdicts;
}

bool refused(const std::vector<GuardVerdict>& verdicts) {
  return std::ranges::any_of(verdicts, &GuardVerdict::refused);
}

std::optional<GuardVerdict> FailureGuard::tripped() const {
  if (forced_) return std::nullopt;
  const double percent = planned_ == 0 ? 0 : 100.0 * static_cast<double>(failed_) / static_cast<double>(planned_);
  const bool in_a_row = limits_.failures_consecutive > 0 && consecutive_ >= limits_.failures_consecutive;
  // Of a handful of images one failure is a large share and says nothing about the cloud.
  const bool too_many = planned_ >= limits_.percent_from_images && percent > limits_.failures_percent;
  if (!in_a_row && !too_many) return std::nullopt;
  GuardVerdict result{.guard = "failures", .refused = true};
  result.limit = in_a_row ? static_cast<double>(limits_.failures_consecutive) : limits_.failures_percent;
  result.value = in_a_row ? static_cast<double>(consecutive_) : percent;
  result.detail =
      in_a_row ? fmt::format("the pass was ended when {} images in a row had failed", consecutive_)
               : fmt::format("the pass was ended when {} of {} images had failed ({:.0f} %, the limit is {:g} %)",
                             failed_, planned_, percent, limits_.failures_percent);
  // What the others became is the totals' business: those in flight may fail, too.
  result.detail += "; what had not begun by then was skipped; to go on all the same: --force failures";
  return result;
}

}  // namespace retouch::core
