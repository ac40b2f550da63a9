// What a pass logs: a line when it begins and ends, one for each change, none where nothing changes.
#include "journal_fixture.hpp"

namespace retouch::reconcile {

using namespace std::chrono_literals;

namespace {

class PassLogTest : public test_fixture::JournalTest {
 protected:
  PassLogTest() {
    world.log = Log(
        [this](const LogRecord& record) {
          Line line{.level = record.level, .text = std::string(record.message)};
          for (const LogField& field : record.fields) {
            const auto* text = std::get_if<std::string>(&field.value);
            line.fields[std::string(field.name)] =
                text != nullptr ? *text : std::to_string(std::get<std::int64_t>(field.value));
          }
          lines.push_back(std::move(line));
        },
        LogLevel::info);
  }

  struct Line {
    LogLevel level;
    std::string text;
    std::map<std::string, std::string> fields;
  };
  std::vector<Line> with(const std::string& text) const {
    std::vector<Line> found;
    for (const Line& line : lines) {
      if (line.text.find(text) != std::string::npos) found.push_back(line);
    }
    return found;
  }
  std::vector<Line> lines;
};

}  // namespace

TEST_F(PassLogTest, TellsEachChangeOnceWithAllThatFindsItAgain) {
  add("lab", {1});
  slow_down(2s);
  run([&]() -> task<void> { co_await applied(); });
  const auto changed = with("changed");
  ASSERT_EQ(changed.size(), 2u) << "the change, and the end of the pass";
  auto fields = changed[0].fields;
  EXPECT_EQ(fields["cloud"], "lab");
  EXPECT_EQ(fields["run_id"], store.run_records.at(0).id);
  EXPECT_EQ(fields["entry"], "image-1");
  EXPECT_EQ(fields["image_id"], live(1).id);
  EXPECT_EQ(fields["field"], "os_distro");
  EXPECT_EQ(fields["op"], "add");
  EXPECT_EQ(fields["cause"], "unknown");
  EXPECT_EQ(fields["request_id"], store.change_records.at(0).request_id);
  EXPECT_EQ(fields["duration_ms"], "2000");
  EXPECT_EQ(fields["manifest"], "m.yaml:1:5");
}

TEST_F(PassLogTest, TellsWhenAPassBeginsAndEndsAndNothingOfImagesThatAreInOrder) {
  add("lab", {1, 2});
  set_live(1, "os_distro", "ubuntu");
  set_live(2, "os_distro", "ubuntu");
  run([&]() -> task<void> { co_await applied(); });
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text, "the pass begins");
  EXPECT_EQ(lines[0].fields["cloud"], "lab");
  EXPECT_EQ(lines[1].text, "the pass ends: unchanged; images changed 0, partial 0, failed 0, skipped 0");
  EXPECT_EQ(lines[0].fields["run_id"], lines[1].fields["run_id"]);
  EXPECT_TRUE(lines[1].fields.contains("duration_ms"));
}

TEST_F(PassLogTest, TellsWhatFailed) {
  add("lab", {1});
  fault(R"({"kind":"status","status":400,"method":"PATCH"})");
  run([&]() -> task<void> { co_await applied(); });
  bool told = false;
  for (const Line& line : lines) told |= line.level == LogLevel::error && line.fields.contains("image_id");
  EXPECT_TRUE(told);
  EXPECT_EQ(with("changed 1").size(), 0u);
}

TEST_F(PassLogTest, TellsWhyAPassCouldNotBegin) {
  add("lab", {1}, "WRONG");
  run([&]() -> task<void> { co_await applied(); });
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back().text.find("the pass ends: failed; "), 0u) << lines.back().text;
}

}  // namespace retouch::reconcile
