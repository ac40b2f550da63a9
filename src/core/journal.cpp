#include "retouch/core/journal.hpp"

#include <array>

namespace retouch::core {

namespace {

constexpr std::array<std::string_view, 8> statuses = {"intended", "applied",  "failed", "uncertain",
                                                      "skipped",  "not_kept", "found",  "not_found"};

}  // namespace

std::string_view to_string(ChangeStatus status) { return statuses[static_cast<std::size_t>(status)]; }

std::optional<ChangeStatus> change_status(std::string_view name) {
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (statuses[i] == name) return static_cast<ChangeStatus>(i);
  }
  return std::nullopt;
}

std::size_t MemoryUpdate::rows() const {
  return settled.size() + remember.size() + forget.size() + hold.size() + release.size() + entries.size() +
         selected.size();
}

std::vector<GuardRefusal> refusals_in(const CloudPlan& plan, const std::string& fingerprint, Wall at) {
  std::vector<GuardRefusal> refusals;
  for (const GuardVerdict& verdict : plan.guards) {
    if (verdict.refused)
      refusals.push_back({.cloud = plan.cloud, .verdict = verdict, .fingerprint = fingerprint, .at = at});
  }
  return refusals;
}

}  // namespace retouch::core
