#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/cli/render_memory.hpp"
#include "retouch/core/plan_document.hpp"
#include "table.hpp"

namespace retouch::cli {

namespace {

using core::ChangeRecord;
using core::ChangeStatus;
using core::RunRecord;

std::string took(const RunRecord& run) {
  if (!run.ended) return "-";
  const Duration span = std::max(Duration::zero(), *run.ended - run.began);
  if (span < std::chrono::seconds(1)) return format_duration(std::chrono::floor<std::chrono::milliseconds>(span));
  return format_duration(std::chrono::floor<std::chrono::seconds>(span));
}

std::string ending(const RunRecord& run) {
  return run.ended ? fmt::format("{}", run.exit_code) : "goes on or was killed";
}

std::string clouds_of(const RunRecord& run) {
  std::string out;
  for (const core::PassRecord& pass : run.passes) out += (out.empty() ? "" : ", ") + printable(pass.cloud, 80);
  return out;
}

// "site@fd9c84f58722": a revision is known by its first letters; how it was hashed says nothing.
std::string short_revisions_of(const RunRecord& run) {
  std::string out;
  for (const core::SourceRevision& source : run.sources) {
    const std::string hash = source.revision.substr(source.revision.find(':') + 1, 12);
    out += (out.empty() ? "" : ", ") + printable(source.name, 80) + "@" + printable(hash);
  }
  return out;
}

std::string revisions_of(const RunRecord& run) {
  std::string out;
  for (const core::SourceRevision& source : run.sources) {
    out += (out.empty() ? "" : ", ") + printable(source.name, 80) + "@" + printable(source.revision, 128);
  }
  return out;
}

// What the store counts as applied is green, as failed red.
std::string painted(ChangeStatus status, const Paint& paint) {
  const std::string_view word = core::to_string(status);
  switch (status) {
    case ChangeStatus::applied:
    case ChangeStatus::found:
      return paint.green(word);
    case ChangeStatus::failed:
    case ChangeStatus::not_kept:
      return paint.red(word);
    default:
      return paint.yellow(word);
  }
}

std::string sign_of(core::Op op, const Paint& paint) {
  return op == core::Op::add ? paint.green("+") : op == core::Op::remove ? paint.red("-") : paint.yellow("~");
}

void write_change(std::string& out, const ChangeRecord& record, std::size_t width, const Paint& paint) {
  const core::FieldChange& change = record.change;
  out += fmt::format("    {} {:<{}}  {} -> {}  {}", sign_of(change.op, paint), printable(change.name, 255), width,
                     core::to_text(change.before), core::to_text(change.after), painted(record.status, paint));
  std::string notes = std::string(core::to_string(change.cause));
  if (const std::string place = to_string(change.place); !place.empty()) notes += ", " + printable(place);
  if (!record.request_id.empty()) notes += ", request " + printable(record.request_id, 128);
  out += paint.dim("  # " + notes) + "\n";
  if (!record.error.empty()) out += fmt::format("        {}\n", printable(record.error));
  if (record.status == ChangeStatus::intended) {
    out += "        its end is not known yet: the run goes on, or ended first; the next apply looks\n";
  }
}

// What one run did to one image, under one title.
void write_image(std::string& out, std::span<const ChangeRecord* const> changes, const Paint& paint) {
  const ChangeRecord& first = *changes.front();
  out += fmt::format("  {}: {}  {}  {}\n", printable(first.cloud, 80), paint.bold(printable(first.image_name, 128)),
                     printable(first.image_id, 64), paint.dim("# " + printable(first.entry, 253)));
  std::size_t width = 0;
  for (const ChangeRecord* record : changes)
    width = std::max(width, std::min<std::size_t>(record->change.name.size(), 32));
  for (const ChangeRecord* record : changes) write_change(out, *record, width, paint);
}

void write_changes(std::string& out, const std::vector<ChangeRecord>& changes, const Paint& paint) {
  const auto key = [](const ChangeRecord* record) {
    return std::tie(record->cloud, record->entry, record->image_name, record->image_id);
  };
  std::vector<const ChangeRecord*> sorted;
  for (const ChangeRecord& record : changes) sorted.push_back(&record);
  std::ranges::sort(sorted, [&](const ChangeRecord* a, const ChangeRecord* b) {
    return std::tuple(key(a), std::string_view(a->change.name), a->id) <
           std::tuple(key(b), std::string_view(b->change.name), b->id);
  });
  for (auto from = sorted.begin(); from != sorted.end();) {
    const auto to = std::find_if(from, sorted.end(), [&](const ChangeRecord* each) { return key(each) != key(*from); });
    write_image(out, std::span(from, to), paint);
    from = to;
  }
}

Json run_document(const RunRecord& run) {
  Json clouds = Json::array();
  for (const core::PassRecord& pass : run.passes) {
    Json cloud = {{"cloud", pass.cloud}, {"account", pass.account}, {"outcome", pass.outcome}};
    if (!pass.error.empty()) cloud["error"] = pass.error;
    clouds.push_back(std::move(cloud));
  }
  Json sources = Json::array();
  for (const auto& source : run.sources) sources.push_back({{"name", source.name}, {"revision", source.revision}});
  Json document = {{"id", run.id},
                   {"verb", run.verb},
                   {"by", run.by},
                   {"began_at", format_rfc3339_ms(run.began)},
                   {"ended_at", nullptr},
                   {"exit_code", nullptr},
                   {"clouds", std::move(clouds)},
                   {"sources", std::move(sources)},
                   {"applied", run.applied},
                   {"failed", run.failed},
                   {"open", run.open}};
  if (run.ended) {
    document["ended_at"] = format_rfc3339_ms(*run.ended);
    document["exit_code"] = run.exit_code;
  }
  if (!run.fingerprint.empty()) document["fingerprint"] = run.fingerprint;
  if (!run.undoes.empty()) document["undoes"] = run.undoes;
  if (!run.accepted.empty()) document["accepted"] = run.accepted;
  return document;
}

Json change_document(const ChangeRecord& record) {
  Json document = core::to_document(record.change);
  document.erase("action");
  document.erase("reason");
  document["cloud"] = record.cloud;
  document["entry"] = record.entry;
  document["image_id"] = record.image_id;
  document["image_name"] = record.image_name;
  document["revision"] = record.revision;
  document["status"] = core::to_string(record.status);
  document["intended_at"] = format_rfc3339_ms(record.intended_at);
  document["settled_at"] = record.settled_at ? Json(format_rfc3339_ms(*record.settled_at)) : Json(nullptr);
  document["request_id"] = record.request_id;
  if (!record.error.empty()) document["error"] = record.error;
  return document;
}

}  // namespace

std::string runs_as_text(const std::vector<RunRecord>& runs, bool more, const Style& style) {
  const Paint paint(style);
  if (runs.empty()) return "No run matches.\n";
  Table table({"RUN", "BEGAN", "TOOK", "VERB", "BY", "CLOUDS", "REVISION", "APPLIED", "FAILED", "OPEN", "EXIT"});
  for (const RunRecord& run : runs) {
    table.add({printable(run.id, 64), format_rfc3339(run.began), took(run), printable(run.verb, 32),
               printable(run.by, 80), clouds_of(run), short_revisions_of(run), fmt::format("{}", run.applied),
               fmt::format("{}", run.failed), fmt::format("{}", run.open), ending(run)});
  }
  std::string out = table.text(paint);
  if (more) out += paint.dim(fmt::format("The newest {}; --all shows the others, too.", runs.size())) + "\n";
  return out;
}

Json runs_as_json(const std::vector<RunRecord>& runs, bool more) {
  Json documents = Json::array();
  for (const RunRecord& run : runs) documents.push_back(run_document(run));
  return {{"format_version", core::plan_format_version}, {"runs", std::move(documents)}, {"more", more}};
}

std::string run_as_text(const RunRecord& run, const std::vector<ChangeRecord>& changes, const Style& style) {
  const Paint paint(style);
  std::string out =
      fmt::format("{}  {} by {}\n", paint.bold(printable(run.id, 64)), printable(run.verb, 32), printable(run.by, 80));
  const std::string end = run.ended ? fmt::format("took {}, exit code {}", took(run), run.exit_code)
                                    : paint.yellow("goes on or was killed");
  out += fmt::format("  began {}, {}\n", format_rfc3339(run.began), end);
  if (!run.undoes.empty()) out += fmt::format("  undoes {}\n", printable(run.undoes, 128));
  if (!run.accepted.empty()) out += fmt::format("  accepted guards: {}\n", join(run.accepted, ", "));
  if (!run.sources.empty()) out += fmt::format("  from {}\n", revisions_of(run));
  for (const core::PassRecord& pass : run.passes) {
    out += fmt::format("  {}: {}{}\n", printable(pass.cloud, 80), printable(pass.outcome, 32),
                       pass.error.empty() ? "" : ": " + printable(pass.error));
  }
  out += '\n';
  write_changes(out, changes, paint);
  if (changes.empty()) out += "  No change matches.\n";
  out +=
      fmt::format("\n{} {} applied, {} failed, {} open.\n", paint.bold("Changes:"), run.applied, run.failed, run.open);
  return out;
}

Json run_as_json(const RunRecord& run, const std::vector<ChangeRecord>& changes) {
  Json documents = Json::array();
  for (const ChangeRecord& record : changes) documents.push_back(change_document(record));
  return {{"format_version", core::plan_format_version}, {"run", run_document(run)}, {"changes", std::move(documents)}};
}

}  // namespace retouch::cli
