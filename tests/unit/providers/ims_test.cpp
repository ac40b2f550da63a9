#include "provider_fixture.hpp"

namespace retouch::providers {
namespace {

using core::FieldChange;
using core::Image;
using core::Map;
using Ids = std::vector<std::string>;

const std::string own = "/v2/cloudimages?owner=p1&limit=500&sort_key=id&sort_dir=asc";
const std::string gold =
    "/v2/cloudimages?__imagetype=gold&visibility=public&protected=true&limit=500&sort_key=id&sort_dir=asc";
const std::string shared =
    "/v2/cloudimages?__imagetype=shared&visibility=shared&member_status=accepted&limit=500&sort_key=id&sort_dir=asc";

TEST(ImsList, TurnsPagesUntilAnEmptyOne) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET", own)
      .header("Accept", "application/json")
      .answer(200, list_json({image_json("1"), image_json("2", R"("tags":["a=b"])")}));
  cloud.wire.expect("GET", own + "&marker=2").answer(200, list_json({image_json("3")}));
  cloud.wire.expect("GET", own + "&marker=3").answer(200, list_json({}));
  const auto summary = cloud.list();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), (Ids{"1", "2", "3"}));
  EXPECT_EQ(summary->requests, 3);
  EXPECT_EQ(cloud.seen[1].get("tags"), (core::Value{Map{{"a", std::string("b")}}}));
  EXPECT_EQ(cloud.wire.requests[0].max_body, std::size_t{1} << 30);
}

TEST(ImsList, AnyOwnerAddsPublicAndSharedImages) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", own + "&marker=1").answer(200, list_json({}));
  cloud.wire.expect("GET", gold).answer(200, list_json({R"({"id":"2","owner":"otc"})"}));
  cloud.wire.expect("GET", gold + "&marker=2").answer(200, list_json({}));
  // An image that we share shows up among the shared ones, too.
  cloud.wire.expect("GET", shared).answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", shared + "&marker=1").answer(200, list_json({R"({"id":"3","owner":"p3"})"}));
  cloud.wire.expect("GET", shared + "&marker=3").answer(200, list_json({}));
  const auto summary = cloud.list({.any_owner = true});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), (Ids{"1", "2", "3"}));
  EXPECT_EQ(summary->images, 3);
}

TEST(ImsList, AServerThatIgnoresTheMarkerIsAnError) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET").answer(200, list_json({image_json("1"), image_json("2")})).times(2);
  const auto summary = cloud.list();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, Errc::protocol);
  EXPECT_NE(summary.error().message.find("marker=2"), std::string::npos);
}

TEST(ImsList, AFailedPageFailsTheList) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", own + "&marker=1").answer(400, R"({"error":{"message":"slow down","code":"IMG.0060"}})");
  const auto summary = cloud.list();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().reaction, Reaction::throttled);
  EXPECT_EQ(summary.error().cloud_code, "IMG.0060");
}

TEST(ImsList, StopsWhenAllSelectedIdsWereSeen) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}));
  EXPECT_TRUE(cloud.list({.any_owner = true, .only_ids = {"1"}}));
  EXPECT_EQ(cloud.wire.requests.size(), 1u);
}

TEST(ImsRead, AsksByFilter) {
  ProviderFixture cloud("ims");
  cloud.wire.expect("GET", "/v2/cloudimages?id=1").answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", "/v2/cloudimages?id=2").answer(200, list_json({}));
  cloud.wire.expect("GET", "/v2/cloudimages?id=3").answer(400, R"({"error":{"message":"gone","code":"IMG.0027"}})");
  cloud.wire.expect("GET", "/v2/cloudimages?id=4").answer(404, "");
  cloud.wire.expect("GET", "/v2/cloudimages?id=5").answer(200, list_json({image_json("6")}));
  cloud.wire.expect("GET", "/v2/cloudimages?id=7").answer(500, "");
  cloud.wire.expect("GET", "/v2/cloudimages?id=8").answer(200, "{}");
  EXPECT_EQ(cloud.read("1").value().value().id, "1");
  for (const auto* gone : {"2", "3", "4", "5"}) {
    const auto image = cloud.read(gone);
    ASSERT_TRUE(image) << gone;
    EXPECT_FALSE(*image) << gone;
  }
  EXPECT_EQ(cloud.read("7").error().reaction, Reaction::transient);
  EXPECT_EQ(cloud.read("8", true).error().code, Errc::protocol);
  EXPECT_FALSE(cloud.wire.requests.at(0).must_finish);
  EXPECT_TRUE(cloud.wire.requests.back().must_finish);
}

TEST(ImsUnchangeable, IsWhatIsNotOursOrNotActive) {
  ProviderFixture cloud("ims");
  const auto reason = [&](std::string status, bool mine) {
    return cloud.provider->unchangeable({.id = "1", .attributes = {{"status", std::move(status)}}, .own = mine});
  };
  EXPECT_FALSE(reason("active", true));
  EXPECT_TRUE(reason("active", false));
  for (const auto* other : {"queued", "saving", "killed", "deleted", ""}) EXPECT_TRUE(reason(other, true)) << other;
}

const Image live{.id = "1",
                 .attributes = {{"name", std::string("old")},
                                {"min_ram", std::int64_t{0}},
                                {"__support_xen", std::string("true")},
                                {"tags", Map{{"go", std::string("1")}, {"keep", std::string("2")}}}}};

