// Verbs that plan.
#include "options_parts.hpp"
#include "retouch/base/text.hpp"
#include "retouch/core/guards.hpp"

namespace retouch::cli {

namespace {

std::string known_guard(const std::string& name) {
  const auto& known = core::guard_names();
  if (std::ranges::find(known, name) != known.end()) return "";
  const std::string guess = did_you_mean(name, known);
  return "unknown guard \"" + name + "\"" + (guess.empty() ? "" : ", " + guess) + " (known: " + join(known, ", ") + ")";
}

void add_plan(CLI::App& app, Options& options) {
  PlanOptions& plan = options.plan;
  CLI::App* verb = app.add_subcommand("plan", "Show what apply would do; reads only, takes no lock");
  add_scope(*verb, plan.scope);
  CLI::Option* out =
      verb->add_option("--out", plan.out, "Write the plan to this file, for `retouch apply FILE`")->type_name("FILE");
  // What --since leaves depends on a directory that `apply FILE` does not know.
  verb->add_option(
          "--since", plan.since,
          "Only entries that differ from there: a directory of manifests, a commit of the Git source, or NAME=COMMIT")
      ->type_name("DIR")
      ->excludes(out);
  add_output(*verb, plan.output, plan_outputs());
  verb->add_flag("--detailed-exitcode", plan.detailed_exitcode,
                 "End with 2 when there are changes, 3 when something needs attention");
  add_keep_going(*verb, plan.keep_going);
  verb->callback([&options] { options.verb = Verb::plan; });
}

void add_limit(CLI::App& verb, std::optional<std::int64_t>& limit) {
  verb.add_option("--limit", limit, "Change at most this many images")->type_name("N")->check(CLI::PositiveNumber);
}

void add_force(CLI::App& verb, std::vector<std::string>& force) {
  verb.add_option("--force", force, "Accept what this guard refuses (repeatable)")
      ->type_name("GUARD")
      ->check(accepting(CLI::Validator(known_guard, ""), core::guard_names()));
}

void add_wait_lock(CLI::App& verb, Duration& wait) {
  verb.add_option_function<std::string>(
          "--wait-lock", [&wait](const std::string& text) { wait = *parse_duration(text); },
          "Wait this long for another process that works on the account")
      ->type_name("DURATION")
      ->check(CLI::Validator(a_duration, ""));
}

void add_apply(CLI::App& app, Options& options) {
  ApplyOptions& apply = options.apply;
  CLI::App* verb = app.add_subcommand("apply", "Plan, ask, and change the images");
  add_scope(*verb, apply.scope);
  verb->add_option("PLANFILE", apply.plan_file, "A reviewed plan: refused when it is not what would be done now");
  verb->add_flag("--yes,-y", apply.yes, "Do not ask");
  add_limit(*verb, apply.limit);
  add_force(*verb, apply.force);
  verb->add_flag("--skip-stale", apply.skip_stale,
                 "With a plan file: leave out images whose plan moved instead of refusing");
  add_wait_lock(*verb, apply.wait_lock);
  add_output(*verb, apply.output, two_outputs());
  add_keep_going(*verb, apply.keep_going);
  verb->callback([&options] { options.verb = Verb::apply; });
}

void add_rollback(CLI::App& app, Options& options) {
  RollbackOptions& rollback = options.rollback;
  CLI::App* verb = app.add_subcommand("rollback", "Take back what a run changed, where nobody has changed it since");
  CLI::Option* run = verb->add_option("RUN", rollback.run, "Its id, or how it begins (retouch history)");
  CLI::Option* revision =
      verb->add_option("--revision", rollback.revision, "Every run of this revision, or what begins with it")
          ->type_name("SHA")
          ->excludes(run);
  add_cloud_globs(*verb, rollback.clouds);
  verb->add_flag("--yes,-y", rollback.yes, "Do not ask");
  verb->add_flag("--dry-run", rollback.dry_run, "Only show what would be taken back");
  add_limit(*verb, rollback.limit);
  add_force(*verb, rollback.force);
  add_wait_lock(*verb, rollback.wait_lock);
  add_output(*verb, rollback.output, two_outputs());
  verb->callback([&options, run, revision] {
    if (run->count() + revision->count() == 0)
      throw CLI::RequiredError("rollback: a RUN (retouch history lists them) or --revision");
    options.verb = Verb::rollback;
  });
}

}  // namespace

void add_planning_verbs(CLI::App& app, Options& options) {
  add_plan(app, options);
  add_apply(app, options);
  add_rollback(app, options);
}

}  // namespace retouch::cli
