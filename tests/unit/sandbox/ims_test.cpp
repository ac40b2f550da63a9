#include "retouch/sandbox/ims.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct Ims : testing::Test {
  CloudSeed seed =
      otc_seed(R"(      - {name: "own-{n}", count: 12, project: eu-de_images, attributes: {__os_type: Linux}}
      - {name: gold, attributes: {visibility: public, __imagetype: gold, protected: true}}
      - {name: saving, project: eu-de_images, attributes: {status: saving}}
)");
  ImageStore store = store_of(seed);
  Caller caller = caller_of(seed);
  SeededRandom random{1};
  ImsSettings settings;

  Outcome send(const ServerRequest& what) { return handle_ims(store, caller, what, settings, noon, random); }
  std::string code(const ServerRequest& what) {
    const Outcome outcome = send(what);
    return outcome.response.status == 200 ? "" : json(outcome.response)["error"]["code"].get<std::string>();
  }
  Json list(const std::string& query) { return json(send(request("GET", "/v2/cloudimages" + query)).response); }
  std::string id(std::size_t index) const { return "/v2/cloudimages/" + seed.images[index].id; }
};

TEST_F(Ims, ListsImagesAndNothingElse) {
  const Json page = list("");
  EXPECT_EQ(page.size(), 1u);  // no next, first or schema
  EXPECT_EQ(page["images"].size(), 14u);
  EXPECT_EQ(settings.default_page, 500u);
}

TEST_F(Ims, PagesByMarkerUntilAPageIsEmpty) {
  const Json first = list("?limit=8&owner=" + caller.project_id);
  ASSERT_EQ(first["images"].size(), 8u);
  const Json second =
      list("?limit=8&owner=" + caller.project_id + "&marker=" + first["images"][7]["id"].get<std::string>());
  ASSERT_EQ(second["images"].size(), 5u);
  const Json third =
      list("?limit=8&owner=" + caller.project_id + "&marker=" + second["images"][4]["id"].get<std::string>());
  EXPECT_TRUE(third["images"].empty());
}

TEST_F(Ims, Filters) {
  EXPECT_EQ(list("?owner=" + caller.project_id)["images"].size(), 13u);
  EXPECT_EQ(list("?__imagetype=gold&visibility=public&protected=true")["images"].size(), 1u);
  EXPECT_EQ(list("?id=" + seed.images[0].id)["images"].size(), 1u);
  EXPECT_EQ(list("?id=nothing")["images"].size(), 0u);  // gone
  EXPECT_EQ(list("?__os_type=Linux&status=active&owner=" + caller.project_id)["images"].size(), 12u);
  EXPECT_EQ(list("?created_at=gte:2026-01-01%2000:11:00&owner=" + caller.project_id)["images"].size(), 2u);
  EXPECT_EQ(code(request("GET", "/v2/cloudimages?limit=x")), "IMG.0001");
}

TEST_F(Ims, PatchesWithPlainJson) {
  const std::string body = R"([{"op":"replace","path":"/name","value":"ims_test"}])";
  const Outcome outcome = send(patch(id(0), body, "application/json;charset=UTF-8"));
  ASSERT_EQ(outcome.response.status, 200);
  EXPECT_EQ(json(outcome.response)["name"], "ims_test");
  EXPECT_EQ(outcome.save->text("name"), "ims_test");
  EXPECT_EQ(code(patch(id(0), body, v21)), "IMG.0001");
}

TEST_F(Ims, RefusesImagesThatCannotBeChanged) {
  const std::string body = R"([{"op":"replace","path":"/name","value":"x"}])";
  EXPECT_EQ(code(patch("/v2/cloudimages/nothing", body, "application/json")), "IMG.0027");
  EXPECT_EQ(code(patch(id(12), body, "application/json")), "IMG.0083");
  EXPECT_EQ(code(patch(id(13), body, "application/json")), "IMG.0046");
}

TEST_F(Ims, HasNoExtensionReadById) {
  const Outcome outcome = send(request("GET", id(0)));
  EXPECT_EQ(outcome.response.status, 404);
  EXPECT_EQ(json(outcome.response)["error_code"], "APIGW.0101");
  EXPECT_EQ(send(request("GET", "/v2/images/" + seed.images[0].id)).response.status, 200);  // the native one
}

TEST_F(Ims, NeedsAProject) {
  caller.project_id.clear();
  EXPECT_EQ(send(request("GET", "/v2/cloudimages")).response.status, 403);
}

}  // namespace
}  // namespace retouch::sandbox
