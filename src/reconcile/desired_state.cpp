#include "retouch/reconcile/desired_state.hpp"

#include <set>

#include "retouch/providers/tables.hpp"
#include "retouch/sources/source.hpp"

namespace retouch::reconcile {

namespace {

task<Result<std::vector<core::ManifestFile>>> read_sources(const config::Settings& settings,
                                                           const ManifestChoice& choice, World& world,
                                                           DesiredState& state) {
  std::vector<std::unique_ptr<sources::Source>> sources;
  for (const std::string& path : choice.paths) {
    sources.push_back(sources::make_directory_source(path, path, world.files, world.blocking));
  }
  if (choice.paths.empty()) {
    for (const config::Source& source : settings.sources) {
      if (source.git) co_return fail(Errc::invalid_input, "source " + source.name + " is a Git repository");
      sources.push_back(
          sources::make_directory_source(source.name, source.directory.path, world.files, world.blocking));
    }
  }
  std::vector<core::ManifestFile> files;
  for (const auto& source : sources) {
    RETOUCH_CO_TRY(sources::Snapshot snapshot, co_await source->read());
    state.sources.push_back({snapshot.source, snapshot.revision});
    std::ranges::move(snapshot.files, std::back_inserter(files));
  }
  co_return files;
}

struct Resolved {
  std::vector<core::CloudEntries> clouds;
  Diagnostics diagnostics;
  std::map<std::string, core::Provenance> provenance;
};

std::set<std::string> files_with_errors(const Diagnostics& diagnostics) {
  std::set<std::string> files;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::error) files.insert(item.place.file);
  }
  return files;
}

// Pure, but long for ten thousand entries: runs off the event loop.
Resolved parse_and_resolve(const std::vector<core::ManifestFile>& files, const std::vector<core::CloudShape>& shapes,
                           const std::vector<std::string>& other_clouds, Wall now, const ManifestChoice& choice) {
  Resolved result;
  core::Manifests manifests = core::parse_manifests(files, result.diagnostics);
  result.clouds = core::resolve(manifests, shapes, other_clouds, now, result.diagnostics);
  if (choice.keep_going && result.diagnostics.has_errors()) {
    for (const std::string& file : files_with_errors(result.diagnostics)) manifests.drop_file(file);
    Diagnostics repeated;  // the errors are known; what is left has none
    result.clouds = core::resolve(manifests, shapes, other_clouds, now, repeated);
  }
  for (const core::CloudShape& shape : shapes) {
    if (choice.explain.empty()) break;
    result.provenance.emplace(shape.name, core::provenance(manifests, choice.explain, shape.name, *shape.table));
  }
  return result;
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
  std::vector<core::CloudShape> shapes;
  for (const config::Cloud& cloud : settings.clouds) {
    const auto [it, fresh] = state.tables.emplace(cloud.name, table_for(cloud));
    shapes.push_back({cloud.name, &it->second});
  }
  auto work = [&files, &shapes, &others = settings.other_clouds, now = world.clock.wall(), &choice] {
    return parse_and_resolve(files, shapes, others, now, choice);
  };
  Resolved resolved = co_await world.blocking.run(work);
  for (core::CloudEntries& cloud : resolved.clouds) state.entries.emplace(cloud.cloud, std::move(cloud.entries));
  state.diagnostics.append(resolved.diagnostics);
  state.provenance = std::move(resolved.provenance);
  co_return state;
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
