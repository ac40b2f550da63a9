#include <fmt/format.h>

#include "command_words.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

std::string fish_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// What may follow: "-x -a 'text json'", "-r -F" (files), "-x" (some text).
std::string follows(const OptionWords& option) {
  switch (option.taking) {
    case Taking::nothing:
      return "";
    case Taking::words:
      return " -x -a " + fish_text(join(option.choices, " "));
    case Taking::file:
      return " -r -F";
    case Taking::directory:
      return " -x -a '(__fish_complete_directories)'";
    case Taking::text:
      break;
  }
  return " -x";
}

std::string line(const std::string& condition, const OptionWords& option) {
  std::string text = "complete -c retouch" + condition;
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text + follows(option) + " -d " + fish_text(option.help) + "\n";
}

std::string argument(const std::string& condition, const OptionWords& option) {
  if (option.taking == Taking::file) return "complete -c retouch" + condition + " -F\n";
  if (option.taking != Taking::words) return "";
  return "complete -c retouch" + condition + " -a " + fish_text(join(option.choices, " ")) + "\n";
}

}  // namespace

std::string fish_completion(const CommandWords& words) {
  std::string script = "# Completion of retouch for fish, made by `retouch completion fish`.\ncomplete -c retouch -f\n";
  for (const auto& option : words.globals) script += line("", option);
  for (const auto& verb : words.verbs) {
    script +=
        fmt::format("complete -c retouch -n __fish_use_subcommand -a {} -d {}\n", verb.name, fish_text(verb.help));
  }
  for (const auto& verb : words.verbs) {
    const std::string condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", verb.name);
    for (const auto& option : verb.options) script += line(condition, option);
    for (const auto& option : verb.arguments) script += argument(condition, option);
  }
  return script;
}

}  // namespace retouch::cli
