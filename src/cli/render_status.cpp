#include "render_status.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/printable.hpp"
#include "retouch/base/time.hpp"
#include "table.hpp"

namespace retouch::cli {

namespace {

std::string text_at(const Json& object, std::string_view key, std::size_t cap = 300) {
  return printable(string_member(object, key).value_or(""), cap);
}

const Json& list_at(const Json& object, std::string_view key) {
  static const Json none = Json::array();
  const Json* list = find_member(object, key);
  return list != nullptr && list->is_array() ? *list : none;
}

// "3m ago", "in 12m", "-"
std::string when(const Json& object, std::string_view key, Wall now) {
  const auto text = string_member(object, key);
  const auto time = text ? parse_rfc3339(*text) : std::nullopt;
  if (!time) return "-";
  const bool past = *time <= now;
  Duration span = past ? now - *time : *time - now;
  span = span >= std::chrono::hours(2)     ? Duration(std::chrono::floor<std::chrono::hours>(span))
         : span >= std::chrono::minutes(2) ? Duration(std::chrono::floor<std::chrono::minutes>(span))
                                           : Duration(std::chrono::floor<std::chrono::seconds>(span));
  const std::string shown = span == Duration::zero() ? "0s" : format_duration(span);
  return past ? shown + " ago" : "in " + shown;
}

// "28 synced, 2 drifted": what is not zero.
std::string images_of(const Json& cloud) {
  std::string out;
  const Json* images = find_member(cloud, "images");
  if (images == nullptr || !images->is_object()) return out;
  for (const char* state :
       {"synced", "drifted", "pending", "failed", "unresolved", "refused", "held", "contended", "suspended"}) {
    const auto count = integer_member(*images, state).value_or(0);
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, state);
  }
  return out;
}

std::string painted_result(const std::string& result, const Paint& paint) {
  if (result.empty()) return "-";
  if (result == "success") return paint.green(result);
  return result == "partial" || result == "refused" || result == "throttled" ? paint.yellow(result) : paint.red(result);
}

std::string clouds_as_text(const Json& document, Wall now, const Paint& paint) {
  Table table({"CLOUD", "MODE", "NOW", "LAST", "RESULT", "NEXT", "IMAGES"});
  for (const Json& cloud : list_at(document, "clouds")) {
    const Json* suspended = find_member(cloud, "suspended");
    const bool stopped = suspended != nullptr && suspended->is_object();
    table.add({text_at(cloud, "cloud", 80), text_at(cloud, "mode"), stopped ? "suspended" : text_at(cloud, "phase"),
               when(cloud, "last_run_at", now), painted_result(text_at(cloud, "result"), paint),
               when(cloud, "next_run_at", now), images_of(cloud)});
  }
  std::string out = table.text(paint);
  for (const Json& cloud : list_at(document, "clouds")) {
    const std::string error = text_at(cloud, "error", 1000);
    if (!error.empty()) out += fmt::format("  {} {}: {}\n", paint.red("!"), text_at(cloud, "cloud", 80), error);
  }
  return out;
}

std::string sources_as_text(const Json& document, Wall now, const Paint& paint) {
  Table table({"SOURCE", "REVISION", "FILES", "READ", "FROM"});
  std::string troubles;
  for (const Json& source : list_at(document, "sources")) {
    std::string revision = text_at(source, "revision");
    revision = revision.substr(revision.find(':') + 1, 12);
    table.add({text_at(source, "name", 80), revision.empty() ? "-" : revision,
               std::to_string(integer_member(source, "files").value_or(0)), when(source, "last_success_at", now),
               text_at(source, "location", 120)});
    const std::string error = text_at(source, "error", 1000);
    if (!error.empty())
      troubles +=
          fmt::format("  {} {}: {}; what it had stays in force\n", paint.red("!"), text_at(source, "name", 80), error);
    for (const Json& stale : list_at(source, "stale")) {
      const bool left_out = bool_member(stale, "left_out").value_or(false);
      troubles += fmt::format("  {} {}: {} ({}): {}\n", paint.yellow("!"), text_at(stale, "file"),
                              left_out ? "nothing of it is in force" : "its last good content stays in force",
                              when(stale, "since", now), text_at(stale, "problem", 1000));
    }
  }
  return table.text(paint) + troubles;
}

std::string guards_as_text(const Json& document, Wall now, const Paint& paint) {
  std::string out;
  for (const Json& cloud : list_at(document, "clouds")) {
    for (const Json& guard : list_at(cloud, "guards")) {
      out +=
          fmt::format("  {} {}: {} refused {}: {}\n    to apply it all the same: retouch reconcile {} --accept {}\n",
                      paint.red("!"), text_at(cloud, "cloud", 80), text_at(guard, "guard"), when(guard, "since", now),
                      text_at(guard, "detail", 1000), text_at(cloud, "cloud", 80), text_at(guard, "fingerprint", 80));
    }
  }
  return out.empty() ? out : paint.bold("REFUSED BY A GUARD") + "\n" + out;
}

std::string stops_as_text(const Json& document, Wall now, const Paint& paint) {
  std::string out;
  for (const Json& one : list_at(document, "suspended")) {
    const std::string reason = text_at(one, "reason");
    out += fmt::format("  {} {}: suspended {} by {}{}\n", text_at(one, "what"), text_at(one, "name"),
                       when(one, "since", now), text_at(one, "by"), reason.empty() ? "" : ": " + reason);
  }
  for (const Json& one : list_at(document, "held")) {
    out += fmt::format("  image {}, {}: held {} ({})\n", text_at(one, "image_id"), text_at(one, "field"),
                       when(one, "since", now), text_at(one, "why"));
  }
  return out.empty() ? out : paint.bold("STOPPED") + "\n" + out;
}

}  // namespace

std::string status_as_text(const Json& document, const Style& style) {
  const Paint paint(style);
  const auto stamp = string_member(document, "now");
  const Wall now = stamp ? parse_rfc3339(*stamp).value_or(Wall{}) : Wall{};
  std::string out = fmt::format("retouch {}, pid {}, {}, started {}\n", text_at(document, "version"),
                                integer_member(document, "pid").value_or(0), text_at(document, "phase"),
                                when(document, "started_at", now));
  if (const Json* configuration = find_member(document, "configuration")) {
    out += fmt::format("{}, read {}\n", text_at(*configuration, "file"), when(*configuration, "loaded_at", now));
    const std::string error = text_at(*configuration, "error", 2000);
    if (!error.empty()) out += fmt::format("  {} the old configuration stays in force: {}\n", paint.red("!"), error);
  }
  for (const std::string& part : {clouds_as_text(document, now, paint), sources_as_text(document, now, paint),
                                  guards_as_text(document, now, paint), stops_as_text(document, now, paint)}) {
    if (!part.empty()) out += "\n" + part;
  }
  return out;
}

std::string reconciled_as_text(const Json& document, const Style& style) {
  const Paint paint(style);
  std::string out;
  for (const Json& cloud : list_at(document, "clouds")) {
    const std::string name = text_at(cloud, "cloud", 80);
    if (find_member(cloud, "triggered") != nullptr) {
      out += name + ": a pass begins as soon as possible (retouch status)\n";
      continue;
    }
    const std::string images = images_of(cloud), error = text_at(cloud, "error", 1000);
    out += fmt::format("{}: {}, {} images changed{}{}\n", name, painted_result(text_at(cloud, "result"), paint),
                       integer_member(cloud, "changed").value_or(0), images.empty() ? "" : "; now " + images,
                       error.empty() ? "" : "\n  " + error);
  }
  return out;
}

}  // namespace retouch::cli
