// For bash alone: it does without the helpers of the package bash-completion.
#include <fmt/format.h>

#include <algorithm>

#include "command_words.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

// What can stand behind an option, as a branch of `case "$verb $previous"`.
std::string branch(const std::string& verb, const OptionWords& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) patterns.push_back(fmt::format("\"{} {}\"", verb, name));
  if (verb == "*") {
    patterns.clear();
    for (const std::string& name : option.names) patterns.push_back("*\" " + name + "\"");
  }
  const std::string head = "    " + join(patterns, " | ") + ") ";
  switch (option.taking) {
    case Taking::nothing:
      return "";
    case Taking::words:
      return head + fmt::format("_retouch_words \"{}\"; return ;;\n", join(option.choices, " "));
    case Taking::file:
      return head + "_retouch_files -f; return ;;\n";
    case Taking::directory:
      return head + "_retouch_files -d; return ;;\n";
    case Taking::text:
      break;
  }
  return head + "COMPREPLY=(); return ;;\n";
}

std::vector<std::string> names_of(const std::vector<OptionWords>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> names_with_value(const CommandWords& words) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<OptionWords>& options) {
    for (const auto& option : options) {
      if (option.taking == Taking::nothing) continue;
      for (const auto& name : option.names) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
  };
  add(words.globals);
  for (const auto& verb : words.verbs) add(verb.options);
  return names;
}

std::string arguments_of(const VerbWords& verb) {
  std::string all;
  for (const auto& argument : verb.arguments) {
    if (argument.taking == Taking::words) all += fmt::format(" _retouch_words \"{}\";", join(argument.choices, " "));
    if (argument.taking == Taking::file) all += " _retouch_files -f;";
    if (argument.taking == Taking::directory) all += " _retouch_files -d;";
  }
  return all;
}

constexpr std::string_view helpers = R"(# Completion of retouch for bash, made by `retouch completion bash`.
_retouch_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
_retouch_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
}
_retouch() {
  local current=${COMP_WORDS[COMP_CWORD]} previous= verb= skip= word i
  COMPREPLY=()
  [ "$COMP_CWORD" -lt 1 ] || previous=${COMP_WORDS[COMP_CWORD-1]}
  # bash breaks words at "=", so --output=json are three.
  if [ "$current" = "=" ]; then current=
  elif [ "$previous" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ -n "$skip" ]; then [ "$word" = "=" ] || skip=; continue; fi
    case $word in
)";

}  // namespace

std::string bash_completion(const CommandWords& words) {
  std::string script(helpers);
  script += fmt::format("      {}) skip=yes ;;\n", join(names_with_value(words), " | "));
  script += "      -*) ;;\n      *) verb=$word; break ;;\n    esac\n  done\n  case \"$verb $previous\" in\n";
  for (const auto& option : words.globals) script += branch("*", option);
  for (const auto& verb : words.verbs) {
    for (const auto& option : verb.options) script += branch(verb.name, option);
  }
  script += "  esac\n  case $verb in\n";
  std::vector<std::string> verbs;
  for (const auto& verb : words.verbs) verbs.push_back(verb.name);
  const std::string globals = join(names_of(words.globals), " ");
  script += fmt::format("    \"\") _retouch_words \"{} {}\" ;;\n", join(verbs, " "), globals);
  for (const auto& verb : words.verbs) {
    script += fmt::format("    {}) case $current in -*) _retouch_words \"{} {}\" ;; *){} ;; esac ;;\n", verb.name,
                          join(names_of(verb.options), " "), globals, arguments_of(verb));
  }
  return script + "  esac\n}\ncomplete -F _retouch retouch\n";
}

}  // namespace retouch::cli
