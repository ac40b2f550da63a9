#include <fmt/format.h>

#include "retouch/core/guards.hpp"

namespace retouch::core {

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
