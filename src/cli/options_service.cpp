// The daemon, and the verbs that ask it.
#include "options_parts.hpp"

namespace retouch::cli {

namespace {

void add_run(CLI::App& app, Options& options) {
  RunOptions& run = options.run;
  CLI::App* verb = app.add_subcommand("run", "Keep the clouds in the state of the manifests: the daemon");
  CLI::Option* once = verb->add_flag("--once", run.once, "One pass over every cloud, then end: for timers");
  verb->add_flag("--dry-run", run.dry_run, "Only look, as if every cloud said `mode: report`");
  verb->add_option("--metrics-file", run.metrics_file, "With --once: write the metrics there, for node_exporter")
      ->type_name("PATH")
      ->needs(once);
  verb->callback([&options] { options.verb = Verb::run; });
}

void add_reconcile(CLI::App& app, Options& options) {
  ReconcileOptions& reconcile = options.reconcile;
  CLI::App* verb = app.add_subcommand("reconcile", "Ask the daemon for a pass now, over one cloud or all");
  verb->add_option("CLOUD", reconcile.cloud, "The cloud; otherwise all");
  verb->add_option("--revision", reconcile.revision, "With the manifests of this commit: REVISION, or SOURCE=REVISION")
      ->type_name("REVISION");
  verb->add_option("--accept", reconcile.accept, "Apply this plan although a guard refused it")
      ->type_name("FINGERPRINT");
  verb->add_flag("--wait", reconcile.wait, "Until the passes have ended; exit as `apply` would");
  add_output(*verb, reconcile.output, two_outputs());
  verb->callback([&options] { options.verb = Verb::reconcile; });
}

}  // namespace

void add_service_verbs(CLI::App& app, Options& options) {
  add_run(app, options);
  CLI::App* status = app.add_subcommand("status", "Show what the daemon does: clouds, sources, guards that refused");
  add_output(*status, options.status.output, two_outputs());
  status->callback([&options] { options.verb = Verb::status; });
  add_reconcile(app, options);
  app.add_subcommand("reload", "Let the daemon read its configuration, secrets and CA files again")
      ->callback([&options] { options.verb = Verb::reload; });
}

}  // namespace retouch::cli
