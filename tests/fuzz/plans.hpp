// Plans whose texts come from an input, all that a cloud, a manifest or git could have written.
#pragma once

#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "retouch/base/error.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::fuzz {

// Takes bytes and lines of the input in turn, until there are none.
class PlanMaker {
 public:
  explicit PlanMaker(std::string_view text) : rest_(text) {}

  core::Plan plan() {
    core::Plan plan{.created_at = Wall{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}}};
    plan.remembers = number() % 2 == 0;
    plan.sources.push_back({line(), line()});
    for (std::size_t i = number() % 3; i > 0; --i) plan.clouds.push_back(cloud());
    return plan;
  }

 private:
  std::size_t number() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::string line() {
    const auto found = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(found.size() + 1, rest_.size()));
    return std::string(found);
  }
  Place place() { return {line(), static_cast<int>(number()), static_cast<int>(number())}; }

  core::Value value() {
    switch (number() % 6) {
      case 0:
        return core::Absent{};
      case 1:
        return number() % 2 == 0;
      case 2:
        return static_cast<std::int64_t>(number()) - 100;
      case 3:
        return line();
      case 4:
        return core::make_list({line(), line()});
      default:
        return core::Map{{line(), core::Scalar{line()}}, {line(), core::Scalar{static_cast<double>(number()) / 8}}};
    }
  }
  core::FieldChange field() {
    return {.name = line(),
            .op = static_cast<core::Op>(number() % 3),
            .before = value(),
            .after = value(),
            .cause = static_cast<core::Cause>(number() % 4),
            .action = static_cast<core::Action>(number() % 4),
            .place = place(),
            .reason = line()};
  }
  core::CloudPlan cloud() {
    // Providers and guards have names of our own, and an error is described() where it is made.
    core::CloudPlan plan{.cloud = line(), .provider = "glance", .outcome = static_cast<core::Outcome>(number() % 4)};
    plan.error = describe(Error{.code = Errc::protocol, .message = line(), .where = line(), .cloud_code = line()});
    for (std::size_t i = number() % 3; i > 0; --i) {
      core::ImageChange change{.entry = line(),
                               .image_id = line(),
                               .image_name = line(),
                               .owner = line(),
                               .status = line(),
                               .place = place()};
      for (std::size_t fields = number() % 3; fields > 0; --fields) change.fields.push_back(field());
      plan.changes.push_back(std::move(change));
    }
    plan.unresolved.push_back({line(), line(), place()});
    plan.refused.push_back({line(), line(), line(), line(), place()});
    plan.guards.push_back({"changed_percent", 1.5, static_cast<double>(number()), number() % 2 == 0, line()});
    plan.held = {line()};
    plan.warnings = {line()};
    plan.reads = static_cast<std::int64_t>(number());
    plan.estimated_seconds = static_cast<double>(number()) / 10;
    return plan;
  }

  std::string_view rest_;
};

inline core::Plan plan_of(std::string_view text) { return PlanMaker(text).plan(); }

}  // namespace retouch::fuzz
