#include "retouch/cli/options.hpp"

#include <CLI/CLI.hpp>

#include "retouch/base/text.hpp"
#include "retouch/core/guards.hpp"

namespace retouch::cli {

namespace {

const std::map<std::string, LogLevel> log_levels = {{"trace", LogLevel::trace}, {"debug", LogLevel::debug},
                                                    {"info", LogLevel::info},   {"warning", LogLevel::warning},
                                                    {"error", LogLevel::error}, {"off", LogLevel::off}};
const std::map<std::string, bool> log_formats = {{"text", false}, {"json", true}};
const std::map<std::string, Output> plan_outputs = {
    {"text", Output::text}, {"json", Output::json}, {"markdown", Output::markdown}};
const std::map<std::string, Output> two_outputs = {{"text", Output::text}, {"json", Output::json}};

std::string name_equals_value(const std::string& text) {
  const auto equals = text.find('=');
  return equals == std::string::npos || equals == 0 ? "expected NAME=VALUE, not \"" + text + "\"" : "";
}

std::string known_guard(const std::string& name) {
  const auto& known = core::guard_names();
  if (std::ranges::find(known, name) != known.end()) return "";
  const std::string guess = did_you_mean(name, known);
  return "unknown guard \"" + name + "\"" + (guess.empty() ? "" : ", " + guess) + " (known: " + join(known, ", ") + ")";
}

std::string a_duration(const std::string& text) {
  return parse_duration(text) ? "" : "expected a duration such as 30s or 5m, not \"" + text + "\"";
}

void add_scope(CLI::App& verb, ScopeOptions& scope) {
  verb.add_option("--cloud", scope.clouds, "Only clouds that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  verb.add_option("--entry", scope.entries, "Only entries that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  verb.add_option("-l,--label", scope.labels, "Only entries with this label (repeatable: all must hold)")
      ->type_name("NAME=VALUE")
      ->check(CLI::Validator(name_equals_value, ""));
  verb.add_option("--where", scope.where, "Only live images with this attribute value (repeatable: all must hold)")
      ->type_name("ATTRIBUTE=VALUE")
      ->check(CLI::Validator(name_equals_value, ""));
}

void add_keep_going(CLI::App& verb, bool& keep_going) {
  verb.add_flag("--keep-going", keep_going, "Leave out files with errors instead of stopping");
}

// `--output`, whose words are the keys of `known`.
void add_output(CLI::App& verb, Output& output, const std::map<std::string, Output>& known) {
  verb.add_option("--output", output, "How to print the result")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(known).description(""));
}

void add_globals(CLI::App& app, GlobalOptions& global) {
  app.add_option("--config", global.config,
                 "Configuration file (otherwise $RETOUCH_CONFIG, ./retouch.yaml, "
                 "~/.config/retouch/retouch.yaml, /etc/retouch/retouch.yaml)")
      ->type_name("FILE");
  app.add_option("--manifests", global.manifests,
                 "Manifest file or directory instead of the configured sources (repeatable)")
      ->type_name("PATH")
      ->expected(1)
      ->take_all();
  app.add_option("--log-level", global.log_level, "trace, debug, info, warning, error or off")
      ->type_name("LEVEL")
      ->transform(CLI::CheckedTransformer(log_levels).description(""));
  app.add_option("--log-format", global.log_json, "text or json")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(log_formats).description(""));
}

void add_validate(CLI::App& app, Options& options) {
  CLI::App* verb =
      app.add_subcommand("validate", "Check manifests and configuration, offline and without opening a secret");
  verb->add_option("PATH", options.validate.paths, "Manifest files or directories instead of the configured sources");
  verb->callback([&options] { options.verb = Verb::validate; });
}

void add_plan(CLI::App& app, Options& options) {
  PlanOptions& plan = options.plan;
  CLI::App* verb = app.add_subcommand("plan", "Show what apply would do; reads only, takes no lock");
  add_scope(*verb, plan.scope);
  CLI::Option* out =
      verb->add_option("--out", plan.out, "Write the plan to this file, for `retouch apply FILE`")->type_name("FILE");
  // What --since leaves depends on a directory that `apply FILE` does not know.
  verb->add_option("--since", plan.since, "Only entries that another directory of manifests resolves differently")
      ->type_name("DIR")
      ->excludes(out);
  add_output(*verb, plan.output, plan_outputs);
  verb->add_flag("--detailed-exitcode", plan.detailed_exitcode,
                 "End with 2 when there are changes, 3 when something needs attention");
  add_keep_going(*verb, plan.keep_going);
  verb->callback([&options] { options.verb = Verb::plan; });
}

void add_apply(CLI::App& app, Options& options) {
  ApplyOptions& apply = options.apply;
  CLI::App* verb = app.add_subcommand("apply", "Plan, ask, and change the images");
  add_scope(*verb, apply.scope);
  verb->add_option("PLANFILE", apply.plan_file, "A reviewed plan: refused when it is not what would be done now");
  verb->add_flag("--yes,-y", apply.yes, "Do not ask");
  verb->add_option("--limit", apply.limit, "Change at most this many images")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--force", apply.force, "Accept what this guard refuses (repeatable)")
      ->type_name("GUARD")
      ->check(CLI::Validator(known_guard, ""));
  verb->add_flag("--skip-stale", apply.skip_stale,
                 "With a plan file: leave out images whose plan moved instead of refusing");
  verb->add_option_function<std::string>(
          "--wait-lock", [&apply](const std::string& text) { apply.wait_lock = *parse_duration(text); },
          "Wait this long for another process that works on the account")
      ->type_name("DURATION")
      ->check(CLI::Validator(a_duration, ""));
  add_output(*verb, apply.output, two_outputs);
  add_keep_going(*verb, apply.keep_going);
  verb->callback([&options] { options.verb = Verb::apply; });
}

void add_check(CLI::App& app, Options& options) {
  CLI::App* verb =
      app.add_subcommand("check", "Log in to each cloud afresh and show endpoint, clock, permission and limits");
  verb->add_option("--cloud", options.check.clouds, "Only clouds that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  add_output(*verb, options.check.output, two_outputs);
  verb->callback([&options] { options.verb = Verb::check; });
}

void add_others(CLI::App& app, Options& options) {
  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of manifests or of the configuration");
  schema->add_option("OF", options.schema.of, "manifest or config")->check(CLI::IsMember({"manifest", "config"}));
  schema->callback([&options] { options.verb = Verb::schema; });
  app.add_subcommand("version", "Print the version")->callback([&options] { options.verb = Verb::version; });
}

// CLI11 says "A subcommand is required" of a misspelt verb.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& problem) {
  const std::vector<std::string> unknown = app.remaining();
  if (app.get_subcommands().empty() && !unknown.empty() && !unknown.front().starts_with('-')) {
    std::vector<std::string> verbs;
    for (const CLI::App* verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
    const std::string guess = did_you_mean(unknown.front(), verbs);
    return "there is no verb \"" + unknown.front() + "\"" + (guess.empty() ? "" : "; " + guess) + " (" +
           join(verbs, ", ") + ")";
  }
  return problem.what();
}

}  // namespace

ParseOutcome parse_arguments(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app("retouch keeps the metadata of cloud images in the state that YAML manifests describe.", "retouch");
  app.require_subcommand(1);
  app.fallthrough();  // global options may stand behind the verb, too
  add_globals(app, options.global);
  add_validate(app, options);
  add_plan(app, options);
  add_apply(app, options);
  add_check(app, options);
  add_others(app, options);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    CLI::App* about = &app;
    for (CLI::App* verb : app.get_subcommands()) about = verb;
    return {.options = std::nullopt, .text = about->help(), .exit_code = 0};
  } catch (const CLI::ParseError& problem) {
    return {.options = std::nullopt,
            .text = "retouch: " + what_is_wrong(app, problem) + "\nTry: retouch --help\n",
            .exit_code = 1};
  }
  return {.options = std::move(options)};
}

}  // namespace retouch::cli
