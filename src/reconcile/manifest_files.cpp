#include "manifest_files.hpp"

#include <filesystem>

#include "retouch/os/paths.hpp"
#include "retouch/sources/git.hpp"

namespace retouch::reconcile {
namespace {

sources::RefKind kind_of(config::GitSource::RefKind kind) {
  switch (kind) {
    case config::GitSource::RefKind::head:
      return sources::RefKind::head;
    case config::GitSource::RefKind::branch:
      return sources::RefKind::branch;
    case config::GitSource::RefKind::tag:
      return sources::RefKind::tag;
    case config::GitSource::RefKind::commit:
      break;
  }
  return sources::RefKind::commit;
}

// Git runs in a directory of its own.
std::string absolute(const std::string& path) {
  if (path.empty()) return path;
  std::error_code error;
  const auto result = std::filesystem::absolute(path, error);
  return error ? path : result.string();
}

std::set<std::string> files_with_errors(const Diagnostics& diagnostics) {
  std::set<std::string> files;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::error) files.insert(item.place.file.text());
  }
  return files;
}

}  // namespace

Result<std::unique_ptr<sources::Source>> make_source(const config::Source& source, World& world, std::string accepted) {
  if (!source.git) {
    return sources::make_directory_source(source.name, source.directory.path, world.files, world.blocking);
  }
  const config::GitSource& git = *source.git;
  if (world.children == nullptr) return fail(Errc::internal, "there is nothing here that could run git");
  if (auto url = sources::check_git_url(git.url); !url) {
    url.error().place = git.place;
    return fail(std::move(url.error()));
  }
  const auto cache = os::cache_directory(world.environment, world.root);
  if (!cache) {
    return fail(Errc::io, "source " + source.name +
                              " needs a cache, and there is no place for one: neither HOME nor "
                              "CACHE_DIRECTORY is set");
  }
  sources::GitSpec spec{.name = source.name,
                        .url = git.url,
                        .ref_kind = kind_of(git.ref_kind),
                        .ref = git.ref,
                        .path = git.path,
                        .timeout = git.timeout,
                        .allowed_signers = absolute(git.allowed_signers),
                        .fast_forward_only = git.fast_forward_only,
                        .accepted = std::move(accepted)};
  sources::GitWorld git_world{.children = *world.children,
                              .files = world.files,
                              .clock = world.clock,
                              .environment = world.environment,
                              .cache_directory = absolute(os::join_path(*cache, "git"))};
  return sources::make_git_source(std::move(spec), std::move(git_world));
}

std::vector<core::CloudShape> shapes_of(const config::Settings& settings, DesiredState& state) {
  std::vector<core::CloudShape> shapes;
  for (const config::Cloud& cloud : settings.clouds) {
    const auto [it, fresh] = state.tables.emplace(cloud.name, table_for(cloud));
    shapes.push_back({cloud.name, &it->second});
  }
  return shapes;
}

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

void take_in(DesiredState& state, Resolved resolved) {
  for (core::CloudEntries& cloud : resolved.clouds) state.entries.emplace(cloud.cloud, std::move(cloud.entries));
  state.diagnostics.append(resolved.diagnostics);
  state.provenance = std::move(resolved.provenance);
}

}  // namespace retouch::reconcile
