#include "retouch/service/notification.hpp"

#include <gtest/gtest.h>

namespace retouch::service {
namespace {

using News = std::vector<std::string>;

CloudNotice cloud(std::string result, std::string error = {}) {
  return {.cloud = "lab", .result = std::move(result), .error = std::move(error)};
}
CloudNotice refused(std::string fingerprint) {
  auto notice = cloud("refused");
  notice.refusals.push_back({.cloud = "lab",
                             .verdict = {.guard = "changed_percent", .limit = 30, .value = 60, .refused = true},
                             .fingerprint = std::move(fingerprint)});
  return notice;
}
// What is news of a run with this one cloud.
News pass(NewsFilter& filter, CloudNotice notice) {
  const auto news = filter.filter({.run = "r", .clouds = {std::move(notice)}});
  return news ? news->clouds.at(0).news : News{};
}

TEST(NewsFilter, AnUneventfulPassIsNone) {
  NewsFilter filter;
  EXPECT_EQ(pass(filter, cloud("success")), News{});
  EXPECT_FALSE(filter.filter({.run = "r"}));
}

TEST(NewsFilter, EachChangeIsNews) {
  NewsFilter filter;
  for (int i = 0; i < 2; ++i) {
    auto changing = cloud("success");
    changing.changed = 3;
    EXPECT_EQ(pass(filter, changing), News{"changed"});
  }
}

TEST(NewsFilter, TroubleIsToldOnceAndSoIsItsEnd) {
  NewsFilter filter;
  EXPECT_EQ(pass(filter, cloud("error", "no connection")), News{"failed"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pass(filter, cloud("error", "no connection")), News{});
  EXPECT_EQ(pass(filter, cloud("success")), News{"recovered"});
  EXPECT_EQ(pass(filter, cloud("success")), News{});
  EXPECT_EQ(pass(filter, cloud("error", "no connection")), News{"failed"});
}

TEST(NewsFilter, AnotherReasonIsNewsButAnotherRequestIdIsNot) {
  NewsFilter filter;
  EXPECT_EQ(pass(filter, cloud("error", "GET images: [HTTP 503 Unavailable, request req-1a2b]")), News{"failed"});
  EXPECT_EQ(pass(filter, cloud("error", "GET images: [HTTP 503 Unavailable, request req-9f8e]")), News{});
  EXPECT_EQ(pass(filter, cloud("error", "GET images: [HTTP 500 Unavailable, request req-9f8e]")), News{"failed"});
  EXPECT_EQ(pass(filter, cloud("auth", "GET images: [HTTP 500 Unavailable, request req-9f8e]")), News{"failed"});
  auto more = cloud("partial");
  more.failed = 1;
  EXPECT_EQ(pass(filter, more), News{"failed"});
  EXPECT_EQ(pass(filter, more), News{});
  more.failed = 2;
  EXPECT_EQ(pass(filter, more), News{"failed"});
}

TEST(NewsFilter, ARefusalIsToldOnceForEachPlan) {
  NewsFilter filter;
  EXPECT_EQ(pass(filter, refused("sha256:aa")), News{"refused"});
  EXPECT_EQ(pass(filter, refused("sha256:aa")), News{});
  EXPECT_EQ(pass(filter, refused("sha256:bb")), News{"refused"});
  EXPECT_EQ(pass(filter, cloud("success")), News{"recovered"});
}

TEST(NewsFilter, ThrottlingIsNeitherTroubleNorItsEnd) {
  NewsFilter filter;
  EXPECT_EQ(pass(filter, cloud("throttled")), News{});
  EXPECT_EQ(pass(filter, cloud("error", "x")), News{"failed"});
  EXPECT_EQ(pass(filter, cloud("throttled")), News{});
  EXPECT_EQ(pass(filter, cloud("error", "x")), News{});
  auto changing = cloud("throttled");
  changing.changed = 1;
  EXPECT_EQ(pass(filter, changing), News{"changed"});
}

TEST(NewsFilter, KeepsCloudsApartAndLeavesOutThoseWithoutNews) {
  NewsFilter filter;
  RunNotice notice{.run = "r", .clouds = {cloud("error", "x"), {.cloud = "east", .result = "success"}}};
  const auto news = filter.filter(notice);
  ASSERT_TRUE(news);
  ASSERT_EQ(news->clouds.size(), 1u);
  EXPECT_EQ(news->clouds.at(0).cloud, "lab");
  notice.clouds.at(1).result = "error";
  const auto later = filter.filter(notice);
  ASSERT_TRUE(later);
  ASSERT_EQ(later->clouds.size(), 1u);
  EXPECT_EQ(later->clouds.at(0).cloud, "east");
}

TEST(NotificationDocument, HasWhatAReaderNeeds) {
  auto one = refused("sha256:ab");
  one.changed = 2;
  one.news = {"changed", "refused"};
  one.changes.push_back({.entry = "ubuntu",
                         .image_id = "i1",
                         .image_name = "Ubuntu",
                         .change = {.name = "min_ram", .before = std::int64_t{1}, .after = std::int64_t{2}},
                         .status = core::ChangeStatus::applied});
  const Json document = to_document(RunNotice{.run = "r1",
                                              .verb = "run",
                                              .began = Wall{} + std::chrono::seconds(1),
                                              .sources = {{"images", "abc"}},
                                              .clouds = {cloud("success"), one}});
  EXPECT_EQ(document.at("format_version"), "1.0");
  EXPECT_EQ(document.at("kind"), "run");
  EXPECT_EQ(document.at("run"), "r1");
  EXPECT_EQ(document.at("began_at"), "1970-01-01T00:00:01Z");
  EXPECT_EQ(document.at("result"), "refused") << "the worst";
  EXPECT_EQ(document.at("sources").at(0).at("revision"), "abc");
  const Json& shown = document.at("clouds").at(1);
  EXPECT_EQ(shown.at("counts").at("changed"), 2);
  EXPECT_EQ(shown.at("guards").at(0).at("fingerprint"), "sha256:ab");
  EXPECT_EQ(shown.at("changes").at(0).at("before"), 1);
  EXPECT_EQ(shown.at("changes").at(0).at("status"), "applied");
  EXPECT_EQ(shown.at("changes_left_out"), 0);
  EXPECT_TRUE(document.at("clouds").at(0).at("error").is_null());
}

TEST(NotificationDocument, StaysSmallAndHarmlessWhateverTheCloudSays) {
  auto one = cloud("error", "evil \x1b[31m " + std::string(5000, 'x'));
  for (int i = 0; i < 200; ++i) {
    one.changes.push_back({.entry = "e",
                           .image_name = "a\u202eb",
                           .change = {.name = "f", .before = std::string(100'000, 'y'), .after = std::string("\x07")}});
  }
  const Json document = to_document(RunNotice{.run = "r", .clouds = {one}});
  const std::string text = document.dump();
  EXPECT_LT(text.size(), 40'000u);
  EXPECT_EQ(text.find("\\u001b"), std::string::npos);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  EXPECT_EQ(text.find("\\u0007"), std::string::npos);
  EXPECT_EQ(document.at("clouds").at(0).at("changes").size(), notified_changes);
  EXPECT_EQ(document.at("clouds").at(0).at("changes_left_out"), 180);
}

}  // namespace
}  // namespace retouch::service
