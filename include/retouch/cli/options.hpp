// The command line as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "retouch/base/log.hpp"
#include "retouch/base/time.hpp"

namespace retouch::cli {

enum class Output { text, json, markdown };
enum class LogFormat { text, json, journald };  // journald: "<N>" before each line, N the priority of syslog

// A span of time, back or ahead as the option says, or a point in time.
using Moment = std::variant<Duration, Wall>;

struct GlobalOptions {
  std::string config{};                  // --config
  std::vector<std::string> manifests{};  // --manifests, replaces the configured sources
  // Unless they are given: log_sink.hpp has what they are then.
  std::optional<LogLevel> log_level{};
  std::optional<LogFormat> log_format{};
};

// Which clouds, entries and images a verb is about.
struct ScopeOptions {
  std::vector<std::string> clouds{};   // globs; empty = all
  std::vector<std::string> entries{};  // globs
  std::vector<std::string> labels{};   // name=value, all must hold
  std::vector<std::string> where{};    // attribute=value of live images, all must hold
};

struct ValidateOptions {
  std::vector<std::string> paths{};
};

struct PlanOptions {
  ScopeOptions scope{};
  std::string out{};
  std::string since{};
  Output output = Output::text;
  bool detailed_exitcode = false;
  bool keep_going = false;
};

struct ApplyOptions {
  ScopeOptions scope{};
  std::string plan_file{};
  bool yes = false;
  std::optional<std::int64_t> limit{};
  std::vector<std::string> force{};
  bool skip_stale = false;
  Duration wait_lock{};
  Output output = Output::text;
  bool keep_going = false;
};

struct DriftOptions {
  ScopeOptions scope{};
  Output output = Output::text;
  bool keep_going = false;
};

struct HistoryOptions {
  std::string run{};  // an id or how it begins; empty = the runs
  std::optional<Moment> since{};
  std::string cloud{}, entry{}, cause{};
  bool all = false;
  Output output = Output::text;
};

struct RollbackOptions {
  std::string run{};                  // an id or how it begins
  std::string revision{};             // or every run of this revision
  std::vector<std::string> clouds{};  // globs; empty = all that it changed images of
  bool yes = false;
  bool dry_run = false;
  std::optional<std::int64_t> limit{};
  std::vector<std::string> force{};
  Duration wait_lock{};
  Output output = Output::text;
};

struct ExplainOptions {
  std::string entry{};
  std::string field{};  // empty = all
  std::vector<std::string> clouds{};
  Output output = Output::text;
  bool keep_going = false;
};

struct SuspendOptions {
  std::string cloud{}, entry{};  // at most one; neither = list
  std::optional<Moment> until{};
  std::string reason{};
  Output output = Output::text;
};

struct ResumeOptions {
  std::string cloud{}, entry{};
  std::string image{}, field{};
};

struct ExportOptions {
  std::vector<std::string> clouds{};  // globs
  std::vector<std::string> where{};
  std::vector<std::string> attributes{}, exclude{};  // globs
  bool by_name = false;
  std::string directory{};  // empty = one document a cloud, on stdout
  // --from: definitions of another tool instead of live images.
  std::string from{};
  std::string definitions{};              // directory or file
  std::vector<std::string> for_clouds{};  // empty = the configured ones of OpenStack
  std::string tag = "managed_by_osism";
  bool disabled = false;
};

struct RunOptions {
  bool once = false;
  bool dry_run = false;
  std::string metrics_file{};  // with `once`
};

struct StatusOptions {
  Output output = Output::text;
};

struct ReconcileOptions {
  std::string cloud{};     // empty = all
  std::string revision{};  // of the one Git source, or NAME=REVISION
  std::string accept{};    // fingerprint
  bool wait = false;
  Output output = Output::text;
};

struct CheckOptions {
  std::vector<std::string> clouds{};
  Output output = Output::text;
};

struct SchemaOptions {
  std::string of = "manifest";  // manifest | config
};

struct CompletionOptions {
  std::string shell{};  // bash | zsh | fish
};

struct ManualOptions {
  std::string page{};
};

enum class Verb {
  validate,
  plan,
  drift,
  apply,
  rollback,
  history,
  explain,
  suspend,
  resume,
  run,
  status,
  reconcile,
  reload,
  export_,
  check,
  schema,
  completion,
  manual,
  version
};

// Whether it logs in itself, rather than asking the daemon, the state or nobody (of `export` most forms do).
bool reaches_clouds(Verb verb);

struct Options {
  GlobalOptions global{};
  Verb verb = Verb::version;
  ValidateOptions validate{};
  PlanOptions plan{};
  DriftOptions drift{};
  ApplyOptions apply{};
  RollbackOptions rollback{};
  HistoryOptions history{};
  ExplainOptions explain{};
  SuspendOptions suspend{};
  ResumeOptions resume{};
  RunOptions run{};
  StatusOptions status{};
  ReconcileOptions reconcile{};
  ExportOptions export_{};
  CheckOptions check{};
  SchemaOptions schema{};
  CompletionOptions completion{};
  ManualOptions manual{};
};

struct ParseOutcome {
  std::optional<Options> options{};  // nullopt: print `text` and end with `exit_code`
  std::string text{};                // help, or what is wrong
  int exit_code = 0;
};

// `arguments` without the program's name.
ParseOutcome parse_arguments(const std::vector<std::string>& arguments);

}  // namespace retouch::cli
