// What the verbs' options have in common; each options_*.cpp adds the verbs of one kind.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/cli/options.hpp"

namespace retouch::cli {

// The parser; what it reads goes into `options`, which has to outlive it.
std::unique_ptr<CLI::App> make_command_line(Options& options);

// A validator whose name carries the words that it accepts to completion and manual pages (command_words.cpp): CLI11
// does not give them away otherwise, unless they stand in the help as `{a,b}->{0,1}`.
inline constexpr std::string_view choices_prefix = "one of ";
CLI::Validator accepting(CLI::Validator validator, const std::vector<std::string>& words);
CLI::Validator one_of(const std::vector<std::string>& words);
template <typename Value>
CLI::Validator one_of(const std::map<std::string, Value>& known) {
  std::vector<std::string> words;
  for (const auto& [word, value] : known) words.push_back(word);
  return accepting(CLI::CheckedTransformer(known).description(""), words);
}

const std::map<std::string, Output>& plan_outputs();  // text, json, markdown
const std::map<std::string, Output>& two_outputs();   // text, json

void add_scope(CLI::App& verb, ScopeOptions& scope);
void add_where(CLI::App& verb, std::vector<std::string>& where);
void add_cloud_globs(CLI::App& verb, std::vector<std::string>& clouds);
void add_keep_going(CLI::App& verb, bool& keep_going);
// `--output`, whose words are the keys of `known`.
void add_output(CLI::App& verb, Output& output, const std::map<std::string, Output>& known);
// A duration, or a point in time with its offset: "--since", "--until".
void add_moment(CLI::App& verb, const std::string& name, std::optional<Moment>& moment, const std::string& help);

// Validators of CLI11: "" or what is wrong.
std::string a_duration(const std::string& text);

// The verbs, by what they are about.
void add_planning_verbs(CLI::App& app, Options& options);  // plan, apply
void add_memory_verbs(CLI::App& app, Options& options);    // drift, history, explain, suspend, resume
void add_service_verbs(CLI::App& app, Options& options);   // run, status, reconcile, reload
void add_export_verb(CLI::App& app, Options& options);     // export
void add_offline_verbs(CLI::App& app, Options& options);   // validate, check, schema, completion, version

}  // namespace retouch::cli
