// protocols/openstack-ims.md 2.6
#include "retouch/sandbox/ims.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct ImsTags : testing::Test {
  CloudSeed seed = otc_seed(R"(      - {name: image, project: eu-de_images, attributes: {tags: {owner: platform}}}
      - {name: gold, attributes: {visibility: public}}
)");
  ImageStore store = store_of(seed);
  Caller caller = caller_of(seed);
  std::string base = "/v2/" + caller.project_id + "/images/" + seed.images[0].id + "/tags";

  Outcome send(const ServerRequest& what) { return handle_ims_tags(store, caller, what, {}, noon).value_or(Outcome{}); }
  std::string code(const ServerRequest& what) {
    const Outcome outcome = send(what);
    return outcome.response.status == 204 ? "" : json(outcome.response)["error"]["code"].get<std::string>();
  }
  static std::string action(const std::string& name, const std::string& tags) {
    return R"({"action":")" + name + R"(","tags":)" + tags + "}";
  }
  ServerRequest act(const std::string& name, const std::string& tags) {
    return request("POST", base + "/action", action(name, tags));
  }
};

TEST_F(ImsTags, StandInTheImageAsKeyEqualsValue) {
  EXPECT_EQ(store.find(seed.images[0].id)->attributes["tags"], Json::parse(R"(["owner=platform"])"));
  EXPECT_EQ(json(send(request("GET", base)).response), Json::parse(R"({"tags":[{"key":"owner","value":"platform"}]})"));
}

TEST_F(ImsTags, CreatingOverwritesAndDeletingWhatIsNotThereSucceeds) {
  const Outcome created =
      send(act("create", R"([{"key":"owner","value":"other"},{"key":"cost","value":"7"},{"key":"bare"}])"));
  EXPECT_EQ(created.response.status, 204);
  EXPECT_EQ(created.save->attributes["tags"], Json::parse(R"(["bare","cost=7","owner=other"])"));
  EXPECT_EQ(created.save->text("updated_at"), "2026-11-21T12:00:00Z");
  const Outcome deleted = send(act("delete", R"([{"key":"owner"},{"key":"nothing"}])"));
  EXPECT_EQ(deleted.response.status, 204);
  EXPECT_EQ(deleted.save->attributes["tags"], Json::array());
}

TEST_F(ImsTags, HaveLimits) {
  Json many = Json::array();
  for (int i = 0; i < 10; ++i) many.push_back({{"key", "k" + std::to_string(i)}, {"value", "v"}});
  EXPECT_EQ(code(act("create", many.dump())), "IMG.0116");  // with `owner` it would be eleven
  many.erase(0);
  EXPECT_EQ(code(act("create", many.dump())), "");
  EXPECT_EQ(code(act("create", R"([{"key":")" + std::string(37, 'k') + R"("}])")), "IMG.0115");
  EXPECT_EQ(code(act("create", R"([{"key":"k","value":")" + std::string(44, 'v') + R"("}])")), "IMG.0115");
  EXPECT_EQ(code(act("create", R"([{"key":""}])")), "IMG.0115");
  EXPECT_EQ(code(act("create", R"([{"key":"k"},{"key":"k"}])")), "IMG.0115");
}

TEST_F(ImsTags, RefuseWhatTheyDoNotKnow) {
  EXPECT_EQ(code(act("zork", R"([{"key":"k"}])")), "IMG.0001");
  EXPECT_EQ(code(act("create", "[]")), "IMG.0001");
  EXPECT_EQ(code(request("POST", "/v2/wrong/images/" + seed.images[0].id + "/tags/action", action("create", "[]"))),
            "IMG.0030");
  EXPECT_EQ(code(request("POST", "/v2/" + caller.project_id + "/images/none/tags/action", "{}")), "IMG.0027");
  EXPECT_EQ(code(request("POST", "/v2/" + caller.project_id + "/images/" + seed.images[1].id + "/tags/action",
                         action("create", R"([{"key":"k"}])"))),
            "IMG.0047");
}

TEST_F(ImsTags, HaveSingleCallsToo) {
  EXPECT_EQ(send(request("POST", base, R"({"tag":{"key":"a","value":"b"}})")).save->attributes["tags"].size(), 2u);
  EXPECT_EQ(send(request("DELETE", base + "/owner")).save->attributes["tags"].size(), 0u);
  const std::string id = seed.images[0].id;
  EXPECT_EQ(send(request("PUT", "/v1/cloudimages/tags", R"({"image_id":")" + id + R"(","tag":"a.b"})"))
                .save->attributes["tags"],
            Json::parse(R"(["a=b","owner=platform"])"));
  EXPECT_EQ(send(request("PUT", "/v1/cloudimages/tags",
                         R"({"image_id":")" + id + R"(","image_tag":{"key":"a","value":"c"}})"))
                .save->attributes["tags"],
            Json::parse(R"(["a=c","owner=platform"])"));
}

}  // namespace
}  // namespace retouch::sandbox
