// Where log records go, and in which form. Through spdlog, to stderr.
#pragma once

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"
#include "retouch/cli/options.hpp"

namespace retouch::cli {

struct LogChoice {
  LogLevel level = LogLevel::warning;
  LogFormat format = LogFormat::text;
};

// Where stderr leads to.
struct LogPlace {
  bool terminal = false;
  bool journal = false;  // os::is_journal
};

// What the command line says, else for the daemon (`run`): info; text on a terminal, lines for the journal where they
// go there, JSON elsewhere. Other verbs speak to whoever typed them: warning, text.
LogChoice choose_log(const GlobalOptions& global, bool daemon, const LogPlace& place);

// `clock` must outlive the log. Texts are made printable here, whoever wrote them.
Log make_stderr_log(const async::Clock& clock, const LogChoice& choice, bool color);

// One record as it is written, without the line end.
std::string log_line_as_text(const LogRecord& record, Wall now, bool color);
std::string log_line_as_json(const LogRecord& record, Wall now);
std::string log_line_for_journal(
    const LogRecord& record);  // without the time and the level's name: the journal has both

}  // namespace retouch::cli
