// Definitions of openstack-image-manager -> manifests. Asks no cloud.
#include <ostream>

#include "manifest_files.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/image_manager.hpp"
#include "retouch/os/paths.hpp"
#include "retouch/providers/tables.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

constexpr std::size_t most_files = 10'000;
constexpr std::size_t largest_file = 8u << 20;

// The clouds that the manifests are for, and what each of them can hold.
struct Destination {
  std::vector<std::string> clouds;
  std::vector<core::AttributeTable> tables;
};

Result<Destination> named(const std::vector<std::string>& names, const config::Settings* settings) {
  Destination out{.clouds = names};
  for (const std::string& name : names) {
    const config::Cloud* known = nullptr;
    std::vector<std::string> configured;
    if (settings != nullptr) {
      configured = settings->other_clouds;
      for (const config::Cloud& cloud : settings->clouds) {
        configured.push_back(cloud.name);
        if (cloud.name == name) known = &cloud;
      }
      if (std::ranges::find(configured, name) == configured.end()) {
        const std::string near = did_you_mean(name, configured);
        return fail(Errc::usage, "--clouds: no cloud `" + name + "` is configured" + (near.empty() ? "" : "; " + near) +
                                     "; there are: " + join(configured, ", "));
      }
    }
    out.tables.push_back(known == nullptr ? providers::glance_table() : reconcile::table_for(*known));
  }
  return out;
}

// Those of OpenStack: the tool knows no other.
Result<Destination> configured(const config::Settings& settings, const std::vector<std::string>& globs) {
  RETOUCH_TRY(const auto clouds, select_clouds(settings, globs));
  Destination out;
  for (const config::Cloud* cloud : clouds) {
    if (cloud->provider != "glance") continue;
    out.clouds.push_back(cloud->name);
    out.tables.push_back(reconcile::table_for(*cloud));
  }
  if (!out.clouds.empty()) return out;
  return fail(Errc::usage,
              "none of the chosen clouds is `provider: glance`; say for which clouds the manifests are with "
              "--clouds NAME");
}

// As openstack-image-manager reads them: what is in the directory itself.
Result<std::vector<core::ManifestFile>> read_files(const std::string& path, os::Files& files) {
  RETOUCH_TRY(const auto info, files.info(path));
  if (!info) return fail(Errc::invalid_input, path + " does not exist; it should hold the definitions");
  std::vector<std::string> paths{path};
  if (info->directory) {
    RETOUCH_TRY(const auto names, files.list_tree(path, most_files, false));
    paths.clear();
    for (const std::string& name : names) {
      if (name.ends_with(".yml") || name.ends_with(".yaml")) paths.push_back(os::join_path(path, name));
    }
    if (paths.empty()) {
      return fail(Errc::invalid_input, path +
                                           " holds no *.yml or *.yaml file; in the repository of "
                                           "openstack-image-manager the definitions are in etc/images");
    }
  }
  std::vector<core::ManifestFile> out;
  for (const std::string& each : paths) {
    RETOUCH_TRY(auto text, files.read(each, largest_file));
    out.push_back({.source = path, .name = each, .text = std::move(text)});
  }
  return out;
}

void report(Context context, const core::ImageManagerResult& result) {
  std::ostream& err = context.console.err;
  for (const auto& [key, what] : result.dropped) {
    err << "Left out `" << printable(key) << "` (" << counted(what.times, "time", "times") << ", first "
        << printable(to_string(what.first)) << "): " << what.why << '\n';
  }
  if (result.disabled.empty()) return;
  std::vector<std::string> names;
  for (const std::string& name : result.disabled) names.push_back(printable(name, 100));
  err << "Left out " << counted(names.size(), "definition", "definitions")
      << " with `enable: false` (--disabled takes them, too): " << join(names, ", ") << '\n';
}

std::vector<NewFile> files_of(const core::ImageManagerResult& result, const std::string& directory) {
  std::vector<std::vector<std::string>> candidates;
  for (const core::SetDraft& set : result.sets) candidates.push_back({set.name});
  const std::vector<std::string> names = core::distinct_names(candidates);
  std::vector<NewFile> files;
  for (std::size_t i = 0; i < names.size(); ++i) {
    files.push_back({os::join_path(directory, names[i] + ".yaml"), core::image_set_manifest(result.sets[i])});
  }
  return files;
}

}  // namespace

task<int> export_definitions(Context context, ExportOptions options) {
  std::optional<config::Settings> settings;
  if (const bool there = co_await has_settings(context); there || options.for_clouds.empty()) {
    settings = co_await load_settings(context, Touches::nothing);
    if (!settings && !there) context.console.err << "Or name the clouds that the manifests are for: --clouds NAME\n";
    if (!settings) co_return reconcile::exit_invalid;
  }
  const auto to = options.for_clouds.empty() ? configured(*settings, options.clouds)
                                             : named(options.for_clouds, settings ? &*settings : nullptr);
  if (!to) co_return complain(context, to.error());
  auto read = [&options, &disk = context.world.files] { return read_files(options.definitions, disk); };
  const auto files = co_await context.world.blocking.run(read);
  if (!files) co_return complain(context, files.error());

  const core::ImageManagerOptions how{.clouds = to->clouds, .tag = options.tag, .disabled = options.disabled};
  std::vector<const core::AttributeTable*> tables;
  for (const core::AttributeTable& table : to->tables) tables.push_back(&table);
  Diagnostics diagnostics;
  auto convert = [&] { return core::convert_image_manager(*files, tables, how, diagnostics); };
  const core::ImageManagerResult result = co_await context.world.blocking.run(convert);
  print(context, diagnostics);
  if (diagnostics.has_errors()) {
    context.console.err << "Nothing was written: some definitions are invalid.\n";
    co_return reconcile::exit_invalid;
  }
  report(context, result);
  if (!options.directory.empty()) {
    co_return co_await write_new_files(context, options.directory, files_of(result, options.directory));
  }
  std::vector<std::string> documents;
  for (const core::SetDraft& set : result.sets) documents.push_back(core::image_set_manifest(set));
  co_return print_documents(context, documents);
}

}  // namespace retouch::cli
