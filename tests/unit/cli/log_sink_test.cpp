#include "retouch/cli/log_sink.hpp"

#include <gtest/gtest.h>

#include "retouch/base/json.hpp"

namespace retouch::cli {

namespace {

const Wall when = parse_rfc3339("2026-11-21T20:48:00.123Z").value();
const LogRecord record{.level = LogLevel::info,
                       .message = "changed",
                       .fields = {{"cloud", "lab"}, {"image_id", "3f0c"}, {"code", 200}, {"field", "two words"}}};

}  // namespace

TEST(LogLine, AsText) {
  EXPECT_EQ(log_line_as_text(record, when, false),
            "2026-11-21T20:48:00.123Z info changed cloud=lab image_id=3f0c code=200 field=\"two words\"");
}

TEST(LogLine, AsJson) {
  const Json line = Json::parse(log_line_as_json(record, when));
  EXPECT_EQ(line, (Json{{"ts", "2026-11-21T20:48:00.123Z"},
                        {"level", "info"},
                        {"msg", "changed"},
                        {"cloud", "lab"},
                        {"image_id", "3f0c"},
                        {"code", 200},
                        {"field", "two words"}}));
}

TEST(LogLine, MakesForeignTextPrintable) {
  const LogRecord hostile{.level = LogLevel::error, .message = "a\nb", .fields = {{"entry", "x\x1b[31m"}}};
  for (const std::string& line : {log_line_as_text(hostile, when, false), log_line_as_json(hostile, when)}) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
}

}  // namespace retouch::cli
