#include "retouch/service/status.hpp"

#include <algorithm>
#include <ranges>

#include "retouch/core/plan_document.hpp"

namespace retouch::service {

namespace {

// What a person can take in; the rest is counted.
constexpr std::size_t shown_changes = 100;

Json time_or_null(const std::optional<Wall>& time) { return time ? Json(format_rfc3339(*time)) : Json(nullptr); }
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
double in_seconds(Duration value) { return std::chrono::duration<double>(value).count(); }

Json document_of(const SourceStatus& source) {
  Json stale = Json::array();
  for (const StaleFile& file : source.stale)
    stale.push_back({{"file", file.file},
                     {"problem", file.problem},
                     {"since", format_rfc3339(file.since)},
                     {"left_out", file.left_out}});
  return {{"name", source.name},
          {"kind", source.kind},
          {"location", source.location},
          {"revision", text_or_null(source.revision)},
          {"last_success_at", time_or_null(source.last_success)},
          {"error", text_or_null(source.error)},
          {"files", source.files},
          {"stale", std::move(stale)}};
}

Json document_of(const core::Suspension& suspension, Wall now) {
  return {{"since", format_rfc3339(suspension.since)},
          {"age_seconds", std::max<std::int64_t>(0, (now - suspension.since) / std::chrono::seconds(1))},
          {"until", time_or_null(suspension.until)},
          {"by", suspension.by},
          {"reason", text_or_null(suspension.reason)}};
}

Json document_of(const core::GuardRefusal& refusal) {
  return {{"guard", refusal.verdict.guard},     {"limit", refusal.verdict.limit},
          {"value", refusal.verdict.value},     {"detail", refusal.verdict.detail},
          {"fingerprint", refusal.fingerprint}, {"since", format_rfc3339(refusal.at)}};
}

Json document_of_plan(const CloudStatus& cloud) {
  if (!cloud.plan) return nullptr;
  core::CloudPlan shown = *cloud.plan;
  const auto left_out = std::ssize(shown.changes) - std::ssize(shown.changes | std::views::take(shown_changes));
  if (shown.changes.size() > shown_changes) shown.changes.resize(shown_changes);
  Json document = core::to_document(shown);
  document["changes_left_out"] = left_out;
  document["fingerprint"] = cloud.fingerprint;
  return document;
}

Json document_of(const CloudStatus& cloud, Wall now) {
  Json limits = Json::object(), guards = Json::array();
  for (const auto& [cls, limit] : cloud.limits)
    limits[cls] = {{"configured", limit.configured}, {"current", limit.current}, {"waiting", limit.waiting}};
  for (const core::GuardRefusal& refusal : cloud.refusals) guards.push_back(document_of(refusal));
  return {{"cloud", cloud.cloud},
          {"provider", cloud.provider},
          {"account", text_or_null(cloud.account)},
          {"mode", cloud.mode},
          {"phase", cloud.phase},
          {"interval_seconds", in_seconds(cloud.interval)},
          {"last_run_at", time_or_null(cloud.last_run)},
          {"last_success_at", time_or_null(cloud.last_success)},
          {"next_run_at", time_or_null(cloud.next_run)},
          {"duration_seconds", in_seconds(cloud.last_duration)},
          {"result", text_or_null(cloud.result)},
          {"error", text_or_null(cloud.error)},
          {"failures", cloud.failures},
          {"images", cloud.images},
          {"limits", std::move(limits)},
          {"token_expires_at", time_or_null(cloud.token_expires)},
          {"plan", document_of_plan(cloud)},
          {"guards", std::move(guards)},
          {"suspended", cloud.suspension ? document_of(*cloud.suspension, now) : Json(nullptr)}};
}

Json document_of(const state::Suspended& suspended, Wall now) {
  Json document = document_of(suspended.suspension, now);
  document["what"] = suspended.what == state::Suspended::What::cloud ? "cloud" : "entry";
  document["name"] = suspended.name;
  return document;
}

Json document_of(const state::HeldField& held) {
  return {{"account", held.account},
          {"image_id", held.key.image_id},
          {"field", held.key.field},
          {"why", core::to_string(held.hold.why)},
          {"wish", core::to_json(held.hold.wish.value)},
          {"live", held.hold.why == core::Hold::Why::contention ? core::to_json(held.hold.live) : Json(nullptr)},
          {"since", format_rfc3339(held.hold.since)},
          {"until", time_or_null(held.hold.until)},
          {"run", text_or_null(held.hold.run)}};
}

Json document_of(const core::ChangeRecord& change) {
  Json document = core::to_document(change.change);
  document["cloud"] = change.cloud;
  document["entry"] = change.entry;
  document["image_id"] = change.image_id;
  document["image_name"] = change.image_name;
  document["status"] = core::to_string(change.status);
  document["error"] = text_or_null(change.error);
  document["request_id"] = text_or_null(change.request_id);
  return document;
}

Json document_of(const core::RunRecord& run, const Status& status) {
  Json sources = Json::array(), passes = Json::array(), changes = Json::array();
  for (const core::SourceRevision& source : run.sources)
    sources.push_back({{"name", source.name}, {"revision", source.revision}});
  for (const core::PassRecord& pass : run.passes)
    passes.push_back({{"cloud", pass.cloud}, {"outcome", pass.outcome}, {"error", text_or_null(pass.error)}});
  if (const auto it = status.changes.find(run.id); it != status.changes.end()) {
    for (const core::ChangeRecord& change : it->second) changes.push_back(document_of(change));
  }
  return {{"run", run.id},
          {"verb", run.verb},
          {"by", run.by},
          {"began_at", format_rfc3339(run.began)},
          {"ended_at", time_or_null(run.ended)},
          {"exit_code", run.ended ? Json(run.exit_code) : Json(nullptr)},
          {"undoes", text_or_null(run.undoes)},
          {"sources", std::move(sources)},
          {"passes", std::move(passes)},
          {"applied", run.applied},
          {"failed", run.failed},
          {"open", run.open},
          {"changes", std::move(changes)}};
}

}  // namespace

Json to_document(const Status& status) {
  Json sources = Json::array(), clouds = Json::array(), suspended = Json::array(), held = Json::array();
  Json runs = Json::array();
  for (const SourceStatus& source : status.sources) sources.push_back(document_of(source));
  for (const CloudStatus& cloud : status.clouds) clouds.push_back(document_of(cloud, status.now));
  for (const state::Suspended& one : status.suspended) suspended.push_back(document_of(one, status.now));
  for (const state::HeldField& one : status.held) held.push_back(document_of(one));
  for (const core::RunRecord& run : status.runs) runs.push_back(document_of(run, status));
  return {{"format_version", "1.0"},
          {"version", status.version},
          {"pid", status.pid},
          {"phase", status.phase},
          {"now", format_rfc3339(status.now)},
          {"started_at", format_rfc3339(status.started)},
          {"configuration",
           {{"file", status.configuration},
            {"loaded_at", format_rfc3339(status.reload.at)},
            {"last_reload_successful", status.reload.successful},
            {"error", text_or_null(status.reload.error)},
            {"not_refreshed", status.reload.not_refreshed}}},
          {"remembers", status.remembers},
          {"sources", std::move(sources)},
          {"clouds", std::move(clouds)},
          {"suspended", std::move(suspended)},
          {"held", std::move(held)},
          {"runs", std::move(runs)}};
}

}  // namespace retouch::service
