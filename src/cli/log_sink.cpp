#include "retouch/cli/log_sink.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "retouch/base/json.hpp"
#include "retouch/base/printable.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      break;
  }
  return "off";
}

// sd-daemon(3): debug 7, info 6, warning 4, err 3.
char priority_of(LogLevel level) {
  if (level >= LogLevel::error) return '3';
  if (level == LogLevel::warning) return '4';
  return level == LogLevel::info ? '6' : '7';
}

std::string painted(LogLevel level, const Paint& paint) {
  const std::string name(name_of(level));
  if (level >= LogLevel::error) return paint.red(name);
  return level == LogLevel::warning ? paint.yellow(name) : paint.dim(name);
}

std::string as_text(const LogField& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) return std::to_string(*number);
  const std::string text = printable(std::get<std::string>(field.value), 256);
  return text.find(' ') == std::string::npos && !text.empty() ? text : "\"" + text + "\"";
}

std::string message_and_fields(const LogRecord& record, const Paint& paint) {
  std::string line = printable(record.message);
  for (const LogField& field : record.fields) line += " " + paint.dim(std::string(field.name) + "=") + as_text(field);
  return line;
}

std::string line_of(const LogRecord& record, Wall now, LogFormat format, bool color) {
  switch (format) {
    case LogFormat::json:
      return log_line_as_json(record, now);
    case LogFormat::journald:
      return log_line_for_journal(record);
    case LogFormat::text:
      break;
  }
  return log_line_as_text(record, now, color);
}

}  // namespace

LogChoice choose_log(const GlobalOptions& global, bool daemon, const LogPlace& place) {
  LogChoice choice;
  if (daemon) {
    choice.level = LogLevel::info;
    choice.format = place.terminal ? LogFormat::text : place.journal ? LogFormat::journald : LogFormat::json;
  }
  return {.level = global.log_level.value_or(choice.level), .format = global.log_format.value_or(choice.format)};
}

std::string log_line_as_text(const LogRecord& record, Wall now, bool color) {
  const Paint paint(Style{color});
  return paint.dim(format_rfc3339_ms(now)) + " " + painted(record.level, paint) + " " +
         message_and_fields(record, paint);
}

std::string log_line_for_journal(const LogRecord& record) {
  return std::string("<") + priority_of(record.level) + ">" + message_and_fields(record, Paint(Style{false}));
}

std::string log_line_as_json(const LogRecord& record, Wall now) {
  Json document = {
      {"ts", format_rfc3339_ms(now)}, {"level", name_of(record.level)}, {"msg", printable(record.message)}};
  for (const LogField& field : record.fields) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      document[std::string(field.name)] = *number;
    } else {
      document[std::string(field.name)] = printable(std::get<std::string>(field.value), 256);
    }
  }
  return document.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Log make_stderr_log(const async::Clock& clock, const LogChoice& choice, bool color) {
  auto logger = std::make_shared<spdlog::logger>("retouch", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);  // the threshold is Log's
  logger->flush_on(spdlog::level::trace);
  auto sink = [logger, &clock, format = choice.format, color](const LogRecord& record) {
    logger->log(spdlog::level::info, "{}", line_of(record, clock.wall(), format, color));
  };
  return Log(sink, choice.level);
}

}  // namespace retouch::cli
