// What a plan's fingerprint and a change's digest cover, written without a JSON document in between, for a plan may
// have ten thousand changes. plan_document.cpp has the counterpart that reads plan files; both must give the same
// bytes.
#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/digest.hpp"
#include "retouch/core/plan_document.hpp"

namespace retouch::core {

namespace {

void write_text(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, plain)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += compact_json(Json(text));
  }
}

void write_value(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    write_text(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out += fmt::format_int(*number).c_str();
  } else {
    out += compact_json(to_json(value));
  }
}

// What the fingerprint covers of one change, as compact_json() writes the counterpart: keys in their order. A field
// that was only reported or refused when it was reviewed must not be sent now; one that was held may be: its exposure
// was accepted since.
void write_covered(std::string& out, const ImageChange& change) {
  out += R"({"fields":[)";
  for (const FieldChange& field : change.fields) {
    if (out.back() != '[') out += ',';
    out += R"({"after":)";
    write_value(out, field.after);
    out += R"(,"before":)";
    write_value(out, field.before);
    out += R"(,"name":)";
    write_text(out, field.name);
    out += field.action == Action::apply || field.action == Action::held ? R"(,"sends":true})" : R"(,"sends":false})";
  }
  out += R"(],"image_id":)";
  write_text(out, change.image_id);
  out += R"(,"owner":)";
  write_text(out, change.owner);
  out += R"(,"status":)";
  write_text(out, change.status);
  out += '}';
}

void write_covered_cloud(std::string& out, const std::string& cloud, std::span<const ImageChange> changes) {
  out += R"({"changes":[)";
  for (const ImageChange& change : changes) {
    if (&change != changes.data()) out += ',';
    write_covered(out, change);
  }
  out += R"(],"cloud":)";
  write_text(out, cloud);
  out += '}';
}

}  // namespace

std::string fingerprint(std::span<const CloudPlan> clouds) {
  std::string covered = "[";
  for (const CloudPlan& cloud : clouds) {
    if (&cloud != clouds.data()) covered += ',';
    write_covered_cloud(covered, cloud.cloud, cloud.changes);
  }
  return "sha256:" + sha256_hex(covered + "]");
}

std::string fingerprint(const Plan& plan) { return fingerprint(plan.clouds); }

// Of {"changes": {…}, "cloud": …}: one change, no array.
std::string change_digest(const std::string& cloud, const ImageChange& change) {
  std::string covered = R"({"changes":)";
  write_covered(covered, change);
  covered += R"(,"cloud":)";
  write_text(covered, cloud);
  return sha256_hex(covered + "}");
}

}  // namespace retouch::core
