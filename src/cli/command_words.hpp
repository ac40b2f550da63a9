// The command line as data, taken from the parser itself: completion and manual pages cannot miss an option.
#pragma once

#include <string>
#include <vector>

namespace retouch::cli {

enum class Taking { nothing, words, file, directory, text };  // what follows an option, for completion

struct OptionWords {
  std::vector<std::string> names{};    // "-l", "--label"; a positional argument has one without dashes: "PLANFILE"
  std::string value{};                 // "FILE"; empty = takes nothing
  std::vector<std::string> choices{};  // its words, if there are no others
  Taking taking = Taking::nothing;
  bool repeatable = false;
  bool required = false;
  std::string help{};
};

struct VerbWords {
  std::string name;
  std::string help;
  std::vector<OptionWords> options{};
  std::vector<OptionWords> arguments{};  // positional ones
};

struct CommandWords {
  std::vector<OptionWords> globals{};
  std::vector<VerbWords> verbs{};  // those that --help shows
};

CommandWords command_words();

// Scripts for the shells.
std::string bash_completion(const CommandWords& words);
std::string zsh_completion(const CommandWords& words);
std::string fish_completion(const CommandWords& words);

}  // namespace retouch::cli