TEST(ImsPrepare, IsOnePatchThenTagsDeletedBeforeCreated) {
  ProviderFixture cloud("ims");
  const std::vector<FieldChange> fields{
      {.name = "__support_xen", .after = core::Absent{}},
      {.name = "min_ram", .after = std::int64_t{1024}},
      {.name = "__description", .after = std::string("x")},
      {.name = "tags", .after = Map{{"keep", std::string("2")}, {"new", std::string("3")}}}};
  const auto steps = cloud.provider->prepare(live, fields);
  ASSERT_EQ(steps.size(), 3u);
  const auto& patch = steps[0].request;
  EXPECT_EQ(patch.method, "PATCH");
  EXPECT_EQ(to_string(patch.url), "https://image.example/v2/cloudimages/1");
  EXPECT_EQ(patch.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(patch.headers.get("Accept"), "application/json");
  EXPECT_EQ(patch.body, R"([{"op":"remove","path":"/__support_xen"},{"op":"replace","path":"/min_ram","value":1024},)"
                        R"({"op":"add","path":"/__description","value":"x"}])");
  EXPECT_EQ(steps[0].fields, (Ids{"__description", "__support_xen", "min_ram"}));
  for (std::size_t i : {1u, 2u}) {
    EXPECT_EQ(steps[i].request.method, "POST");
    EXPECT_EQ(to_string(steps[i].request.url), "https://image.example/v2/p1/images/1/tags/action");
    EXPECT_EQ(steps[i].request.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(steps[i].request.cls, http::RequestClass::write);
    EXPECT_FALSE(steps[i].request.repeatable);
    EXPECT_EQ(steps[i].fields, Ids{"tags"});
    EXPECT_EQ(steps[i].image_id, "1");
  }
  EXPECT_EQ(steps[1].request.body, R"({"action":"delete","tags":[{"key":"go","value":"1"}]})");
  EXPECT_EQ(steps[2].request.body, R"({"action":"create","tags":[{"key":"new","value":"3"}]})");
}

TEST(ImsPrepare, SendsOnlyTheStepsThatAreNeeded) {
  ProviderFixture cloud("ims");
  const auto steps = [&](std::vector<FieldChange> fields) { return cloud.provider->prepare(live, fields); };
  EXPECT_TRUE(steps({}).empty());
  EXPECT_TRUE(steps({{.name = "tags", .after = live.get("tags")}}).empty());
  EXPECT_TRUE(steps({{.name = "__support_xen", .after = std::string("True")}}).empty());
  const auto create = steps({{.name = "tags", .after = Map{{"go", std::string("9")}, {"keep", std::string("2")}}}});
  ASSERT_EQ(create.size(), 1u);
  EXPECT_EQ(create[0].request.body, R"({"action":"create","tags":[{"key":"go","value":"9"}]})");
  const auto clear = steps({{.name = "tags", .after = core::Absent{}}});
  ASSERT_EQ(clear.size(), 1u);
  EXPECT_NE(clear[0].request.body.find("delete"), std::string::npos);
}

TEST(ImsPerform, ReadsTheImageOfAPatchAndNothingOfATagAction) {
  ProviderFixture cloud("ims");
  const auto steps =
      cloud.provider->prepare(live, std::vector<FieldChange>{{.name = "name", .after = std::string("new")},
                                                             {.name = "tags", .after = core::Absent{}}});
  ASSERT_EQ(steps.size(), 2u);
  cloud.wire.expect("PATCH").answer(200, image_json("1", R"("name":"new","tags":["go=1"])"), {{"X-Request-Id", "r1"}});
  cloud.wire.expect("POST").answer(204, "", {{"X-Request-Id", "r2"}});
  const auto patched = cloud.perform(steps[0]);
  ASSERT_TRUE(patched);
  EXPECT_EQ(patched->image->text("name"), "new");
  EXPECT_EQ(patched->image->get("tags"), (core::Value{Map{{"go", std::string("1")}}}));
  EXPECT_EQ(patched->request_id, "r1");
  const auto tagged = cloud.perform(steps[1]);
  ASSERT_TRUE(tagged);
  EXPECT_FALSE(tagged->image);
  EXPECT_EQ(tagged->request_id, "r2");
}

TEST(ImsPerform, PassesErrorsOnWithReactionAndField) {
  ProviderFixture cloud("ims");
  const auto step =
      cloud.provider->prepare(live, std::vector<FieldChange>{{.name = "name", .after = std::string("new")}}).at(0);
  cloud.wire.expect("PATCH").answer(400, R"({"error":{"message":"The attribute conflicts.","code":"IMG.0035"}})");
  cloud.wire.expect("PATCH").answer(400, R"({"error":{"message":"Bad characters.","code":"IMG.0003"}})",
                                    {{"X-Request-Id", "r3"}});
  EXPECT_EQ(cloud.perform(step).error().reaction, Reaction::conflict);
  const auto refused = cloud.perform(step).error();
  EXPECT_EQ(refused.reaction, Reaction::permanent);
  EXPECT_EQ(refused.field, "name");
  EXPECT_EQ(refused.request_id, "r3");
}

TEST(Factory, KnowsTheFamilies) {
  EXPECT_EQ(make_provider("ec2", {}), nullptr);
  ProviderFixture glance("glance"), ims("ims");
  EXPECT_EQ(glance.provider->table().provider(), "glance");
  EXPECT_EQ(ims.provider->table().provider(), "ims");
}

}  // namespace
}  // namespace retouch::providers
