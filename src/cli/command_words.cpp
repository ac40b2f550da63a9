#include "command_words.hpp"

#include <algorithm>

#include "options_parts.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

// CLI11 appends what validators say of themselves behind a colon.
std::string value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::vector<std::string> choices_of(CLI::Option& option) {
  std::vector<std::string> words;
  for (int i = 0;; ++i) {
    const CLI::Validator* validator = nullptr;
    try {
      validator = option.get_validator(i);
    } catch (const CLI::OptionNotFound&) {  // how CLI11 says that there are no more
      return words;
    }
    if (validator->get_name().starts_with(choices_prefix)) {
      words = split(std::string_view(validator->get_name()).substr(choices_prefix.size()), '|');
    }
  }
}

Taking taking_of(const OptionWords& words) {
  if (words.value.empty() && words.names.front().starts_with('-')) return Taking::nothing;
  if (!words.choices.empty()) return Taking::words;
  const std::string& kind = words.value.empty() || words.value == "TEXT" ? words.names.front() : words.value;
  if (kind == "FILE" || kind == "PATH" || kind == "PLANFILE") return Taking::file;
  return kind == "DIR" ? Taking::directory : Taking::text;
}

OptionWords words_of(CLI::Option& option) {
  OptionWords words;
  if (option.get_positional()) {
    words.names = {option.get_name(true)};
  } else {
    for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  }
  if (option.get_type_size_max() > 0) words.value = value_of(option);
  words.choices = choices_of(option);
  words.taking = taking_of(words);
  words.repeatable =
      option.get_items_expected_max() > 1 || option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  words.required = option.get_required();
  words.help = option.get_description();
  return words;
}

void add_options(CLI::App& app, std::vector<OptionWords>& options, std::vector<OptionWords>& arguments) {
  for (CLI::Option* option : app.get_options({})) {
    (option->get_positional() ? arguments : options).push_back(words_of(*option));
  }
}

}  // namespace

CommandWords command_words() {
  Options options;
  const auto app = make_command_line(options);
  CommandWords words;
  std::vector<OptionWords> none;
  add_options(*app, words.globals, none);
  for (CLI::App* verb : app->get_subcommands({})) {
    if (verb->get_group().empty()) continue;  // hidden
    auto& added = words.verbs.emplace_back(VerbWords{.name = verb->get_name(), .help = verb->get_description()});
    add_options(*verb, added.options, added.arguments);
  }
  return words;
}

}  // namespace retouch::cli
