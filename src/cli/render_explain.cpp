#include "retouch/cli/render_explain.hpp"

#include <fmt/format.h>

#include "retouch/base/printable.hpp"
#include "retouch/core/plan_document.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

using core::ExplainedField;
using core::ExplainedImage;

std::string at(const Place& place) { return printable(to_string(place)); }

std::string wish_text(const core::Wish& wish) {
  std::string out = core::to_text(wish.value);
  for (const std::string& item : wish.absent_items) out += ", not " + printable(item, 80);
  return out;
}

void write_line(std::string& out, std::string_view label, const std::string& text) {
  out += fmt::format("        {:<13} {}\n", label, text);
}

std::string last_applied(const ExplainedImage& image, bool remembers) {
  if (!remembers) return "unknown: state: none";
  if (!image.remembered) return "never";
  const core::Remembered& record = *image.remembered;
  std::string out =
      fmt::format("{} on {} by run {}", wish_text(record.wish), format_rfc3339(record.at), printable(record.run, 64));
  out += fmt::format(" for {} ({})", printable(record.entry, 253), at(record.place));
  const bool found_so = core::is_absent(record.ours) && !core::is_absent(record.wish.value);
  if (found_so) out += ", which it was already";
  if (record.kept_instead) out += ", and the cloud kept " + core::to_text(*record.kept_instead);
  return out;
}

std::string hold_text(const core::Hold& hold) {
  std::string out = fmt::format("{} by {}", wish_text(hold.wish), core::to_string(hold.why));
  if (!hold.run.empty()) out += " " + printable(hold.run, 64);
  out += " since " + format_rfc3339(hold.since);
  return out + (hold.until ? ", until " + format_rfc3339(*hold.until) : "");
}

std::string painted_fate(std::string_view fate, const Paint& paint) {
  if (fate == "nothing to do") return paint.green(fate);
  if (fate == "refused" || fate == "held" || fate == "stopped by a guard") return paint.red(fate);
  return paint.yellow(fate);
}

void write_image(std::string& out, const ExplainedImage& image, bool remembers, const Paint& paint) {
  out += fmt::format("      {}  {}\n", paint.bold(printable(image.name, 128)), printable(image.id, 64));
  write_line(out, "live", core::to_text(image.live));
  write_line(out, "last applied", last_applied(image, remembers));
  for (const core::FieldClaim& claim : image.claims) {
    write_line(out, "claimed by",
               fmt::format("{} ({}, priority {}): {}{}", printable(claim.entry, 253), at(claim.place), claim.priority,
                           claim.wish, claim.wins ? paint.bold("  wins") : ""));
  }
  if (image.hold) write_line(out, "held", hold_text(*image.hold));
  if (image.change) {
    write_line(out, "difference",
               fmt::format("{} -> {} ({})", core::to_text(image.change->before), core::to_text(image.change->after),
                           core::to_string(image.change->cause)));
  }
  out += fmt::format("        {}{}\n", painted_fate(image.fate, paint),
                     image.why.empty() ? "" : ": " + printable(image.why));
}

void write_field(std::string& out, const ExplainedField& field, bool remembers, const Paint& paint) {
  const std::string wish = field.wish.empty() ? "no line asks for it" : field.wish;
  out += fmt::format("  {}: {}\n", paint.bold(printable(field.name, 255)), wish);
  for (auto it = field.settings.rbegin(); it != field.settings.rend(); ++it) {
    const std::string line = fmt::format("      {}  {}: {}", at(it->place), core::to_string(*it), printable(it->says));
    out += (it->in_force ? line : paint.dim(line + "  (replaced)")) + "\n";
  }
  for (const ExplainedImage& image : field.images) write_image(out, image, remembers, paint);
}

Json claim_document(const core::FieldClaim& claim) {
  return {{"entry", claim.entry},
          {"priority", claim.priority},
          {"source", to_string(claim.place)},
          {"wish", claim.wish},
          {"wins", claim.wins}};
}

