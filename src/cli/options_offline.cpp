// Verbs that neither plan nor remember.
#include "manual.hpp"
#include "options_parts.hpp"

namespace retouch::cli {

namespace {

void add_validate(CLI::App& app, Options& options) {
  CLI::App* verb =
      app.add_subcommand("validate",
                         "Check manifests and configuration: asks no cloud and opens no secret of one. Git "
                         "sources are fetched, unless PATH or --manifests is given");
  verb->add_option("PATH", options.validate.paths, "Manifest files or directories instead of the configured sources");
  verb->callback([&options] { options.verb = Verb::validate; });
}

void add_check(CLI::App& app, Options& options) {
  CLI::App* verb =
      app.add_subcommand("check", "Log in to each cloud afresh and show endpoint, clock, permission and limits");
  add_cloud_globs(*verb, options.check.clouds);
  add_output(*verb, options.check.output, two_outputs());
  verb->callback([&options] { options.verb = Verb::check; });
}

void add_others(CLI::App& app, Options& options) {
  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of manifests or of the configuration");
  schema->add_option("OF", options.schema.of, "manifest or config")->check(one_of({"manifest", "config"}));
  schema->callback([&options] { options.verb = Verb::schema; });
  CLI::App* completion =
      app.add_subcommand("completion", "Print the script that completes this command line in a shell");
  completion->add_option("SHELL", options.completion.shell, "bash, zsh or fish")
      ->check(one_of({"bash", "zsh", "fish"}))
      ->required();
  completion->callback([&options] { options.verb = Verb::completion; });
  // For the build, which installs what it prints.
  CLI::App* manual = app.add_subcommand("manual", "Print a manual page as roff")->group("");
  manual->add_option("PAGE", options.manual.page)->check(one_of(manual_pages()))->required();
  manual->callback([&options] { options.verb = Verb::manual; });
  app.add_subcommand("version", "Print the version")->callback([&options] { options.verb = Verb::version; });
}

}  // namespace

void add_offline_verbs(CLI::App& app, Options& options) {
  add_validate(app, options);
  add_check(app, options);
  add_others(app, options);
}

}  // namespace retouch::cli
