// The verb that makes manifests.
#include "options_parts.hpp"

namespace retouch::cli {

namespace {

void add_live(CLI::App& verb, ExportOptions& to) {
  add_where(verb, to.where);
  verb.add_option("--attributes", to.attributes, "Only attributes that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  verb.add_option("--exclude", to.exclude, "No attributes that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  verb.add_option("--select-by", to.by_name, "How entries select their image: id (default) or name, where it is unique")
      ->type_name("id|name")
      ->transform(one_of(std::map<std::string, bool>{{"id", false}, {"name", true}}));
}

void add_definitions(CLI::App& verb, ExportOptions& to) {
  CLI::Option* from =
      verb.add_option("--from", to.from, "Convert definitions of this tool instead of live images; offline")
          ->type_name("openstack-image-manager")
          ->check(one_of({"openstack-image-manager"}));
  for (const char* live : {"--where", "--attributes", "--exclude", "--select-by"})
    from->excludes(verb.get_option(live));
  verb.add_option("PATH", to.definitions, "With --from: the directory of the definitions, or one file")->needs(from);
  verb.add_option(
          "--clouds", to.for_clouds,
          "With --from: the clouds that the manifests are for, by name (otherwise the configured ones of OpenStack)")
      ->type_name("NAME")
      ->delimiter(',')
      ->take_all()
      ->needs(from)
      ->excludes(verb.get_option("--cloud"));
  verb.add_option("--tag", to.tag, "With --from: the tag by which the tool knows its images (its own --tag)")
      ->type_name("TAG")
      ->capture_default_str()
      ->needs(from);
  verb.add_flag("--disabled", to.disabled, "With --from: also definitions with `enable: false`")->needs(from);
}

// `--clouds a b` takes several words, so the path may have been taken for one of them.
void find_definitions(ExportOptions& options) {
  if (options.from.empty() || !options.definitions.empty()) return;
  if (options.for_clouds.size() < 2) {
    throw CLI::RequiredError("--from " + options.from + " PATH: the directory of the definitions");
  }
  options.definitions = options.for_clouds.back();
  options.for_clouds.pop_back();
}

}  // namespace

void add_export_verb(CLI::App& app, Options& options) {
  ExportOptions& to = options.export_;
  CLI::App* verb = app.add_subcommand(
      "export", "Print manifests that want what the live images have, or what another tool's definitions say");
  add_cloud_globs(*verb, to.clouds);
  add_live(*verb, to);
  verb->add_option("--directory", to.directory, "Write a file for each image into this directory; none is overwritten")
      ->type_name("DIR");
  add_definitions(*verb, to);
  verb->callback([&options] {
    find_definitions(options.export_);
    options.verb = Verb::export_;
  });
}

}  // namespace retouch::cli