Json remembered_document(const core::Remembered& record) {
  Json document = {{"value", core::to_json(record.wish.value)},
                   {"written", core::to_json(record.ours)},
                   {"at", format_rfc3339(record.at)},
                   {"run", record.run},
                   {"entry", record.entry},
                   {"source", to_string(record.place)},
                   {"revision", record.revision}};
  if (record.kept_instead) document["kept_instead"] = core::to_json(*record.kept_instead);
  return document;
}

Json image_document(const ExplainedImage& image) {
  Json claims = Json::array();
  for (const core::FieldClaim& claim : image.claims) claims.push_back(claim_document(claim));
  Json document = {{"image_id", image.id},
                   {"image_name", image.name},
                   {"live", core::to_json(image.live)},
                   {"last_applied", image.remembered ? remembered_document(*image.remembered) : Json(nullptr)},
                   {"claims", std::move(claims)},
                   {"fate", image.fate},
                   {"why", image.why}};
  if (image.change) document["change"] = core::to_document(*image.change);
  if (image.hold) {
    document["hold"] = {{"why", core::to_string(image.hold->why)},
                        {"wish", core::to_json(image.hold->wish.value)},
                        {"live", core::to_json(image.hold->live)},
                        {"since", format_rfc3339(image.hold->since)},
                        {"until", image.hold->until ? Json(format_rfc3339(*image.hold->until)) : Json(nullptr)},
                        {"run", image.hold->run}};
  }
  return document;
}

Json field_document(const ExplainedField& field) {
  Json settings = Json::array();
  for (const core::Setting& each : field.settings) {
    settings.push_back({{"source", to_string(each.place)},
                        {"in", core::to_string(each)},
                        {"says", each.says},
                        {"in_force", each.in_force}});
  }
  Json images = Json::array();
  for (const ExplainedImage& image : field.images) images.push_back(image_document(image));
  return {{"name", field.name}, {"wish", field.wish}, {"settings", std::move(settings)}, {"images", std::move(images)}};
}

}  // namespace

std::string explanation_as_text(const std::string& entry, const std::vector<ExplainedCloud>& clouds,
                                const Style& style) {
  const Paint paint(style);
  std::string out;
  for (const ExplainedCloud& cloud : clouds) {
    const core::Explanation& all = cloud.explanation;
    out +=
        fmt::format("{}{} ({}): {}  {}\n", out.empty() ? "" : "\n", paint.bold(printable(cloud.cloud)), cloud.provider,
                    printable(entry, 253), paint.dim(fmt::format("# {}, priority {}", at(all.place), all.priority)));
    if (cloud.error) out += fmt::format("  {} {}\n", paint.red("failed:"), *cloud.error);
    if (!all.unresolved.empty()) out += fmt::format("  {} {}\n", paint.red("unresolved:"), printable(all.unresolved));
    for (const ExplainedField& field : all.fields) write_field(out, field, cloud.remembers, paint);
  }
  return out;
}

Json explanation_as_json(const std::string& entry, const std::vector<ExplainedCloud>& clouds) {
  Json documents = Json::array();
  for (const ExplainedCloud& cloud : clouds) {
    Json fields = Json::array();
    for (const ExplainedField& field : cloud.explanation.fields) fields.push_back(field_document(field));
    Json document = {{"cloud", cloud.cloud},
                     {"provider", cloud.provider},
                     {"source", to_string(cloud.explanation.place)},
                     {"priority", cloud.explanation.priority},
                     {"fields", std::move(fields)}};
    if (cloud.error) document["error"] = *cloud.error;
    if (!cloud.explanation.unresolved.empty()) document["unresolved"] = cloud.explanation.unresolved;
    if (!cloud.remembers) document["state"] = "none";
    documents.push_back(std::move(document));
  }
  return {{"format_version", core::plan_format_version}, {"entry", entry}, {"clouds", std::move(documents)}};
}

}  // namespace retouch::cli
