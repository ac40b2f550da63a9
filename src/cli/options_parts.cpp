#include "options_parts.hpp"

#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

std::string name_equals_value(const std::string& text) {
  const auto equals = text.find('=');
  return equals == std::string::npos || equals == 0 ? "expected NAME=VALUE, not \"" + text + "\"" : "";
}

std::optional<Moment> moment_of(const std::string& text) {
  if (const auto span = parse_duration(text)) return Moment{*span};
  if (const auto when = parse_rfc3339(text)) return Moment{*when};
  return std::nullopt;
}

std::string a_moment(const std::string& text) {
  if (moment_of(text)) return "";
  if (parse_rfc3339(text, true)) return "\"" + text + "\" has no offset; end it with Z (UTC) or, say, +02:00";
  return "expected a duration such as 2h or 7d, or a time such as 2026-11-22T06:00:00Z, not \"" + text + "\"";
}

}  // namespace

CLI::Validator accepting(CLI::Validator validator, const std::vector<std::string>& words) {
  validator.name(std::string(choices_prefix) + join(words, "|"));
  return validator;
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  return accepting(CLI::IsMember(words).description(""), words);
}

const std::map<std::string, Output>& plan_outputs() {
  static const std::map<std::string, Output> known = {
      {"text", Output::text}, {"json", Output::json}, {"markdown", Output::markdown}};
  return known;
}

const std::map<std::string, Output>& two_outputs() {
  static const std::map<std::string, Output> known = {{"text", Output::text}, {"json", Output::json}};
  return known;
}

std::string a_duration(const std::string& text) {
  return parse_duration(text) ? "" : "expected a duration such as 30s or 5m, not \"" + text + "\"";
}

void add_scope(CLI::App& verb, ScopeOptions& scope) {
  add_cloud_globs(verb, scope.clouds);
  verb.add_option("--entry", scope.entries, "Only entries that match this glob (repeatable)")
      ->type_name("GLOB")
      ->take_all();
  verb.add_option("-l,--label", scope.labels, "Only entries with this label (repeatable: all must hold)")
      ->type_name("NAME=VALUE")
      ->check(CLI::Validator(name_equals_value, ""));
  add_where(verb, scope.where);
}

void add_where(CLI::App& verb, std::vector<std::string>& where) {
  verb.add_option("--where", where, "Only live images with this attribute value (repeatable: all must hold)")
      ->type_name("ATTRIBUTE=VALUE")
      ->check(CLI::Validator(name_equals_value, ""));
}

void add_cloud_globs(CLI::App& verb, std::vector<std::string>& clouds) {
  verb.add_option("--cloud", clouds, "Only clouds that match this glob (repeatable)")->type_name("GLOB")->take_all();
}

void add_keep_going(CLI::App& verb, bool& keep_going) {
  verb.add_flag("--keep-going", keep_going, "Leave out files with errors instead of stopping");
}

void add_output(CLI::App& verb, Output& output, const std::map<std::string, Output>& known) {
  verb.add_option("--output", output, "How to print the result")->type_name("FORMAT")->transform(one_of(known));
}

void add_moment(CLI::App& verb, const std::string& name, std::optional<Moment>& moment, const std::string& help) {
  verb.add_option_function<std::string>(
          name, [&moment](const std::string& text) { moment = moment_of(text); }, help)
      ->type_name("TIME")
      ->check(CLI::Validator(a_moment, ""));
}

}  // namespace retouch::cli
