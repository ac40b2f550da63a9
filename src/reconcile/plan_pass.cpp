#include "retouch/reconcile/plan_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

#include "doubts.hpp"
#include "retouch/async/join.hpp"
#include "retouch/async/timeout.hpp"
#include "retouch/core/narrowing.hpp"

namespace retouch::reconcile {

namespace {

bool sends(const core::ImageChange& change) {
  return std::ranges::any_of(change.fields, [](const auto& field) { return field.action == core::Action::apply; });
}

// Time that `count` requests need at a rate, the first `burst` being free.
double seconds_at(std::int64_t count, double rate, double burst) {
  if (rate <= 0) return 0;
  return std::max(0.0, (static_cast<double>(count) - burst) / rate);
}

void estimate(core::CloudPlan& plan, const Target& target, const std::vector<ImageJob>& jobs,
              std::int64_t list_requests) {
  plan.writes = 0;
  for (const ImageJob& job : jobs) plan.writes += std::ssize(target.provider->prepare(*job.live, job.fields));
  const bool closing_list = plan.writes > 0 && target.policy.verify == config::Verify::listing;
  plan.reads = closing_list ? list_requests : 0;
  const config::Limits& limits = target.limits;
  const double seconds = std::max({seconds_at(plan.writes, limits.writes, limits.burst),
                                   seconds_at(plan.reads, limits.reads, limits.burst),
                                   seconds_at(plan.reads + plan.writes, limits.requests, limits.burst)});
  plan.estimated_seconds = std::round(seconds * 10) / 10;
}

void conclude(Planned& planned, const Target& target, const Scope& scope) {
  core::CloudPlan& plan = planned.plan;
  estimate(plan, target, jobs_of(planned), planned.list_requests);
  plan.guards = core::judge(plan, target.policy.guards, scope.forced, planned.recollection.memory.get());
  plan.outcome = core::refused(plan.guards) ? core::Outcome::refused
                 : plan.writes > 0          ? core::Outcome::changes
                                            : core::Outcome::unchanged;
}

}  // namespace

std::vector<ImageJob> jobs_of(const Planned& planned) {
  std::unordered_map<std::string_view, const core::Image*> live(planned.selection->images().size());
  for (const core::Image& image : planned.selection->images()) live.emplace(image.id, &image);
  std::vector<ImageJob> jobs;
  std::unordered_map<std::string_view, std::size_t> job_of(planned.plan.changes.size());
  for (std::size_t i = 0; i < planned.plan.changes.size(); ++i) {
    const core::ImageChange& change = planned.plan.changes[i];
    for (const core::FieldChange& field : change.fields) {
      if (field.action != core::Action::apply) continue;
      const auto [it, fresh] = job_of.try_emplace(change.image_id, jobs.size());
      if (fresh) jobs.push_back({.live = live.at(change.image_id)});
      jobs[it->second].fields.push_back(field);
      jobs[it->second].change_of.push_back(i);
    }
  }
  return jobs;
}

namespace {

task<Result<providers::ListSummary>> list_selected(const Target& target, core::Selection& selection, bool any_entries) {
  if (!any_entries) co_return providers::ListSummary{};
  const providers::ListQuery query{.any_owner = selection.wants_any_owner(), .only_ids = selection.only_ids()};
  auto visit = [&selection](const core::Image& image) { selection.offer(image); };
  co_return co_await target.provider->list(query, visit);
}

}  // namespace

task<Result<Planned>> make_plan(const Target& target, std::vector<core::DesiredEntry> entries, const Scope& scope,
                                Recall recall) {
  Planned planned{.plan = {}, .entries = std::move(entries), .selection = nullptr};
  planned.selection = std::make_unique<core::Selection>(planned.entries);
  Result<providers::ListSummary> listing;
  Result<Recollection> recollection;
  std::vector<std::function<task<void>()>> reading;
  reading.emplace_back(
      [&]() -> task<void> { listing = co_await list_selected(target, *planned.selection, !planned.entries.empty()); });
  if (recall) reading.emplace_back([&]() -> task<void> { recollection = co_await recall(); });
  co_await async::join_all(std::move(reading));
  if (!listing) co_return fail(std::move(listing).error());
  if (!recollection) co_return fail(std::move(recollection).error());
  planned.list_requests = listing->requests;
  planned.recollection = *std::move(recollection);
  const providers::Provider& provider = *target.provider;
  Recollection& recalled = planned.recollection;
  recalled.memory =
      with_what_was_found(recalled.open, *planned.selection, provider.table(), recalled.memory, recalled.now);
  recalled.open.clear();
  core::PlanInput input{.cloud = target.cloud,
                        .table = &provider.table(),
                        .entries = planned.entries,
                        .selection = planned.selection.get(),
                        .images_seen = listing->images,
                        .warnings = listing->warnings,
                        .unchangeable = [&provider](const core::Image& image) { return provider.unchangeable(image); },
                        .wanted_entry = scope.entry,
                        .wanted_image = scope.image};
  input.exposure_guard = target.policy.guards.exposure && !scope.forced.contains("exposure");
  // IMS keeps internal keys beside the user's; only the memory of what we applied tells them apart.
  input.exact_only_ours = provider.table().provider() == "ims";
  input.entries_missing = scope.entries_missing;
  input.memory = planned.recollection.memory.get();
  input.now = planned.recollection.now;
  input.sources = planned.recollection.sources;
  input.all_entries = planned.recollection.all_entries.get();
  input.contention = target.policy.contention;
  input.undoing = planned.recollection.undoing;
  planned.plan = core::plan_cloud(input);
  conclude(planned, target, scope);
  co_return planned;
}

task<Result<Planned>> make_plan_until(Mono deadline, async::Clock& clock, const Target& target,
                                      std::vector<core::DesiredEntry> entries, const Scope& scope, Recall recall) {
  const Mono begun = clock.now();
  auto planning = make_plan(target, std::move(entries), scope, std::move(recall));
  auto planned = co_await async::with_deadline(clock, deadline, std::move(planning), "list of the images");
  if (planned) {
    planned->listing_time = clock.now() - begun;
  } else if (planned.error().code == Errc::timeout && clock.now() >= deadline) {
    co_return fail(overdue(target, "listing the images", "a part of them is no ground for changes; try later"));
  }
  co_return planned;
}

Error overdue(const Target& target, const std::string& what, const std::string& consequence) {
  return {.code = Errc::timeout,
          .reaction = Reaction::transient,
          .message = what + " took longer than policy.deadline (" + format_duration(target.policy.deadline) + "); " +
                     consequence};
}

void narrow(Planned& planned, const Target& target, const Scope& scope,
            const std::function<bool(const core::ImageChange&)>& keep, const std::string& why) {
  std::set<std::string> left_out;
  std::erase_if(planned.plan.changes, [&](const core::ImageChange& change) {
    if (keep(change)) return false;
    if (sends(change)) left_out.insert(change.image_id);
    return true;
  });
  if (!left_out.empty()) planned.plan.warnings.push_back(fmt::format("{} images left out: {}", left_out.size(), why));
  conclude(planned, target, scope);
}

void narrow_fields(Planned& planned, const Target& target, const Scope& scope,
                   const std::function<bool(const core::FieldChange&)>& keep) {
  planned.plan = core::only_fields(std::move(planned.plan), keep);
  conclude(planned, target, scope);
}

void narrow_to(Planned& renewed, const Planned& before, const Target& target, const Scope& scope) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> sent;  // entry, image, field
  for (const core::ImageChange& change : before.plan.changes) {
    for (const core::FieldChange& field : change.fields) {
      if (field.action == core::Action::apply) sent.emplace(change.entry, change.image_id, field.name);
    }
  }
  for (core::ImageChange& change : renewed.plan.changes) {
    std::erase_if(change.fields, [&](const core::FieldChange& field) {
      return field.action == core::Action::apply && !sent.contains({change.entry, change.image_id, field.name});
    });
  }
  std::erase_if(renewed.plan.changes, [](const core::ImageChange& change) { return change.fields.empty(); });
  auto& warnings = renewed.plan.warnings;
  for (const std::string& warning : before.plan.warnings) {
    if (std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(warning);
  }
  conclude(renewed, target, scope);
}

void limit_images(Planned& planned, const Target& target, const Scope& scope, std::int64_t images) {
  std::set<std::string> kept;
  const auto within = [&](const core::ImageChange& change) {
    if (!sends(change) || kept.contains(change.image_id)) return true;
    if (std::ssize(kept) >= images) return false;
    kept.insert(change.image_id);
    return true;
  };
  narrow(planned, target, scope, within, fmt::format("--limit {}", images));
}

}  // namespace retouch::reconcile
