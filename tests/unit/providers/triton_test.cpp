#include "provider_fixture.hpp"

namespace retouch::providers {
namespace {

using core::List;
using core::Map;
using core::Value;

const std::string own = "/alice/images?state=all&owner=p1";
const std::string own_docker = own + "&type=docker";

std::string bare_list(const std::vector<std::string>& images) {
  std::string all;
  for (const auto& image : images) all += (all.empty() ? "" : ",") + image;
  return "[" + all + "]";
}

std::string triton_json(const std::string& id, const std::string& more = "") {
  return R"({"id":")" + id + R"(","owner":"p1","state":"active")" + (more.empty() ? "" : "," + more) + "}";
}

TEST(TritonList, AsksForEveryStateOfOwnImagesAndThenForDockerImages) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .header("Accept", "application/json")
      .answer(200, bare_list({triton_json("1", R"("acl":["b","a","b"],"public":false)"), triton_json("2")}));
  cloud.wire.expect("GET", own_docker).answer(200, bare_list({triton_json("3", R"("type":"docker")")}));
  const auto summary = cloud.list();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(summary->images, 3);
  EXPECT_EQ(summary->requests, 2);
  EXPECT_TRUE(summary->warnings.empty());
  EXPECT_EQ(cloud.seen[0].get("acl"), (Value{List{"a", "b"}}));
  EXPECT_EQ(cloud.seen[0].get("public"), Value{false});
  EXPECT_EQ(cloud.wire.requests[0].max_body, std::size_t{1} << 30);
}

TEST(TritonList, AnyOwnerLeavesTheOwnerOut) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", "/alice/images?state=all")
      .answer(200, bare_list({triton_json("1"), R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", "/alice/images?state=all&type=docker").answer(200, "[]");
  ASSERT_TRUE(cloud.list({.any_owner = true}));
  ASSERT_EQ(cloud.seen.size(), 2u);
  EXPECT_TRUE(cloud.seen[0].own);
  EXPECT_FALSE(cloud.seen[1].own);
}

TEST(TritonList, OthersImagesAreLeftOutWhenNotAskedFor) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own).answer(200, bare_list({R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  EXPECT_TRUE(cloud.seen.empty());
}

TEST(TritonList, KeepsTagsAndRequirementsWithTheirTypesAndWhateverIsNested) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .answer(200, bare_list({triton_json(
                       "1", R"("tags":{"s":"x","n":1,"r":1.5,"b":true,"z":null,"deep":{"b":[1,{"c":"d"}],"a":{}}},)"
                            R"("requirements":{"min_ram":1024,"networks":[{"name":"net0"}]},"name":"n")")}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  ASSERT_EQ(cloud.seen.size(), 1u);
  const auto& image = cloud.seen[0];
  const auto json = [](const char* text) { return core::to_scalar(Json::parse(text)); };
  const Map tags{{"s", "x"},  {"n", std::int64_t{1}}, {"r", 1.5},
                 {"b", true}, {"z", json("null")},    {"deep", json(R"({"a":{},"b":[1,{"c":"d"}]})")}};
  EXPECT_EQ(image.get("tags"), Value{tags});
  EXPECT_EQ(image.get("requirements"),
            (Value{Map{{"min_ram", std::int64_t{1024}}, {"networks", json(R"([{"name":"net0"}])")}}}));
  EXPECT_EQ(image.text("name"), "n");
}

TEST(TritonList, NumbersOfTagsAreReadAsTheyStandThere) {
  const std::vector<std::string> numbers{
      "123456789.12345679",      "0.1", "5e-324", "1.7976931348623157e+308", "0.30000000000000004",
      "-2.2250738585072014e-308"};
  std::string tags;
  for (const auto& number : numbers) tags += (tags.empty() ? "" : ",") + ("\"k" + number + "\":" + number);
  const auto body = bare_list({triton_json("1", "\"tags\":{" + tags + "}")});
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own).answer(200, body);
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  const auto read = std::get<Map>(cloud.seen.at(0).get("tags"));
  for (const auto& number : numbers) {
    EXPECT_EQ(core::to_json(read.at("k" + number)).dump(), Json::parse(number).dump()) << number;
  }
}

TEST(TritonList, ABrokenTextOfOneImageDoesNotHideTheOthers) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .answer(200, bare_list({triton_json("1", R"("description":"cut \ud83d")"), triton_json("2")}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  EXPECT_EQ(cloud.ids(), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(cloud.seen[0].text("description"), "cut \uFFFD");
}

TEST(TritonList, NothingOfOneImageIsLeftInTheNext) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .answer(200, bare_list({triton_json("1", R"("tags":{"a":1},"homepage":"http://x")"), triton_json("2"),
                              triton_json("3", R"("tags":{})")}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  ASSERT_EQ(cloud.seen.size(), 3u);
  EXPECT_EQ(cloud.seen[1].find("tags"), nullptr);
  EXPECT_EQ(cloud.seen[1].find("homepage"), nullptr);
  EXPECT_EQ(cloud.seen[2].get("tags"), Value{Map{}});
}

TEST(TritonList, ExactlyAThousandImagesWarnThatTheListMayBeCut) {
  for (const int images : {999, 1000, 1001}) {
    ProviderFixture cloud("triton");
    std::vector<std::string> all;
    for (int i = 0; i < images; ++i) all.push_back(triton_json(std::to_string(i)));
    cloud.wire.expect("GET", own).answer(200, bare_list(all));
    cloud.wire.expect("GET", own_docker).answer(200, "[]");
    const auto summary = cloud.list();
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->warnings.size(), images == 1000 ? 1u : 0u) << images;
  }
}

TEST(TritonList, WhatACutListMayLackIsReadById) {
  ProviderFixture cloud("triton");
  std::vector<std::string> all;
  for (int i = 0; i < 1000; ++i) all.push_back(triton_json(std::to_string(i)));
  cloud.wire.expect("GET", own).answer(200, bare_list(all));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  cloud.wire.expect("GET", "/alice/images/later").answer(200, triton_json("later"));
  cloud.wire.expect("GET", "/alice/images/never").answer(404, "");
  const auto summary = cloud.list({.only_ids = {"7", "later", "never"}});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.seen.back().id, "later");
  EXPECT_EQ(summary->images, 1001);
  EXPECT_TRUE(summary->warnings.empty());
}

TEST(TritonList, StopsWhenAllSelectedIdsWereSeen) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own).answer(200, bare_list({triton_json("1")}));
  ASSERT_TRUE(cloud.list({.only_ids = {"1"}}));
  EXPECT_EQ(cloud.wire.requests.size(), 1u);
}

TEST(TritonList, IsCompleteOrAnError) {
  for (const auto* body : {R"({"images":[]})", R"({"code":"X"})", R"([{"id":"1")", "", "[[]]x", R"([{"name":"x"}])"}) {
    ProviderFixture cloud("triton");
    cloud.wire.expect("GET", own).answer(200, body);
    const auto summary = cloud.list();
    ASSERT_FALSE(summary) << body;
    EXPECT_EQ(summary.error().code, Errc::protocol) << body;
  }
}

TEST(TritonRead, FindsAnImageOrNone) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", "/alice/images/1").answer(200, triton_json("1", R"("tags":{"a":1})"));
  cloud.wire.expect("GET", "/alice/images/2").answer(404, R"({"code":"ResourceNotFound","message":"image not found"})");
  cloud.wire.expect("GET", "/alice/images/3").answer(200, triton_json("4"));
  const auto found = cloud.read("1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->get("tags"), (Value{Map{{"a", std::int64_t{1}}}}));
  EXPECT_FALSE(cloud.read("2").value());
  EXPECT_EQ(cloud.read("3", true).error().code, Errc::protocol);
  EXPECT_FALSE(cloud.wire.requests.at(0).must_finish);
  EXPECT_TRUE(cloud.wire.requests.back().must_finish);
}

TEST(TritonImages, OfOtherAccountsCannotBeChanged) {
  ProviderFixture cloud("triton");
  EXPECT_EQ(cloud.provider->unchangeable({.id = "1", .attributes = {{"owner", "p2"}}, .own = false}),
            "it belongs to account p2, not to account p1");
  for (const auto* state : {"active", "unactivated", "disabled"}) {
    EXPECT_EQ(cloud.provider->unchangeable({.id = "1", .attributes = {{"state", state}}}), std::nullopt);
  }
}

}  // namespace
}  // namespace retouch::providers
