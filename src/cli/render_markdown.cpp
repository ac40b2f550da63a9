#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "retouch/base/printable.hpp"
#include "retouch/cli/render.hpp"

namespace retouch::cli {

namespace {

using core::Action;

std::string value(const core::Value& v) { return core::is_absent(v) ? "" : markdown_text(core::to_text(v), 200); }

std::string sign_of(const core::FieldChange& field) {
  if (field.action == Action::refused || field.action == Action::held) return "&#33;";
  if (field.action == Action::warn) return "?";
  return field.op == core::Op::add ? "+" : field.op == core::Op::remove ? "-" : "&#126;";
}

std::string rows_of(const core::ImageChange& change) {
  std::string out;
  for (const core::FieldChange& field : change.fields) {
    std::string note = std::string(core::to_string(field.cause)) + (change.adoption ? ", adoption" : "");
    if (field.action != Action::apply) note += "; " + markdown_text(field.reason, 300);
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", sign_of(field), markdown_text(change.image_name, 80),
                       markdown_text(field.name, 80), value(field.before), value(field.after),
                       markdown_text(to_string(field.place), 120), note);
  }
  return out;
}

std::int64_t images_to_change(const core::CloudPlan& cloud) {
  std::set<std::string_view> images;
  for (const core::ImageChange& change : cloud.changes) {
    if (std::ranges::any_of(change.fields, [](const auto& f) { return f.action == Action::apply; }))
      images.insert(change.image_id);
  }
  return std::ssize(images);
}

std::string summary_of(const core::Plan& plan, About about) {
  std::string out = about == About::drift ? "### retouch drift\n\n" : "### retouch plan\n\n";
  if (!plan.remembers) out += markdown_text(without_memory) + "\n\n";
  const auto failed = std::ranges::count(plan.clouds, core::Outcome::failed, &core::CloudPlan::outcome);
  if (failed > 0) {
    out += fmt::format("**Incomplete**: {} of {} clouds could not be planned.\n\n", failed, plan.clouds.size());
  }
  out +=
      "| cloud | images to change | unresolved | refused | held | requests | time | guards |\n"
      "|---|---:|---:|---:|---:|---:|---:|---|\n";
  for (const core::CloudPlan& cloud : plan.clouds) {
    if (cloud.outcome == core::Outcome::failed) {
      out += fmt::format("| {} | failed: {} | | | | | | |\n", markdown_text(cloud.cloud, 80),
                         markdown_text(cloud.error, 300));
      continue;
    }
    std::string guards;
    for (const core::GuardVerdict& verdict : cloud.guards) {
      if (verdict.refused) guards += markdown_text((guards.empty() ? "" : "; ") + verdict.detail, 300);
    }
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {:.3g} s | {} |\n", markdown_text(cloud.cloud, 80),
                       images_to_change(cloud), cloud.unresolved.size(), cloud.refused.size(), cloud.held.size(),
                       cloud.reads + cloud.writes, cloud.estimated_seconds,
                       guards.empty() ? "ok" : "**refused**: " + guards);
  }
  return out + fmt::format("\nFingerprint `{}`\n", core::fingerprint(plan));
}

// Appends only whole pieces, so that a cut never leaves a table or a fold open.
class Capped {
 public:
  explicit Capped(std::string start) : text_(std::move(start)) {}
  bool add(const std::string& piece) {
    if (left_out_ > 0 || text_.size() + piece.size() + reserve > markdown_cap) {
      ++left_out_;
      return false;
    }
    text_ += piece;
    return true;
  }
  void close(const std::string& end) { text_ += end; }
  std::string finish() && {
    if (left_out_ > 0) text_ += fmt::format("\n… and {} more, left out for length.\n", left_out_);
    return std::move(text_);
  }

 private:
  static constexpr std::size_t reserve = 200;  // for the ends and the closing sentence
  std::string text_;
  std::int64_t left_out_ = 0;
};

}  // namespace

std::string plan_as_markdown(const core::Plan& plan, About about) {
  Capped out(summary_of(plan, about));
  for (const core::CloudPlan& cloud : plan.clouds) {
    if (cloud.changes.empty() && cloud.unresolved.empty() && cloud.warnings.empty()) continue;
    const bool open = out.add(
        fmt::format("\n<details><summary>{}</summary>\n\n| | image | attribute | before | after | from | cause |\n"
                    "|---|---|---|---|---|---|---|\n",
                    html_text(cloud.cloud, 80)));
    for (const core::ImageChange& change : cloud.changes) out.add(rows_of(change));
    for (const core::Unresolved& item : cloud.unresolved) {
      out.add(fmt::format("| unresolved | {} | | | | {} | {} |\n", markdown_text(item.entry, 253),
                          markdown_text(to_string(item.place), 120), markdown_text(item.reason, 300)));
    }
    for (const std::string& warning : cloud.warnings)
      out.add(fmt::format("| warning | | | | | | {} |\n", markdown_text(warning, 300)));
    if (open) out.close("\n</details>\n");
  }
  return std::move(out).finish();
}

}  // namespace retouch::cli
