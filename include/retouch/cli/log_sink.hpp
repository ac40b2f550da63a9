// Where log records go: text on a terminal, JSON lines otherwise if asked for. Through spdlog, to stderr.
#pragma once

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"

namespace retouch::cli {

// `clock` must outlive the log. Texts are made printable here, whoever wrote them.
Log make_stderr_log(const async::Clock& clock, LogLevel threshold, bool json, bool color);

// One record as it is written, without the line end.
std::string log_line_as_text(const LogRecord& record, Wall now, bool color);
std::string log_line_as_json(const LogRecord& record, Wall now);

}  // namespace retouch::cli
