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

TEST(LogLine, ForTheJournalHasItsPriorityAndNoTime) {
  EXPECT_EQ(log_line_for_journal(record), "<6>changed cloud=lab image_id=3f0c code=200 field=\"two words\"");
  const auto begins = [](LogLevel level) {
    return log_line_for_journal({.level = level, .message = "x"}).substr(0, 3);
  };
  EXPECT_EQ(begins(LogLevel::trace), "<7>");
  EXPECT_EQ(begins(LogLevel::debug), "<7>");
  EXPECT_EQ(begins(LogLevel::warning), "<4>");
  EXPECT_EQ(begins(LogLevel::error), "<3>");
}

TEST(LogLine, MakesForeignTextPrintable) {
  const LogRecord hostile{.level = LogLevel::error, .message = "a\nb", .fields = {{"entry", "x\x1b[31m"}}};
  for (const std::string& line :
       {log_line_as_text(hostile, when, false), log_line_as_json(hostile, when), log_line_for_journal(hostile)}) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
}

TEST(ChooseLog, TheDaemonSpeaksAsItsPlaceWantsIt) {
  EXPECT_EQ(choose_log({}, true, {.terminal = true}).format, LogFormat::text);
  EXPECT_EQ(choose_log({}, true, {.journal = true}).format, LogFormat::journald);
  EXPECT_EQ(choose_log({}, true, {}).format, LogFormat::json);
  EXPECT_EQ(choose_log({}, true, {}).level, LogLevel::info);
}

TEST(ChooseLog, OtherVerbsSpeakToWhoTypedThem) {
  for (const LogPlace& place : {LogPlace{.terminal = true}, LogPlace{.journal = true}, LogPlace{}}) {
    EXPECT_EQ(choose_log({}, false, place).format, LogFormat::text);
    EXPECT_EQ(choose_log({}, false, place).level, LogLevel::warning);
  }
}

TEST(ChooseLog, WhatWasSaidHolds) {
  const GlobalOptions said{.log_level = LogLevel::error, .log_format = LogFormat::text};
  EXPECT_EQ(choose_log(said, true, {}).format, LogFormat::text);
  EXPECT_EQ(choose_log(said, true, {}).level, LogLevel::error);
  EXPECT_EQ(choose_log({.log_format = LogFormat::journald}, false, {.terminal = true}).format, LogFormat::journald);
}

}  // namespace retouch::cli
