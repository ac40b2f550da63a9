#include <fmt/format.h>

#include "retouch/base/printable.hpp"
#include "retouch/cli/render.hpp"
#include "retouch/core/plan_document.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

using reconcile::ApplyReport;
using reconcile::ImageResult;
using reconcile::Status;

constexpr Status all_statuses[] = {Status::changed, Status::unchanged, Status::partial, Status::failed,
                                   Status::skipped};

Json error_document(const Error& error) {
  return {{"code", error.cloud_code.empty() ? std::string(to_string(error.code)) : error.cloud_code},
          {"message", error.message},
          {"request_id", error.request_id}};
}

Json result_document(const ImageResult& result) {
  Json fields = Json::array();
  for (const core::FieldChange& field : result.fields) fields.push_back(core::to_document(field));
  Json document = {{"entry", result.entry},
                   {"image_id", result.image_id},
                   {"image_name", result.image_name},
                   {"source", to_string(result.place)},
                   {"status", reconcile::to_string(result.status)},
                   {"fields", std::move(fields)}};
  if (result.error) document["error"] = error_document(*result.error);
  return document;
}

void write_problems(std::string& out, const CloudResult& cloud, const Paint& paint) {
  const std::string name = printable(cloud.plan->cloud);
  for (const ImageResult& result : cloud.report->results) {
    if (!result.error) continue;
    out += fmt::format("{} {}: {} ({}): {}\n", paint.red(std::string(reconcile::to_string(result.status))), name,
                       printable(result.image_name, 128), printable(result.image_id, 64), describe(*result.error));
  }
  for (const std::string& warning : cloud.report->warnings) {
    out += fmt::format("{} {}: {}\n", paint.yellow("warning"), name, printable(warning));
  }
  if (cloud.report->failures) {
    out += fmt::format("{} {}: failures: {}\n", paint.red("refused by guard"), name,
                       printable(cloud.report->failures->detail));
  }
  if (cloud.report->ended_by) {
    out += fmt::format("{} {}: {}\n", paint.red("ended early"), name, describe(*cloud.report->ended_by));
  }
}

std::string counts_of(const ApplyReport& report) {
  std::string out;
  auto counts = report.counts();
  for (const Status status : all_statuses) {
    const auto number = counts[status];
    if (number > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", number, reconcile::to_string(status));
  }
  return out.empty() ? "nothing to do" : out;
}

}  // namespace

std::string results_as_text(const std::vector<CloudResult>& clouds, const Style& style) {
  const Paint paint(style);
  std::string out;
  for (const CloudResult& cloud : clouds) {
    if (cloud.report == nullptr) continue;
    write_problems(out, cloud, paint);
    out += fmt::format("{} {}: {}.\n", paint.bold("Applied"), printable(cloud.plan->cloud), counts_of(*cloud.report));
  }
  return out;
}

Json results_as_json(const core::Plan& plan, const std::vector<CloudResult>& clouds) {
  Json document = core::to_document(plan);
  Json& summary = document["summary"];
  for (const Status status : all_statuses) summary[reconcile::to_string(status)] = 0;
  for (std::size_t i = 0; i < clouds.size(); ++i) {
    Json& cloud = document["clouds"][i];
    cloud["results"] = Json::array();
    if (clouds[i].report == nullptr) continue;
    const ApplyReport& report = *clouds[i].report;
    for (const ImageResult& result : report.results) cloud["results"].push_back(result_document(result));
    for (const auto& [status, number] : report.counts()) {
      Json& counter = summary[reconcile::to_string(status)];
      counter = counter.get<std::int64_t>() + number;
    }
    for (const std::string& warning : report.warnings) cloud["warnings"].push_back(warning);
    if (report.ended_by) cloud["ended_by"] = error_document(*report.ended_by);
    if (report.failures) {
      cloud["guards"].push_back({{"guard", report.failures->guard},
                                 {"limit", report.failures->limit},
                                 {"value", report.failures->value},
                                 {"refused", true},
                                 {"detail", report.failures->detail}});
    }
  }
  return document;
}

}  // namespace retouch::cli
