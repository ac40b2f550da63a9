#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "retouch/base/printable.hpp"
#include "retouch/cli/render.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

using core::Action;
using core::FieldChange;
using core::Op;

struct Totals {
  std::int64_t images = 0, added = 0, changed = 0, removed = 0, warned = 0;
  std::int64_t unresolved = 0, refused = 0, held = 0, requests = 0, clouds = 0, failed_clouds = 0;
  double seconds = 0;
};

void count(Totals& totals, const core::CloudPlan& cloud) {
  std::set<std::string_view> images;
  for (const core::ImageChange& change : cloud.changes) {
    for (const FieldChange& field : change.fields) {
      if (field.action == Action::warn) ++totals.warned;
      if (field.action != Action::apply) continue;
      images.insert(change.image_id);
      ++(field.op == Op::add ? totals.added : field.op == Op::remove ? totals.removed : totals.changed);
    }
  }
  totals.images += std::ssize(images);
  totals.unresolved += std::ssize(cloud.unresolved);
  totals.refused += std::ssize(cloud.refused);
  totals.held += std::ssize(cloud.held);
  totals.requests += cloud.reads + cloud.writes;
  totals.seconds = std::max(totals.seconds, cloud.estimated_seconds);  // clouds are worked on side by side
  ++totals.clouds;
  if (cloud.outcome == core::Outcome::failed) ++totals.failed_clouds;
}

std::string sign_of(const FieldChange& field, const Paint& paint) {
  switch (field.action) {
    case Action::refused:
      return paint.red("!");
    case Action::held:
      return paint.red("!");
    case Action::warn:
      return paint.yellow("?");
    case Action::apply:
      break;
  }
  switch (field.op) {
    case Op::add:
      return paint.green("+");
    case Op::remove:
      return paint.red("-");
    case Op::replace:
      return paint.yellow("~");
  }
  return " ";
}

std::string values_of(const FieldChange& field) {
  switch (field.op) {
    case Op::add:
      return core::to_text(field.after);
    case Op::remove:
      return core::to_text(field.before);
    case Op::replace:
      return core::to_text(field.before) + " -> " + core::to_text(field.after);
  }
  return {};
}

// The line that wants the field; the entry's file was named above it.
std::string line_of(const FieldChange& field, const core::ImageChange& change) {
  if (field.place.line != 0 && field.place.file == change.place.file) return fmt::format("line {}", field.place.line);
  return printable(to_string(field.place));
}

void write_field(std::string& out, const FieldChange& field, const core::ImageChange& change, std::size_t width,
                 const Paint& paint) {
  out += fmt::format("      {} {:<{}}  {}", sign_of(field, paint), printable(field.name, 255), width, values_of(field));
  out += paint.dim(fmt::format("  # {}, {}", core::to_string(field.cause), line_of(field, change)));
  out += '\n';
  if (!field.reason.empty() && field.action != Action::apply) {
    const auto word = field.action == Action::warn ? "reported only" : core::to_string(field.action);
    out += fmt::format("          {}: {}\n", word, printable(field.reason));
  }
}

std::string title_of(const core::ImageChange& change, const Paint& paint) {
  return paint.bold(printable(change.image_name, 128)) + "  " + printable(change.image_id, 64);
}

// Images of one entry that change in exactly the same way, shown once.
using Alike = std::vector<const core::ImageChange*>;

void write_alike(std::string& out, const Alike& images, const Paint& paint) {
  constexpr std::size_t shown_names = 10;
  const core::ImageChange& first = *images.front();
  const bool sends = std::ranges::any_of(first.fields, [](const FieldChange& f) { return f.action == Action::apply; });
  std::string title = title_of(first, paint);
  if (images.size() > 1) {
    title = paint.bold(fmt::format("{} images: ", images.size()));
    for (std::size_t i = 0; i < images.size() && i < shown_names; ++i) {
      title += (i == 0 ? "" : ", ") + printable(images[i]->image_name, 64);
    }
    if (images.size() > shown_names) title += fmt::format(" and {} more", images.size() - shown_names);
  }
  out += fmt::format("  {} {}  {}\n", sends ? paint.yellow("~") : paint.red("!"), title,
                     paint.dim(fmt::format("# {}, {}{}", printable(first.entry, 253), printable(to_string(first.place)),
                                           first.adoption ? ", adoption" : "")));
  std::size_t width = 0;
  for (const FieldChange& field : first.fields) width = std::max(width, std::min<std::size_t>(field.name.size(), 32));
  for (const FieldChange& field : first.fields) write_field(out, field, first, width, paint);
}

