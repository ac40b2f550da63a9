#include "retouch/core/plan_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "retouch/base/digest.hpp"

namespace retouch::core {

namespace {

Json image_document(const ImageChange& change) {
  Json fields = Json::array();
  for (const FieldChange& field : change.fields) fields.push_back(to_document(field));
  Json document = {{"entry", change.entry},      {"image_id", change.image_id}, {"image_name", change.image_name},
                   {"owner", change.owner},      {"status", change.status},     {"source", to_string(change.place)},
                   {"fields", std::move(fields)}};
  if (change.adoption) document["adoption"] = true;
  return document;
}

Json guard_document(const GuardVerdict& verdict) {
  Json document = {
      {"guard", verdict.guard}, {"limit", verdict.limit}, {"value", verdict.value}, {"refused", verdict.refused}};
  if (!verdict.detail.empty()) document["detail"] = verdict.detail;
  return document;
}

// What plan_fingerprint.cpp covers of a change, of a document's change: it proves that a plan file was not edited.
Json covered_of(const Json& change) {
  Json fields = Json::array();
  for (const Json& field : change.at("fields")) {
    const bool sends = field.at("action") == to_string(Action::apply) || field.at("action") == to_string(Action::held);
    fields.push_back(
        {{"name", field.at("name")}, {"before", field.at("before")}, {"after", field.at("after")}, {"sends", sends}});
  }
  return {{"image_id", change.at("image_id")},
          {"owner", change.at("owner")},
          {"status", change.at("status")},
          {"fields", std::move(fields)}};
}

std::string fingerprint_of(const Json& covered) { return "sha256:" + sha256_hex(compact_json(covered)); }

Json covered_cloud(const std::string& cloud, Json changes) {
  return {{"cloud", cloud}, {"changes", std::move(changes)}};
}

Json covered_by_document(const Json& document) {
  Json covered = Json::array();
  for (const Json& cloud : document.at("clouds")) {
    Json changes = Json::array();
    for (const Json& change : cloud.at("changes")) changes.push_back(covered_of(change));
    covered.push_back(covered_cloud(cloud.at("cloud").get<std::string>(), std::move(changes)));
  }
  return covered;
}

std::string name_of(const std::string& cloud, const std::string& entry, const std::string& image) {
  return fmt::format("{} on {} of {}", entry, image, cloud);
}

std::string name_of(const std::string& cloud, const Json& change) {
  return name_of(cloud, string_member(change, "entry").value_or("?"), string_member(change, "image_id").value_or("?"));
}

std::string digest_of(const std::string& cloud, const Json& covered) {
  return sha256_hex(compact_json(covered_cloud(cloud, covered)));
}

// Tools that reformat JSON write 30 for 30.0.
void make_canonical(Json& json) {
  if (json.is_number_float()) {
    const auto real = json.get<double>();
    if (std::nearbyint(real) == real && std::abs(real) < 1e15) json = static_cast<std::int64_t>(real);
  } else if (json.is_structured()) {
    for (Json& item : json) make_canonical(item);
  }
}

std::string seal_of(Json document) {
  document.erase("digest");
  make_canonical(document);
  return fingerprint_of(document);
}

}  // namespace

Json sealed(Json document) {
  document["digest"] = seal_of(document);
  return document;
}

Json to_document(const FieldChange& field) {
  Json document = {{"name", field.name},
                   {"op", to_string(field.op)},
                   {"before", to_json(field.before)},
                   {"after", to_json(field.after)},
                   {"cause", to_string(field.cause)},
                   {"action", to_string(field.action)},
                   {"source", to_string(field.place)}};
  if (!field.reason.empty()) document["reason"] = field.reason;
  return document;
}

Json to_document(const CloudPlan& plan) {
  Json changes = Json::array();
  for (const ImageChange& change : plan.changes) changes.push_back(image_document(change));
  Json unresolved = Json::array();
  for (const Unresolved& item : plan.unresolved) {
    unresolved.push_back({{"entry", item.entry}, {"reason", item.reason}, {"source", to_string(item.place)}});
  }
  Json refused = Json::array();
  for (const Refusal& item : plan.refused) {
    refused.push_back({{"entry", item.entry},
                       {"image_id", item.image_id},
                       {"field", item.field},
                       {"reason", item.reason},
                       {"source", to_string(item.place)}});
  }
  Json guards = Json::array();
  for (const GuardVerdict& verdict : plan.guards) guards.push_back(guard_document(verdict));
  Json document = {{"cloud", plan.cloud},
                   {"provider", plan.provider},
                   {"outcome", to_string(plan.outcome)},
                   {"images_seen", plan.images_seen},
                   {"images_matched", plan.images_matched},
                   {"entries", plan.entries},
                   {"changes", std::move(changes)},
                   {"unresolved", std::move(unresolved)},
                   {"refused", std::move(refused)},
                   {"guards", std::move(guards)},
                   {"held", plan.held},
                   {"suspended", plan.suspended},
                   {"warnings", plan.warnings},
                   {"requests", {{"reads", plan.reads}, {"writes", plan.writes}}},
                   {"estimated_seconds", plan.estimated_seconds}};
  if (!plan.error.empty()) document["error"] = plan.error;
  return document;
}

Json to_document(const Plan& plan) {
  Json clouds = Json::array();
  std::int64_t changes = 0;
  std::int64_t fields = 0;
  std::int64_t unresolved = 0;
  std::int64_t refused = 0;
  std::int64_t requests = 0;
  for (const CloudPlan& cloud : plan.clouds) {
    clouds.push_back(to_document(cloud));
    unresolved += std::ssize(cloud.unresolved);
    refused += std::ssize(cloud.refused);
    requests += cloud.reads + cloud.writes;
    std::set<std::string_view> images;
    for (const ImageChange& change : cloud.changes) {
      for (const FieldChange& field : change.fields) {
        if (field.action != Action::apply) continue;
        images.insert(change.image_id);
        ++fields;
      }
    }
    changes += std::ssize(images);
  }
  Json sources = Json::array();
  for (const SourceRevision& source : plan.sources)
    sources.push_back({{"name", source.name}, {"revision", source.revision}});
  Json document = {{"format_version", plan_format_version},
                   {"fingerprint", fingerprint(plan)},
                   {"created_at", format_rfc3339(plan.created_at)},
                   {"sources", std::move(sources)},
                   {"clouds", std::move(clouds)},
                   {"summary",
                    {{"changes", changes},
                     {"fields", fields},
                     {"unresolved", unresolved},
                     {"refused", refused},
                     {"requests", requests}}}};
  if (!plan.remembers) document["state"] = "none";
  return document;
}

Result<PlanFile> read_plan_file(std::string_view text, const std::string& file) {
  const auto wrong = [&](const std::string& why) {
    return fail(Error{.code = Errc::invalid_input,
                      .message = "not a usable plan file: " + why +
                                 "; make a new one with `retouch "
                                 "plan --out FILE`",
                      .place = {file, 0, 0}});
  };
  auto document = parse_json(text, "the plan file");
  if (!document) return wrong(document.error().message);
  const auto version = string_member(*document, "format_version").value_or("");
  if (!version.starts_with("1.")) return wrong("format_version is \"" + version + "\", this program reads 1.x");
  PlanFile plan{.fingerprint = string_member(*document, "fingerprint").value_or(""),
                .clouds = {},
                .changes = {},
                .scope = Json::object()};
  try {
    if (fingerprint_of(covered_by_document(*document)) != plan.fingerprint) {
      return wrong("its fingerprint does not fit its content, so it was edited");
    }
    if (string_member(*document, "digest").value_or("") != seal_of(*document)) {
      return wrong("its digest does not fit its content, so it was edited");
    }
    for (const Json& cloud : document->at("clouds")) {
      plan.clouds.push_back(cloud.at("cloud").get<std::string>());
      for (const Json& change : cloud.at("changes"))
        plan.changes.emplace(digest_of(plan.clouds.back(), covered_of(change)), name_of(plan.clouds.back(), change));
    }
    if (const Json* scope = find_member(*document, "scope")) plan.scope = *scope;
  } catch (const Json::exception& problem) {
    return wrong(problem.what());
  }
  return plan;
}

std::string what_moved(const PlanFile& reviewed, const Plan& now) {
  std::map<std::string, std::string> current;
  for (const CloudPlan& cloud : now.clouds) {
    for (const ImageChange& change : cloud.changes)
      current.emplace(change_digest(cloud.cloud, change), name_of(cloud.cloud, change.entry, change.image_id));
  }
  std::set<std::string> before, after;  // of what is only here or only there
  for (const auto& [digest, name] : reviewed.changes)
    if (!current.contains(digest)) before.insert(name);
  for (const auto& [digest, name] : current)
    if (!reviewed.changes.contains(digest)) after.insert(name);
  std::vector<std::string> differ, gone, fresh;
  std::ranges::set_intersection(before, after, std::back_inserter(differ));
  std::ranges::set_difference(before, after, std::back_inserter(gone));
  std::ranges::set_difference(after, before, std::back_inserter(fresh));
  std::vector<std::string> kinds;
  std::size_t left = 5;
  for (const auto& [what, names] : {std::pair("with other values", &differ), {"gone", &gone}, {"new", &fresh}}) {
    if (names->empty()) continue;
    const auto shown = std::min(left, names->size());
    left -= shown;
    kinds.push_back(fmt::format("{} {}", names->size(), what));
    if (shown > 0)
      kinds.back() +=
          fmt::format(" ({}{})", fmt::join(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(shown), "; "),
                      shown < names->size() ? "; …" : "");
  }
  return fmt::format("{}", fmt::join(kinds, ", "));
}

}  // namespace retouch::core
