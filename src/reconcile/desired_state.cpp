#include "retouch/reconcile/desired_state.hpp"

#include "retouch/base/text.hpp"

#include "retouch/base/printable.hpp"

#include <algorithm>
#include <set>

#include "manifest_files.hpp"
#include "retouch/async/interrupt.hpp"
#include "retouch/providers/tables.hpp"

namespace retouch::reconcile {

namespace {

// A source to be read, and as of when.
struct Reading {
  std::unique_ptr<sources::Source> source;
  std::string revision{};  // "" = the newest
};

Result<std::vector<Reading>> readings(const config::Settings& settings, const ManifestChoice& choice, World& world) {
  std::vector<Reading> result;
  for (const std::string& path : choice.paths) {
    result.push_back({sources::make_directory_source(path, path, world.files, world.blocking)});
  }
  if (!choice.paths.empty()) return result;
  bool known = choice.revision.empty();
  for (const config::Source& source : settings.sources) {
    RETOUCH_TRY(auto made, make_source(source, world));
    const bool meant = !choice.revision.empty() && source.name == choice.revision_of;
    known = known || meant;
    result.push_back({std::move(made), meant ? choice.revision : ""});
  }
  if (known) return result;
  return fail(Errc::usage, "there is no source `" + choice.revision_of + "`");
}

task<Result<std::vector<core::ManifestFile>>> read_sources(const config::Settings& settings,
                                                           const ManifestChoice& choice, World& world,
                                                           DesiredState& state) {
  RETOUCH_CO_TRY(const std::vector<Reading> to_read, readings(settings, choice, world));
  std::vector<core::ManifestFile> files;
  for (const Reading& reading : to_read) {
    // A Git source may be on its way for a minute: whoever is told to stop must not wait for it.
    auto read = reading.revision.empty() ? reading.source->read() : reading.source->read_at(reading.revision);
    auto outcome = co_await async::unless_stopped(world.stop, std::move(read));
    RETOUCH_CO_TRY(sources::Snapshot snapshot, std::move(outcome));
    state.sources.push_back({snapshot.source, snapshot.revision});
    state.diagnostics.append(snapshot.notes);
    std::ranges::move(snapshot.files, std::back_inserter(files));
  }
  co_return files;
}

// Two wishes are the same when only their places differ.
core::DesiredEntry without_places(core::DesiredEntry entry) {
  entry.place = {};
  entry.source = {};
  entry.select.place = {};
  for (core::Criterion& criterion : entry.select.criteria) criterion.place = {};
  for (core::DesiredField& field : entry.fields) field.place = {};
  return entry;
}

}  // namespace

core::AttributeTable table_for(const config::Cloud& cloud) {
  const core::AttributeTable* known = providers::table_of(cloud.provider);
  core::AttributeTable table = known == nullptr ? core::AttributeTable{} : *known;
  for (const core::AttributeCorrection& correction : cloud.attributes) table.correct(correction);
  return table;
}

task<Result<DesiredState>> load_desired(const config::Settings& settings, const ManifestChoice& choice, World& world) {
  DesiredState state{.sources_replaced = !choice.paths.empty() && !settings.sources.empty()};
  RETOUCH_CO_TRY(std::vector<core::ManifestFile> files, co_await read_sources(settings, choice, world, state));
  state.files = std::ssize(files);
  const std::vector<core::CloudShape> shapes = shapes_of(settings, state);
  auto work = [&files, &shapes, &others = settings.other_clouds, now = world.clock.wall(), &choice] {
    return parse_and_resolve(files, shapes, others, now, choice);
  };
  Resolved resolved = co_await world.blocking.run(work);
  take_in(state, std::move(resolved));
  co_return state;
}

EntryNames entry_names(const DesiredState& desired) {
  auto names = std::make_shared<std::set<std::string, std::less<>>>();
  for (const auto& [cloud, entries] : desired.entries) {
    for (const core::DesiredEntry& entry : entries) names->insert(entry.name);
  }
  return names;
}

Result<std::pair<std::string, std::string>> git_revision(const config::Settings& settings, const std::string& text) {
  std::vector<std::string> names;
  for (const config::Source& source : settings.sources) {
    if (source.git) names.push_back(source.name);
  }
  if (names.empty()) return fail(Errc::usage, "there is no Git source, so there are no commits");
  std::string name = names.size() == 1 ? names.front() : "", revision = text;
  if (const auto sign = text.find('='); sign != std::string::npos) {
    name = text.substr(0, sign);
    revision = text.substr(sign + 1);
  }
  if (std::ranges::find(names, name) != names.end()) return std::pair(name, revision);
  return fail(Errc::usage, "of which Git source is " + printable(text, 100) +
                               " a commit? Write NAME=COMMIT with one of: " + join(names, ", "));
}

std::map<std::string, std::set<std::string>> changed_entries(const DesiredState& now, const DesiredState& then) {
  std::map<std::string, std::set<std::string>> changed;
  for (const auto& [cloud, entries] : now.entries) {
    std::map<std::string, core::DesiredEntry> before;
    if (const auto it = then.entries.find(cloud); it != then.entries.end()) {
      for (const core::DesiredEntry& entry : it->second) before.emplace(entry.name, without_places(entry));
    }
    std::set<std::string>& names = changed[cloud];
    for (const core::DesiredEntry& entry : entries) {
      const auto it = before.find(entry.name);
      if (it == before.end() || it->second != without_places(entry)) names.insert(entry.name);
    }
  }
  return changed;
}

}  // namespace retouch::reconcile
