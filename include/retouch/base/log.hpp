// What is logged, apart from where it goes. Layers log through a Log they were given; the sinks (text, JSON, journald
// prefixes) are made at composition.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace retouch {

enum class LogLevel { trace, debug, info, warning, error, off };

// Names are those of design.md section 7: run_id cloud entry image_id field op attempt code request_id retry_after_ms
// wait_ms duration_ms manifest.
struct LogField {
  std::string_view name;
  std::variant<std::string, std::int64_t> value;
  LogField(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
  LogField(std::string_view n, std::string_view v) : name(n), value(std::string(v)) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string(v)) {}
  LogField(std::string_view n, std::int64_t v) : name(n), value(v) {}
  LogField(std::string_view n, int v) : name(n), value(std::int64_t{v}) {}
};

struct LogRecord {
  LogLevel level;
  std::string_view message;
  std::vector<LogField> fields;  // bound ones first
};

using LogSink = std::function<void(const LogRecord&)>;

// Cheap to copy. A default-constructed Log drops everything.
class Log {
 public:
  Log() = default;
  Log(LogSink sink, LogLevel threshold) : sink_(std::move(sink)), threshold_(threshold) {}

  // The same log with fields that every record carries (run_id, cloud).
  [[nodiscard]] Log with(std::initializer_list<LogField> fields) const;

  bool enabled(LogLevel level) const { return sink_ && level >= threshold_; }
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) const;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  LogSink sink_;
  LogLevel threshold_ = LogLevel::off;
  std::vector<LogField> bound_;
};

}  // namespace retouch
