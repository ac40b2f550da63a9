#include "retouch/sandbox/arrival_log.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Arrival at(int ms, int answered_ms, std::string method = "PATCH", std::string image = "i") {
  return {.at = Mono{} + milliseconds(ms),
          .service = "image",
          .method = std::move(method),
          .path = "/v2/images/" + image,
          .image_id = image,
          .status = 200,
          .answered = Mono{} + milliseconds(answered_ms)};
}

TEST(ArrivalLog, NumbersArrivalsAndFindsThem) {
  ArrivalLog log;
  EXPECT_EQ(log.add(at(0, 1)), 1u);
  EXPECT_EQ(log.add(at(5, 6)), 2u);
  EXPECT_EQ(log.find(2)->at, Mono{} + milliseconds(5));
  log.clear();
  EXPECT_EQ(log.find(2), nullptr);
  EXPECT_EQ(log.add(at(7, 8)), 3u);
  EXPECT_NE(log.find(3), nullptr);
}

TEST(ArrivalLog, MeasuresSpanAndBusiestWindow) {
  ArrivalLog log;
  for (const int ms : {0, 400, 900}) log.add(at(ms, ms + 1));
  log.add(at(950, 951, "GET"));
  for (const int ms : {1000, 1100, 5000}) log.add(at(ms, ms + 1));
  EXPECT_EQ(log.span({.method = "PATCH"}), Duration(seconds(5)));
  EXPECT_EQ(log.busiest({.method = "PATCH"}, seconds(1)), 4u);  // 400…1100
  EXPECT_EQ(log.busiest({}, seconds(1)), 5u);
  EXPECT_EQ(log.count({.path = "/v2/*", .status = 200}), 7u);
  EXPECT_EQ(log.count({.service = "identity"}), 0u);
}

TEST(ArrivalLog, CountsWhatCameBeforeARetryAfterWasOver) {
  ArrivalLog log;
  Arrival refused = at(0, 10);
  refused.retry_after = seconds(1);
  log.add(refused);
  log.add(at(30, 31));      // was on its way already
  log.add(at(500, 501));    // too early
  log.add(at(1009, 1010));  // too early
  log.add(at(1010, 1011));
  EXPECT_EQ(log.before_retry_after({}, milliseconds(50)), 2u);
}

TEST(ArrivalLog, SeesRequestsThatOverlapOnOneImage) {
  ArrivalLog log;
  log.add(at(0, 10, "PATCH", "a"));
  log.add(at(5, 15, "PATCH", "b"));
  log.add(at(10, 20, "PATCH", "a"));  // exactly after the first: no overlap
  EXPECT_EQ(log.most_in_flight_per_image({}), 1u);
  log.add(at(12, 13, "PATCH", "a"));
  EXPECT_EQ(log.most_in_flight_per_image({}), 2u);
}

TEST(ArrivalLog, SumsUpAsJson) {
  ArrivalLog log;
  log.add(at(0, 10));
  const Json statistics = log.statistics({}, milliseconds(50));
  EXPECT_EQ(statistics["requests"], 1);
  EXPECT_EQ(statistics["by_status"]["200"], 1);
  const Json one = ArrivalLog::to_json(log.all().front(), Mono{});
  EXPECT_EQ(one["image_id"], "i");
  EXPECT_EQ(one["answered_seconds"], 0.01);
}

}  // namespace
}  // namespace retouch::sandbox
