// What the applier logs, and what it leaves out because somebody has suspended it meanwhile.
#include <algorithm>

#include "applier.hpp"

namespace retouch::reconcile {

using core::ImageWay;

namespace {

constexpr Duration between_looks = std::chrono::seconds(1);

Error stopped_by(const std::string& what, const core::Suspension& suspension) {
  std::string text = what + " was suspended while the pass was under way, at " + format_rfc3339(suspension.since);
  if (!suspension.by.empty()) text += ", by " + suspension.by;
  if (!suspension.reason.empty()) text += ": " + suspension.reason;
  return {.code = Errc::cancelled, .message = std::move(text)};
}

}  // namespace

// A person in a hurry must not have to wait for the end of the pass.
task<void> Applier::look_at_suspensions() {
  if (!options_.suspended || clock_.now() < next_look_) co_return;
  next_look_ = clock_.now() + between_looks;
  auto asking = options_.suspended();
  const auto found = co_await std::move(asking);
  if (!found) {
    ended(found.error());
    co_return;
  }
  suspended_cloud_.reset();
  suspended_entries_.clear();
  for (const state::Suspended& each : *found) {
    if (!each.suspension.in_force(clock_.wall())) continue;
    if (each.what == state::Suspended::What::entry) suspended_entries_.emplace(each.name, each.suspension);
    if (each.what == state::Suspended::What::cloud && each.name == target_.cloud) suspended_cloud_ = each.suspension;
  }
}

std::vector<core::FieldChange> Applier::not_suspended(const ImageJob& job, JobOutcome& outcome) const {
  std::vector<core::FieldChange> fields;
  for (std::size_t i = 0; i < job.fields.size(); ++i) {
    const std::string& entry = plan_->changes[job.change_of[i]].entry;
    const auto it = suspended_entries_.find(entry);
    if (suspended_cloud_) {
      outcome.suspended.emplace(job.fields[i].name, stopped_by("cloud " + target_.cloud, *suspended_cloud_));
    } else if (it != suspended_entries_.end()) {
      outcome.suspended.emplace(job.fields[i].name, stopped_by("entry " + entry, it->second));
    } else {
      fields.push_back(job.fields[i]);
    }
  }
  return fields;
}

// One line a change that a request of ours made, or failed to; none for what was so already.
void Applier::log_changes(const ImageJob& job, const JobOutcome& outcome) const {
  const auto entry_of = [&](const std::string& field) -> std::string_view {
    const auto it = std::ranges::find(job.fields, field, &core::FieldChange::name);
    const auto index = static_cast<std::size_t>(it - job.fields.begin());
    return it == job.fields.end() ? "" : std::string_view(plan_->changes[job.change_of[index]].entry);
  };
  const auto found = [](const auto& map, const std::string& field) {
    const auto it = map.find(field);
    return it == map.end() ? std::remove_cvref_t<decltype(it->second)>{} : it->second;
  };
  const auto write = [&](LogLevel level, std::string_view text, const core::FieldChange& field,
                         const std::string& request_id) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(found(outcome.took, field.name));
    log_.write(level, text,
               {{"entry", entry_of(field.name)},
                {"image_id", job.live->id},
                {"field", field.name},
                {"op", core::to_string(field.op)},
                {"cause", core::to_string(field.cause)},
                {"request_id", request_id},
                {"duration_ms", took.count()},
                {"manifest", to_string(field.place)}});
  };
  for (const core::FieldChange& field : outcome.done) {
    if (outcome.carried.contains(field.name))
      write(LogLevel::info, "changed", field, found(outcome.request_ids, field.name));
  }
  for (const ImageWay::Failure& failure : outcome.failures)
    write(LogLevel::error, describe(failure.error), failure.field, failure.error.request_id);
}

}  // namespace retouch::reconcile
