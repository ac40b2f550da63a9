// What a plan's fingerprint and a change's digest cover, written without a JSON document in between, for a plan may
// have ten thousand changes. plan_document.cpp has the counterpart that reads plan files; both must give the same
// bytes.
#include <fmt/format.h>

#include "retouch/base/digest.hpp"
#include "retouch/core/plan_document.hpp"

namespace retouch::core {

namespace {

// What the fingerprint covers of one change, as compact_json() writes the counterpart: keys in their order. A field
// that was only reported or refused when it was reviewed must not be sent now; one that was held may be: its exposure
// was accepted since.
void write_covered(std::string& out, const ImageChange& change) {
  out += R"({"fields":[)";
  for (const FieldChange& field : change.fields) {
    if (out.back() != '[') out += ',';
    out += R"({"after":)";
    append_json(out, field.after);
    out += R"(,"before":)";
    append_json(out, field.before);
    out += R"(,"name":)";
    append_json(out, field.name);
    out += field.action == Action::apply || field.action == Action::held ? R"(,"sends":true})" : R"(,"sends":false})";
  }
  out += R"(],"image_id":)";
  append_json(out, change.image_id);
  out += R"(,"owner":)";
  append_json(out, change.owner);
  out += R"(,"status":)";
  append_json(out, change.status);
  out += '}';
}

// Adds what is covered of a cloud to the sum and leaves `out` empty: of ten thousand changes it would be megabytes.
void add_covered_cloud(Sha256Sum& sum, std::string& out, const CloudPlan& cloud) {
  const auto add = [&] {
    sum.add(out);
    out.clear();
  };
  out += R"({"changes":[)";
  for (const ImageChange& change : cloud.changes) {
    if (&change != cloud.changes.data()) out += ',';
    write_covered(out, change);
    add();
  }
  out += R"(],"cloud":)";
  append_json(out, cloud.cloud);
  out += '}';
  add();
}

}  // namespace

std::string fingerprint(std::span<const CloudPlan> clouds) {
  Sha256Sum sum;
  std::string out = "[";
  for (const CloudPlan& cloud : clouds) {
    if (&cloud != clouds.data()) out += ',';
    add_covered_cloud(sum, out, cloud);
  }
  sum.add(out + "]");
  return "sha256:" + hex(sum.end());
}

std::string fingerprint(const Plan& plan) { return fingerprint(plan.clouds); }

// Of {"changes": {…}, "cloud": …}: one change, no array.
std::string change_digest(const std::string& cloud, const ImageChange& change) {
  std::string covered = R"({"changes":)";
  write_covered(covered, change);
  covered += R"(,"cloud":)";
  append_json(covered, cloud);
  return sha256_hex(covered + "}");
}

}  // namespace retouch::core
