#include <fmt/format.h>

#include "command_words.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

// For within single quotes, and within a specification of _arguments: brackets and colons mean something there.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string action(const OptionWords& option) {
  switch (option.taking) {
    case Taking::words:
      return "(" + join(option.choices, " ") + ")";
    case Taking::file:
      return "_files";
    case Taking::directory:
      return "_files -/";
    case Taking::nothing:
    case Taking::text:
      break;
  }
  return " ";
}

// One line a name: "'*--cloud=[Only clouds …]:GLOB: '"
std::string specification(const OptionWords& option) {
  std::string lines;
  for (const std::string& name : option.names) {
    std::string line = option.repeatable ? "*" : "";
    line += name;
    if (option.taking != Taking::nothing && name.starts_with("--")) line += "=";
    line += "[" + zsh_text(option.help) + "]";
    if (option.taking != Taking::nothing) line += ":" + zsh_text(option.value) + ":" + action(option);
    lines += "    '" + line + "'\n";
  }
  return lines;
}

std::string argument(const OptionWords& option) {
  return fmt::format("    '{}:{}:{}'\n",
                     option.repeatable ? "*"
                     : option.required ? ""
                                       : ":",
                     option.names.front(), action(option));
}

}  // namespace

std::string zsh_completion(const CommandWords& words) {
  std::string script =
      "#compdef retouch\n# Completion of retouch for zsh, made by `retouch completion zsh`.\n_retouch() {\n"
      "  local context state state_descr line\n  typeset -A opt_args\n  local -a globals verbs\n  globals=(\n";
  for (const auto& option : words.globals) script += specification(option);
  script += "  )\n  verbs=(\n";
  for (const auto& verb : words.verbs) script += fmt::format("    '{}:{}'\n", verb.name, zsh_text(verb.help));
  script +=
      "  )\n  _arguments -C $globals '1:verb:->verb' '*::argument:->arguments'\n  case $state in\n"
      "    verb) _describe verb verbs ;;\n    arguments) case $words[1] in\n";
  for (const auto& verb : words.verbs) {
    script += "  " + verb.name + ") _arguments $globals \\\n";
    std::string lines;
    for (const auto& option : verb.options) lines += specification(option);
    for (const auto& option : verb.arguments) lines += argument(option);
    for (const auto& line : split(lines, '\n')) {
      if (!line.empty()) script += line + " \\\n";
    }
    script += "    ;;\n";
  }
  return script +
         "    esac ;;\n  esac\n}\nif [ \"$funcstack[1]\" = _retouch ]; then _retouch \"$@\"; else compdef _retouch "
         "retouch; fi\n";
}

}  // namespace retouch::cli