// By entry and image name, as a reader looks for them; the plan itself is in the order of ids.
std::vector<Alike> group_alike(const core::CloudPlan& cloud) {
  Alike sorted;
  for (const core::ImageChange& change : cloud.changes) sorted.push_back(&change);
  std::ranges::sort(sorted, [](const core::ImageChange* a, const core::ImageChange* b) {
    return std::tie(a->entry, a->image_name, a->image_id) < std::tie(b->entry, b->image_name, b->image_id);
  });
  std::vector<Alike> groups;
  for (const core::ImageChange* change : sorted) {
    const auto same = [change](const Alike& group) {
      return group.front()->entry == change->entry && group.front()->adoption == change->adoption &&
             group.front()->fields == change->fields;
    };
    // Only the last few groups are looked at: enough for entries whose images differ in a handful of ways.
    const auto from = groups.size() > 8 ? groups.end() - 8 : groups.begin();
    const auto it = std::find_if(from, groups.end(), same);
    if (it == groups.end()) {
      groups.push_back({change});
    } else {
      it->push_back(change);
    }
  }
  return groups;
}

void write_guards(std::string& out, const core::CloudPlan& cloud, const Paint& paint) {
  for (const core::GuardVerdict& verdict : cloud.guards) {
    if (verdict.detail.empty()) continue;
    out +=
        fmt::format("  {} {}: {}\n", verdict.refused ? paint.red("refused by guard") : paint.yellow("guard accepted"),
                    verdict.guard, printable(verdict.detail));
  }
}

void write_cloud(std::string& out, const core::CloudPlan& cloud, const Paint& paint) {
  if (cloud.outcome == core::Outcome::failed) {
    out += fmt::format("{} ({}): {} {}\n\n", paint.bold(printable(cloud.cloud)), cloud.provider, paint.red("failed:"),
                       cloud.error);
    return;
  }
  if (cloud.entries == 0 && cloud.warnings.empty()) {
    out +=
        fmt::format("{} ({}): not asked, no entry is about it\n", paint.bold(printable(cloud.cloud)), cloud.provider);
    write_guards(out, cloud, paint);  // a source that shrank to nothing is why no entry is left
    out += '\n';
    return;
  }
  out += fmt::format("{} ({}): {} seen, {} matched by {}\n", paint.bold(printable(cloud.cloud)), cloud.provider,
                     counted(cloud.images_seen, "image", "images"), cloud.images_matched,
                     counted(cloud.entries, "entry", "entries"));
  for (const Alike& images : group_alike(cloud)) write_alike(out, images, paint);
  for (const core::Unresolved& item : cloud.unresolved) {
    out += fmt::format("  {} {}: {}  {}\n", paint.red("unresolved"), printable(item.entry, 253), printable(item.reason),
                       paint.dim("# " + printable(to_string(item.place))));
  }
  for (const std::string& entry : cloud.suspended)
    out += fmt::format("  {} {}\n", paint.yellow("suspended"), printable(entry));
  for (const std::string& warning : cloud.warnings)
    out += fmt::format("  {} {}\n", paint.yellow("warning:"), printable(warning));
  write_guards(out, cloud, paint);
  out += '\n';
}

// Where no plan could be made nothing is known, so nothing may sound as if all were well.
std::string opening(const Totals& totals, About about, const Paint& paint) {
  const bool drift = about == About::drift;
  std::string line = drift ? "Drift: " : "Plan: ";
  std::string_view others;
  if (totals.failed_clouds > 0) {
    line += paint.red(
                fmt::format("incomplete: {} could not be planned", counted(totals.failed_clouds, "cloud", "clouds"))) +
            (totals.failed_clouds == totals.clouds ? "." : "; ");
    if (totals.failed_clouds == totals.clouds) return line;
    others = totals.clouds - totals.failed_clouds == 1 ? " in the other" : " in the others";
  }
  const std::string_view change = drift ? "change back" : "change";
  if (totals.images == 0) return paint.bold(fmt::format("{}nothing to {}{}.", line, change, others));
  return paint.bold(fmt::format("{}{} to {}{}", line, counted(totals.images, "image", "images"), change, others)) +
         fmt::format(" (attributes: {} added, {} changed, {} removed).", totals.added, totals.changed, totals.removed);
}

std::string summary(const Totals& totals, About about, const Paint& paint) {
  std::string line = opening(totals, about, paint);
  const auto add = [&line](std::int64_t number, std::string_view what) {
    if (number > 0) line += fmt::format(" {} {}.", number, what);
  };
  add(totals.unresolved, "unresolved");
  add(totals.refused, "refused");
  add(totals.held, "held");
  add(totals.warned, "reported only");
  if (totals.images > 0)
    line += fmt::format(" {} requests, about {:.3g} s at the limit.", totals.requests, totals.seconds);
  return line + "\n";
}

}  // namespace

const std::string_view without_memory =
    "state: none: causes are unknown, and the guards see neither the last 24 hours nor what shrank or grew";

std::string plan_as_text(const core::Plan& plan, const Style& style, About about) {
  const Paint paint(style);
  std::string out;
  Totals totals;
  for (const core::CloudPlan& cloud : plan.clouds) {
    write_cloud(out, cloud, paint);
    count(totals, cloud);
  }
  if (!plan.remembers) out += paint.yellow(without_memory) + "\n";
  out += summary(totals, about, paint);
  if (totals.images > 0 && about == About::plan) out += paint.dim("Fingerprint: " + core::fingerprint(plan)) + "\n";
  return out;
}

}  // namespace retouch::cli
