#include "news.hpp"

namespace retouch::service {

namespace {

core::ChangeRecord record_of(const CloudOutcome& outcome, const reconcile::ImageResult& result,
                             const core::FieldChange& field) {
  core::ChangeRecord record{.cloud = outcome.cloud,
                            .account = outcome.account,
                            .entry = result.entry,
                            .image_id = result.image_id,
                            .image_name = result.image_name,
                            .change = field};
  const bool undone = result.undone.contains(field.name);
  record.status = undone ? core::ChangeStatus::failed : core::ChangeStatus::applied;
  if (undone && result.error) record.error = describe(*result.error);
  return record;
}

CloudNotice notice_of(const CloudOutcome& outcome, Wall now) {
  CloudNotice notice{.cloud = outcome.cloud, .result = outcome.result};
  if (outcome.error) notice.error = describe(*outcome.error);
  if (outcome.plan) {
    notice.unresolved = std::ssize(outcome.plan->unresolved);
    notice.refused = std::ssize(outcome.plan->refused);
    notice.refusals = core::refusals_in(*outcome.plan, outcome.fingerprint, now);
  }
  if (!outcome.report) return notice;
  auto counts = outcome.report->counts();
  notice.changed = counts[reconcile::Status::changed];
  notice.partial = counts[reconcile::Status::partial];
  notice.failed = counts[reconcile::Status::failed];
  notice.skipped = counts[reconcile::Status::skipped];
  for (const reconcile::ImageResult& result : outcome.report->results) {
    if (result.status == reconcile::Status::unchanged || result.status == reconcile::Status::skipped) continue;
    for (const core::FieldChange& field : result.fields) notice.changes.push_back(record_of(outcome, result, field));
  }
  return notice;
}

}  // namespace

RunNotice notice_of(const PassOutcome& outcome, const std::string& by, Wall now) {
  RunNotice notice{.run = outcome.run, .verb = "run", .by = by, .began = outcome.began, .ended = now};
  notice.sources = outcome.plan.sources;
  for (const CloudOutcome& cloud : outcome.clouds) notice.clouds.push_back(notice_of(cloud, now));
  return notice;
}

}  // namespace retouch::service
