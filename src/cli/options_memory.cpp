// Verbs about what is remembered.
#include "options_parts.hpp"

namespace retouch::cli {

namespace {

void add_drift(CLI::App& app, Options& options) {
  DriftOptions& drift = options.drift;
  CLI::App* verb = app.add_subcommand("drift", "Show what others changed since retouch applied it last; reads only");
  add_scope(*verb, drift.scope);
  add_output(*verb, drift.output, plan_outputs());
  add_keep_going(*verb, drift.keep_going);
  verb->callback([&options] { options.verb = Verb::drift; });
}

void add_history(CLI::App& app, Options& options) {
  HistoryOptions& history = options.history;
  CLI::App* verb = app.add_subcommand("history", "Show the runs so far, or what one of them changed");
  CLI::Option* run = verb->add_option("RUN", history.run, "The run whose changes are shown: its id, or how it begins");
  add_moment(*verb, "--since", history.since, "Only runs of the last 2h, 7d, or since 2026-11-22T06:00:00Z");
  verb->add_option("--cloud", history.cloud, "Only what is about this cloud")->type_name("NAME");
  verb->add_option("--entry", history.entry, "Only what is about this entry")->type_name("NAME");
  verb->add_option("--cause", history.cause, "Only changes with this cause: drift, pending, both or unknown")
      ->type_name("CAUSE")
      ->check(one_of({"drift", "pending", "both", "unknown"}));
  CLI::Option* all = verb->add_flag("--all", history.all, "All runs, not only the newest 20");
  run->excludes(all)->excludes(verb->get_option("--since"));
  add_output(*verb, history.output, two_outputs());
  verb->callback([&options] { options.verb = Verb::history; });
}

void add_explain(CLI::App& app, Options& options) {
  ExplainOptions& explain = options.explain;
  CLI::App* verb = app.add_subcommand(
      "explain", "Show which line sets a field, what is live, what was applied last, and what will happen and why");
  verb->add_option("ENTRY", explain.entry, "The entry's name")->required();
  verb->add_option("FIELD", explain.field, "Only this attribute");
  add_cloud_globs(*verb, explain.clouds);
  add_output(*verb, explain.output, two_outputs());
  add_keep_going(*verb, explain.keep_going);
  verb->callback([&options] { options.verb = Verb::explain; });
}

void add_suspend(CLI::App& app, Options& options) {
  SuspendOptions& suspend = options.suspend;
  CLI::App* verb = app.add_subcommand(
      "suspend", "Stop all changes of a cloud or an entry; without either, list what is suspended and held");
  CLI::Option* cloud = verb->add_option("--cloud", suspend.cloud, "The cloud to leave alone")->type_name("NAME");
  CLI::Option* entry = verb->add_option("--entry", suspend.entry, "The entry to leave alone")->type_name("NAME");
  cloud->excludes(entry);
  add_moment(*verb, "--until", suspend.until, "For 4h, or until 2026-11-22T18:00:00+01:00; otherwise until `resume`");
  verb->add_option("--reason", suspend.reason, "Why, for who comes by later")->type_name("TEXT");
  add_output(*verb, suspend.output, two_outputs());
  verb->callback([&options] { options.verb = Verb::suspend; });
}

void add_resume(CLI::App& app, Options& options) {
  ResumeOptions& resume = options.resume;
  CLI::App* verb = app.add_subcommand(
      "resume", "End a suspension, or send what is held on an image, or what its cloud did not keep, all the same");
  CLI::Option* cloud = verb->add_option("--cloud", resume.cloud, "The suspended cloud; with --image the image's cloud")
                           ->type_name("NAME");
  CLI::Option* entry = verb->add_option("--entry", resume.entry, "The suspended entry")->type_name("NAME");
  CLI::Option* image =
      verb->add_option("--image", resume.image, "The image whose fields are held or were not kept")->type_name("ID");
  verb->add_option("--field", resume.field, "Only this field of the image")->type_name("NAME")->needs(image);
  entry->excludes(cloud)->excludes(image);
  verb->callback([&options] { options.verb = Verb::resume; });
}

}  // namespace

void add_memory_verbs(CLI::App& app, Options& options) {
  add_drift(app, options);
  add_history(app, options);
  add_explain(app, options);
  add_suspend(app, options);
  add_resume(app, options);
}

}  // namespace retouch::cli
