#include "retouch/cli/options.hpp"

#include <algorithm>
#include <array>

#include "options_parts.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

const std::map<std::string, LogLevel> log_levels = {{"trace", LogLevel::trace}, {"debug", LogLevel::debug},
                                                    {"info", LogLevel::info},   {"warning", LogLevel::warning},
                                                    {"error", LogLevel::error}, {"off", LogLevel::off}};
const std::map<std::string, LogFormat> log_formats = {
    {"text", LogFormat::text}, {"json", LogFormat::json}, {"journald", LogFormat::journald}};

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
      ->transform(one_of(log_levels));
  app.add_option("--log-format", global.log_format, "text, json or journald")
      ->type_name("FORMAT")
      ->transform(one_of(log_formats));
}

// CLI11 says "A subcommand is required" of a misspelt verb.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& problem) {
  const std::vector<std::string> unknown = app.remaining();
  if (app.get_subcommands().empty() && !unknown.empty() && !unknown.front().starts_with('-')) {
    std::vector<std::string> verbs;
    for (const CLI::App* verb : app.get_subcommands({})) {
      if (!verb->get_group().empty()) verbs.push_back(verb->get_name());  // no hidden ones
    }
    const std::string guess = did_you_mean(unknown.front(), verbs);
    return "there is no verb \"" + unknown.front() + "\"" + (guess.empty() ? "" : "; " + guess) + " (" +
           join(verbs, ", ") + ")";
  }
  return problem.what();
}

}  // namespace

std::unique_ptr<CLI::App> make_command_line(Options& options) {
  auto app = std::make_unique<CLI::App>(
      "retouch keeps the metadata of cloud images in the state that YAML manifests describe.", "retouch");
  app->require_subcommand(1);
  app->set_version_flag("--version", std::string(), "The same as the verb `version`");
  app->fallthrough();  // global options may stand behind the verb, too
  add_globals(*app, options.global);
  add_planning_verbs(*app, options);
  add_memory_verbs(*app, options);
  add_service_verbs(*app, options);
  add_export_verb(*app, options);
  add_offline_verbs(*app, options);
  return app;
}

bool reaches_clouds(Verb verb) {
  constexpr std::array reaching{Verb::plan, Verb::drift,   Verb::apply, Verb::rollback,
                                Verb::run,  Verb::explain, Verb::check, Verb::export_};
  return std::ranges::find(reaching, verb) != reaching.end();
}

ParseOutcome parse_arguments(const std::vector<std::string>& arguments) {
  Options options;
  const auto command_line = make_command_line(options);
  CLI::App& app = *command_line;
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    CLI::App* about = &app;
    for (CLI::App* verb : app.get_subcommands()) about = verb;
    return {.options = std::nullopt, .text = about->help(), .exit_code = 0};
  } catch (const CLI::CallForVersion&) {
    options.verb = Verb::version;
  } catch (const CLI::ParseError& problem) {
    return {.options = std::nullopt,
            .text = "retouch: " + what_is_wrong(app, problem) + "\nTry: retouch --help\n",
            .exit_code = 1};
  }
  return {.options = std::move(options)};
}

}  // namespace retouch::cli
