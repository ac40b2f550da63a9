// The plan as the JSON document that other programs read (design.md section 5, format_version 1.0).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::core {

inline constexpr const char* plan_format_version = "1.0";

Json to_document(const Plan& plan);
Json to_document(const CloudPlan& plan);
Json to_document(const FieldChange& field);

// The document with a `digest` over all the rest of it: what a reviewer was shown is what somebody had planned, also
// where the fingerprint does not look (names, causes, guards, totals).
Json sealed(Json document);

// fingerprint() of a plan that has these clouds.
std::string fingerprint(std::span<const CloudPlan> clouds);
// Of one change, over the same values as the plan's fingerprint: what `--skip-stale` compares.
std::string change_digest(const std::string& cloud, const ImageChange& change);

// What a plan file says it was: enough to refuse a stale one. Values are never taken from a plan file.
struct PlanFile {
  std::string fingerprint;
  std::vector<std::string> clouds;
  std::map<std::string, std::string> changes;  // by change_digest(): entry and image, for a reader
  Json scope;                                  // `scope` of the document: how the command line had narrowed the plan
};
// Errc::invalid_input when it is no plan file, of an unknown major version, or its fingerprint or its digest does not
// fit its content (edited by hand).
Result<PlanFile> read_plan_file(std::string_view text, const std::string& file);
// What of `now` is not what was reviewed, in one line: how many changes of which kind, and the first five. "" = only
// the clouds are others.
std::string what_moved(const PlanFile& reviewed, const Plan& now);

}  // namespace retouch::core
