// How plans and results look: text for people, markdown for merge requests, JSON for programs. Every string that came
// from a cloud, a manifest or git goes through printable() or markdown_text() here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/core/plan.hpp"
#include "retouch/reconcile/apply_pass.hpp"

namespace retouch::cli {

struct Style {
  bool color = false;
};

// What the changes of a plan are to the reader.
enum class About { plan, drift };

// Terraform's signs: ~ update, + add, - remove, ! refused, ? warn; one summary line at the end.
std::string plan_as_text(const core::Plan& plan, const Style& style, About about = About::plan);

inline constexpr std::size_t markdown_cap = 60'000;  // characters: what merge request comments take
// Summary first, details folded, cut at markdown_cap with a sentence that says so.
std::string plan_as_markdown(const core::Plan& plan, About about = About::plan);
// What `state: none` hides, in one sentence.
extern const std::string_view without_memory;

// What became of one cloud in an apply; `report` is null when nothing was sent.
struct CloudResult {
  const core::CloudPlan* plan = nullptr;
  const reconcile::ApplyReport* report = nullptr;
};
std::string results_as_text(const std::vector<CloudResult>& clouds, const Style& style);
// The plan document with `results` per cloud and changed, partial, failed, skipped in the summary.
Json results_as_json(const core::Plan& plan, const std::vector<CloudResult>& clouds);

}  // namespace retouch::cli
