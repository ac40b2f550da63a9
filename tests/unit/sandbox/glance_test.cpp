#include "retouch/sandbox/glance.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct Glance : testing::Test {
  CloudSeed seed = lab_seed(R"(      - {name: mine, project: images, attributes: {tags: [x], b: old}}
      - {name: foreign, project: other}
      - {name: foreign-public, project: other, attributes: {visibility: public}}
)");
  ImageStore store = store_of(seed);
  Caller caller = caller_of(seed);
  SeededRandom random{1};
  std::string mine = "/v2/images/" + seed.images[0].id;
  std::string foreign = "/v2/images/" + seed.images[1].id;
  std::string published = "/v2/images/" + seed.images[2].id;

  Outcome send(const ServerRequest& what) { return handle_glance(store, caller, what, {}, noon, random); }
  int status(const ServerRequest& what) { return send(what).response.status; }
};

TEST_F(Glance, APatchAnswersWithTheWholeImageThatItWillSave) {
  const Outcome outcome = send(patch(mine, R"([{"op":"add","path":"/c","value":"1"}])"));
  ASSERT_EQ(outcome.response.status, 200);
  ASSERT_TRUE(outcome.save);
  EXPECT_EQ(json(outcome.response), outcome.save->attributes);
  EXPECT_EQ(outcome.save->text("c"), "1");
  EXPECT_FALSE(store.find(seed.images[0].id)->attributes.contains("c"));  // not yet: the caller saves later
}

TEST_F(Glance, AnEmptyPatchSavesNothing) { EXPECT_FALSE(send(patch(mine, "[]")).save); }

TEST_F(Glance, ForeignImagesAreMissingOrForbidden) {
  const std::string body = R"([{"op":"add","path":"/c","value":"1"}])";
  EXPECT_EQ(status(request("GET", foreign)), 404);
  EXPECT_EQ(status(patch(foreign, body)), 404);
  EXPECT_EQ(status(request("GET", published)), 200);
  EXPECT_EQ(status(patch(published, body)), 403);
  EXPECT_EQ(json(send(patch(published, body)).response)["message"], "You do not own this image.<br /><br />\n\n\n");
  EXPECT_EQ(status(patch("/v2/images/not-a-uuid", body)), 404);
}

TEST_F(Glance, TheBodyIsCheckedBeforeTheImageIsLookedUp) { EXPECT_EQ(status(patch("/v2/images/nothing", "{")), 400); }

TEST_F(Glance, SaysWhichPatchesItTakes) {
  const Outcome outcome = send(patch(mine, "[]", "application/json"));
  EXPECT_EQ(outcome.response.status, 415);
  EXPECT_NE(outcome.response.headers.get("Accept-Patch")->find("v2.1-json-patch"), std::string_view::npos);
}

TEST_F(Glance, CreatesMetadataOnly) {
  const Outcome outcome =
      send(request("POST", "/v2/images", R"({"name":"new","disk_format":"qcow2","os_distro":"debian"})"));
  ASSERT_EQ(outcome.response.status, 201);
  const Json body = json(outcome.response);
  EXPECT_EQ(body["status"], "queued");
  EXPECT_EQ(body["visibility"], "shared");
  EXPECT_EQ(body["owner"], caller.project_id);
  EXPECT_EQ(body["size"], nullptr);
  EXPECT_EQ(body["os_distro"], "debian");
  EXPECT_TRUE(outcome.response.headers.get("Location")->starts_with("http://"));
}

TEST_F(Glance, RefusesImagesThatCannotBe) {
  const auto create = [&](const std::string& body) { return status(request("POST", "/v2/images", body)); };
  EXPECT_EQ(create(R"({"id":")" + seed.images[0].id + R"("})"), 409);
  EXPECT_EQ(create(R"({"os_distro":1})"), 400);
  EXPECT_EQ(create(R"({"disk_format":"zvhd2"})"), 400);
  EXPECT_EQ(create(R"({"min_disk":"4"})"), 400);
  EXPECT_EQ(create(R"({"status":"active"})"), 403);
  EXPECT_EQ(create(R"({"visibility":"public"})"), 403);
}

TEST_F(Glance, AnUnscopedTokenCreatesNobodysImage) {
  caller.project_id.clear();
  EXPECT_EQ(json(send(request("POST", "/v2/images", "{}")).response)["owner"], nullptr);
}

TEST_F(Glance, TagsHaveTheirOwnCalls) {
  const Outcome put = send(request("PUT", mine + "/tags/a%2Fb"));
  EXPECT_EQ(put.response.status, 204);
  EXPECT_EQ(put.save->attributes["tags"], Json::parse(R"(["a/b","x"])"));
  EXPECT_EQ(send(request("DELETE", mine + "/tags/x")).save->attributes["tags"], Json::array());
  EXPECT_EQ(status(request("DELETE", mine + "/tags/nothing")), 404);
  EXPECT_EQ(status(request("PUT", mine + "/tags/" + std::string(256, 't'))), 400);
  EXPECT_EQ(status(request("PUT", published + "/tags/x")), 403);
}

TEST_F(Glance, LimitsTheTags) {
  Image full = seed.images[0];
  for (int i = 0; i < 128; ++i) full.attributes["tags"].push_back("t" + std::to_string(i));
  full.attributes["tags"].erase(0);
  store.save(full);
  EXPECT_EQ(status(request("PUT", mine + "/tags/t1")), 204);
  EXPECT_EQ(status(request("PUT", mine + "/tags/more")), 413);
}

TEST_F(Glance, KnowsItsMethods) {
  EXPECT_EQ(status(request("PUT", mine)), 405);
  EXPECT_EQ(status(request("POST", mine)), 405);
  EXPECT_EQ(status(request("GET", "/v2/zork")), 404);
}

TEST_F(Glance, ProtectsProtectedImagesFromDeletionOnly) {
  EXPECT_EQ(send(request("DELETE", mine)).erase, seed.images[0].id);
  Image kept = seed.images[0];
  kept.attributes["protected"] = true;
  store.save(kept);
  EXPECT_EQ(status(request("DELETE", mine)), 403);
  EXPECT_EQ(status(patch(mine, R"([{"op":"add","path":"/c","value":"1"}])")), 200);
}

TEST_F(Glance, OffersItsVersionsWith300) {
  const ServerResponse response = glance_versions("http://g");
  EXPECT_EQ(response.status, 300);
  EXPECT_EQ(json(response)["versions"][0]["id"], "v2.15");
  EXPECT_EQ(json(response)["versions"][0]["status"], "CURRENT");
}

TEST_F(Glance, TheNativeApiOfImsChangesNamesAndPropertiesOnly) {
  const auto native = [&](const std::string& path, const std::string& value) {
    return handle_glance(store, caller, patch(mine, R"([{"op":"add","path":")" + path + R"(","value":)" + value + "}]"),
                         {.native_ims = true}, noon, random)
        .response.status;
  };
  EXPECT_EQ(native("/name", "\"x\""), 200);
  EXPECT_EQ(native("/__description", "\"x\""), 200);
  EXPECT_EQ(native("/min_ram", "1"), 403);
}

}  // namespace
}  // namespace retouch::sandbox
