#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "retouch/base/printable.hpp"
#include "retouch/cli/render_memory.hpp"
#include "retouch/core/plan_document.hpp"
#include "table.hpp"

namespace retouch::cli {

namespace {

using state::HeldField;
using state::Suspended;

std::string_view word_of(Suspended::What what) { return what == Suspended::What::cloud ? "cloud" : "entry"; }

std::string age(Wall since, Wall now) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(std::max(Duration::zero(), now - since)));
}

std::string end_of(const std::optional<Wall>& until, std::string_view otherwise) {
  return until ? format_rfc3339(*until) : std::string(otherwise);
}

std::string shown(const core::Wish& wish) {
  std::string out = core::to_text(wish.value);
  for (const std::string& item : wish.absent_items) out += ", not " + printable(item, 80);
  return out;
}

std::vector<Suspended> in_force(std::vector<Suspended> suspended, Wall now) {
  std::erase_if(suspended, [&](const Suspended& each) { return !each.suspension.in_force(now); });
  std::ranges::sort(suspended, {}, [](const Suspended& each) { return std::tuple(each.what, each.name); });
  return suspended;
}

std::vector<HeldField> in_force(std::vector<HeldField> held, Wall now) {
  std::erase_if(held, [&](const HeldField& each) { return each.hold.until && *each.hold.until <= now; });
  std::ranges::sort(held, {}, [](const HeldField& each) { return std::tuple(each.account, each.key); });
  return held;
}

Json time_or_null(const std::optional<Wall>& when) { return when ? Json(format_rfc3339(*when)) : Json(nullptr); }

}  // namespace

std::string stopped_as_text(const Stopped& stopped, Wall now, const Style& style) {
  const Paint paint(style);
  const auto suspended = in_force(stopped.suspended, now);
  const auto held = in_force(stopped.held, now);
  std::string out;
  if (!suspended.empty()) {
    Table table({"SUSPENDED", "NAME", "FOR", "UNTIL", "BY", "REASON"});
    for (const Suspended& each : suspended) {
      table.add({std::string(word_of(each.what)), printable(each.name, 253), age(each.suspension.since, now),
                 end_of(each.suspension.until, "resumed"), printable(each.suspension.by, 80),
                 printable(each.suspension.reason, 200)});
    }
    out += table.text(paint);
  }
  if (!held.empty()) {
    Table table({"HELD IMAGE", "FIELD", "FOR", "UNTIL", "BY", "NOT SENT", "ACCOUNT"});
    for (const HeldField& each : held) {
      const bool rollback = each.hold.why == core::Hold::Why::rollback;
      table.add({printable(each.key.image_id, 64), printable(each.key.field, 255), age(each.hold.since, now),
                 end_of(each.hold.until, "the manifest changes"),
                 std::string(core::to_string(each.hold.why)) + (rollback ? " " + printable(each.hold.run, 64) : ""),
                 shown(each.hold.wish) + (rollback ? "" : ", others write " + core::to_text(each.hold.live)),
                 printable(each.account, 120)});
    }
    out += (out.empty() ? "" : "\n") + table.text(paint);
  }
  return out.empty() ? "Nothing is suspended or held.\n" : out;
}

Json stopped_as_json(const Stopped& stopped, Wall now) {
  Json suspended = Json::array();
  for (const Suspended& each : in_force(stopped.suspended, now)) {
    suspended.push_back({{"what", word_of(each.what)},
                         {"name", each.name},
                         {"since", format_rfc3339(each.suspension.since)},
                         {"until", time_or_null(each.suspension.until)},
                         {"by", each.suspension.by},
                         {"reason", each.suspension.reason}});
  }
  Json held = Json::array();
  for (const HeldField& each : in_force(stopped.held, now)) {
    held.push_back({{"account", each.account},
                    {"image_id", each.key.image_id},
                    {"field", each.key.field},
                    {"why", core::to_string(each.hold.why)},
                    {"since", format_rfc3339(each.hold.since)},
                    {"until", time_or_null(each.hold.until)},
                    {"wish", core::to_json(each.hold.wish.value)},
                    {"live", core::to_json(each.hold.live)},
                    {"run", each.hold.run}});
  }
  return {
      {"format_version", core::plan_format_version}, {"suspended", std::move(suspended)}, {"held", std::move(held)}};
}

}  // namespace retouch::cli
