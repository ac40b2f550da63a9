// Live images -> manifests that plan to nothing.
#include "retouch/core/export.hpp"

#include <ostream>

#include "manifest_files.hpp"
#include "retouch/async/join.hpp"
#include "retouch/async/timeout.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

using Exporters = std::map<std::string, core::CloudExporter>;  // by cloud

task<Result<providers::ListSummary>> list(reconcile::CloudPass& pass, core::CloudExporter& exporter, WhereFilter& where,
                                          reconcile::World& world) {
  const reconcile::Target target = pass.session->target();
  auto visit = [&](const core::Image& image) {
    if (image.own) exporter.offer(image, where.wants(image, pass.table), target.provider->unchangeable(image));
  };
  auto listing = target.provider->list({}, visit);
  const Mono deadline = world.clock.now() + target.policy.deadline;
  auto bounded = async::with_deadline(world.clock, deadline, std::move(listing), "list of the images");
  co_return co_await async::unless_stopped(world.stop, std::move(bounded));
}

task<void> list_all(Context context, reconcile::Passes& passes, Exporters& exporters, WhereFilter& where) {
  std::vector<std::function<task<void>()>> work;
  for (reconcile::CloudPass& pass : passes.clouds()) {
    if (pass.error) continue;
    work.emplace_back([&context, &pass, &exporters, &where]() -> task<void> {
      const auto listed = co_await list(pass, exporters.at(pass.cloud->name), where, context.world);
      if (!listed) {
        pass.error = listed.error();
        co_return;
      }
      for (const std::string& warning : listed->warnings) {
        context.console.err << printable(pass.cloud->name) << ": warning: " << printable(warning) << '\n';
      }
    });
  }
  co_await async::join_all(std::move(work));
}

// --attributes and --exclude that meet nothing are slips of the finger.
Result<void> check_globs(const core::ExportOptions& options, const Exporters& exporters) {
  std::set<std::string> met;
  std::set<std::string> seen;
  for (const auto& [cloud, exporter] : exporters) {
    met.insert(exporter.met().begin(), exporter.met().end());
    seen.insert(exporter.seen().begin(), exporter.seen().end());
  }
  for (const auto& [option, globs] :
       {std::pair("--attributes", &options.attributes), std::pair("--exclude", &options.exclude)}) {
    for (const std::string& glob : *globs) {
      if (met.contains(glob)) continue;
      const std::string near = did_you_mean(glob, std::vector<std::string>(seen.begin(), seen.end()));
      return fail(Errc::usage, "no attribute that can be written matches " + std::string(option) + " " + glob +
                                   (near.empty() ? "" : "; " + near));
    }
  }
  return {};
}

std::string image_words(const core::LeftOut& of) {
  return "image " + printable(of.image_id) + (of.image_name.empty() ? "" : " \"" + printable(of.image_name) + "\"");
}

void report_failure(Context context, const std::string& cloud, Error error) {
  if (error.where == cloud) error.where.clear();
  context.console.err << Paint(context.console.err_style).red("retouch:") << " " << printable(cloud) << ": "
                      << describe(error) << '\n';
}

void report(Context context, const core::CloudExport& cloud) {
  std::ostream& err = context.console.err;
  const Paint paint(context.console.err_style);
  const std::string name = printable(cloud.cloud);
  for (const core::LeftOut& each : cloud.left_out) {
    err << paint.yellow(name + ": warning: " + image_words(each) + ": " + printable(each.reason)) << '\n';
  }
  if (cloud.unchangeable > 0) {
    err << name << ": left out " << counted(cloud.unchangeable, "image", "images") << " that cannot be changed, first "
        << image_words(*cloud.unchanged_as) << ": " << printable(cloud.unchanged_as->reason) << '\n';
  }
  if (cloud.empty > 0) {
    err << name << ": left out " << counted(cloud.empty, "image", "images") << " with nothing to write\n";
  }
}

std::vector<std::string> sets_of(const std::vector<core::CloudExport>& clouds,
                                 const std::vector<std::vector<core::ExportedEntry>>& entries) {
  std::vector<std::string> documents;
  for (std::size_t i = 0; i < clouds.size(); ++i) {
    if (entries[i].empty()) continue;
    core::SetDraft set{.name = core::slug(clouds[i].cloud, 253), .clouds = {clouds[i].cloud}};
    if (set.name.empty()) set.name = "images";
    for (const core::ExportedEntry& entry : entries[i]) set.images.push_back(entry.draft);
    documents.push_back(core::image_set_manifest(set));
  }
  return documents;
}

std::vector<NewFile> files_of(const std::vector<core::CloudExport>& clouds,
                              const std::vector<std::vector<core::ExportedEntry>>& entries,
                              const std::string& directory, bool one_cloud) {
  std::vector<NewFile> files;
  for (std::size_t i = 0; i < clouds.size(); ++i) {
    const std::string place = one_cloud ? directory : os::join_path(directory, clouds[i].cloud);
    for (const core::ExportedEntry& entry : entries[i]) {
      files.push_back({os::join_path(place, entry.file), core::image_manifest(entry.draft, {clouds[i].cloud})});
    }
  }
  return files;
}

}  // namespace

task<int> export_live(Context context, ExportOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto clouds = select_clouds(*settings, options.clouds);
  if (!clouds) co_return complain(context, clouds.error());
  const core::ExportOptions what{
      .attributes = options.attributes, .exclude = options.exclude, .by_name = options.by_name};
  reconcile::DesiredState nothing;
  Exporters exporters;
  for (const config::Cloud* cloud : *clouds) {
    const auto [table, fresh] = nothing.tables.emplace(cloud->name, reconcile::table_for(*cloud));
    exporters.emplace(cloud->name, core::CloudExporter(cloud->name, table->second, what));
  }
  const auto tables = nothing.tables;
  reconcile::Passes passes(*clouds, nothing, context.world);
  WhereFilter where(options.where);
  co_await passes.open();
  co_await list_all(context, passes, exporters, where);

  std::vector<core::CloudExport> exported;
  std::vector<reconcile::CloudCode> codes;
  for (const reconcile::CloudPass& pass : passes.clouds()) {
    codes.push_back({pass.error ? reconcile::exit_code_of(*pass.error) : reconcile::exit_ok, !pass.error});
    if (pass.error) {
      report_failure(context, pass.cloud->name, *pass.error);
    } else {
      exported.push_back(exporters.at(pass.cloud->name).take());
      report(context, exported.back());
    }
  }
  const int listed = reconcile::combine(codes);
  if (!passes.any_failed()) {
    if (const auto met = where.check("own image"); !met) co_return complain(context, met.error());
    if (const auto met = check_globs(what, exporters); !met) co_return complain(context, met.error());
  }
  const auto entries = core::export_entries(exported);
  const int written =
      options.directory.empty()
          ? print_documents(context, sets_of(exported, entries))
          : co_await write_new_files(context, options.directory,
                                     files_of(exported, entries, options.directory, clouds->size() == 1));
  co_return written == reconcile::exit_ok ? listed : written;
}

}  // namespace retouch::cli
