#include "retouch/sandbox/glance.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct GlanceListing : testing::Test {
  CloudSeed seed = lab_seed(
      R"(      - {name: "own-{n}", count: 30, project: images, attributes: {min_ram: 1, os_distro: debian, tags: [a, b]}, vary: [{every: 10, attributes: {os_distro: "Debian 12"}}]}
      - {name: hidden, project: images, attributes: {os_hidden: true}}
      - {name: foreign, project: other}
      - {name: foreign-public, project: other, attributes: {visibility: public, tags: [a]}}
      - {name: foreign-community, project: other, attributes: {visibility: community}}
      - {name: off, project: images, attributes: {status: queued, protected: true}}
)");
  ImageStore store = store_of(seed);
  Caller caller = caller_of(seed);
  SeededRandom random{1};

  ServerResponse get(const std::string& query) {
    return handle_glance(store, caller, request("GET", "/v2/images" + query), {}, noon, random).response;
  }
  std::size_t count(const std::string& query) {
    const ServerResponse response = get("?limit=1000&" + query);
    EXPECT_EQ(response.status, 200) << query << " " << response.body;
    return response.status == 200 ? json(response)["images"].size() : 0;
  }
};

TEST_F(GlanceListing, PagesOf25WithARootRelativeNext) {
  const Json first = json(get(""));
  EXPECT_EQ(first["images"].size(), 25u);
  EXPECT_EQ(first["first"], "/v2/images");
  EXPECT_EQ(first["schema"], "/v2/schemas/images");
  const std::string next = first["next"];
  EXPECT_EQ(next, "/v2/images?marker=" + first["images"][24]["id"].get<std::string>());
  const Json second = json(get(next.substr(10)));
  EXPECT_EQ(second["images"].size(), 7u);  // 30 own, the public one, the queued one
  EXPECT_FALSE(second.contains("next"));
}

TEST_F(GlanceListing, NextKeepsTheFiltersAndAFullLastPageHasANextThatIsEmpty) {
  const Json page = json(get("?limit=10&os_distro=debian&name=own-1&limit=1"));
  ASSERT_EQ(page["images"].size(), 1u);
  const std::string next = page["next"];
  EXPECT_NE(next.find("os_distro=debian"), std::string::npos);
  const Json last = json(get(next.substr(10)));
  EXPECT_TRUE(last["images"].empty());
  EXPECT_FALSE(last.contains("next"));
}

TEST_F(GlanceListing, CapsThePageAndRefusesABadLimit) {
  GlanceSettings settings;
  settings.limits.max_page = 5;
  const auto outcome = handle_glance(store, caller, request("GET", "/v2/images?limit=9999"), settings, noon, random);
  EXPECT_EQ(json(outcome.response)["images"].size(), 5u);
  EXPECT_EQ(json(get("?limit=0"))["images"].size(), 0u);
  EXPECT_EQ(get("?limit=-1").status, 400);
  EXPECT_EQ(get("?limit=x").status, 400);
  EXPECT_EQ(get("?marker=nothing").status, 400);
}

TEST_F(GlanceListing, ShowsOwnAndPublicImages) {
  EXPECT_EQ(count(""), 32u);
  EXPECT_EQ(count("visibility=community"), 1u);
  EXPECT_EQ(count("visibility=all"), 33u);
  EXPECT_EQ(count("visibility=private"), 31u);
  EXPECT_EQ(get("?visibility=zork").status, 400);
}

TEST_F(GlanceListing, HidesHiddenImagesUnlessAsked) {
  EXPECT_EQ(count("os_hidden=true"), 1u);
  EXPECT_EQ(count("name=hidden"), 0u);
  EXPECT_EQ(get("?os_hidden=yes").status, 400);
}

TEST_F(GlanceListing, FiltersByMembersAndByAnyProperty) {
  EXPECT_EQ(count("name=own-7"), 1u);
  EXPECT_EQ(count("name=in:own-7,own-8"), 2u);
  EXPECT_EQ(count("id=in:" + seed.images[0].id + "," + seed.images[1].id), 2u);
  EXPECT_EQ(count("owner=" + caller.project_id), 31u);
  EXPECT_EQ(count("status=queued"), 1u);
  EXPECT_EQ(count("protected=true"), 1u);
  EXPECT_EQ(get("?protected=True").status, 400);
  EXPECT_EQ(count("min_ram=1"), 30u);
  EXPECT_EQ(count("os_distro=Debian%2012"), 3u);
  EXPECT_EQ(count("unknown_name=x"), 0u);
}

TEST_F(GlanceListing, AllTagsMustBeThere) {
  EXPECT_EQ(count("tag=a"), 31u);
  EXPECT_EQ(count("tag=a&tag=b"), 30u);
}

TEST_F(GlanceListing, FiltersByTime) {
  EXPECT_EQ(count("created_at=gte:" + seed.images[29].text("created_at")), 3u);
  EXPECT_EQ(count("updated_at=lt:" + seed.images[2].text("created_at")), 2u);
  EXPECT_EQ(get("?created_at=gte:yesterday").status, 400);
  EXPECT_EQ(get("?changes-since=x").status, 400);
}

TEST_F(GlanceListing, SortsAndPagesInThatOrder) {
  const Json first = json(get("?sort=name:asc&limit=2&owner=" + caller.project_id));
  EXPECT_EQ(first["images"][0]["name"], "off");
  EXPECT_EQ(first["images"][1]["name"], "own-1");
  const Json second = json(get(first["next"].get<std::string>().substr(10)));
  EXPECT_EQ(second["images"][0]["name"], "own-10");
  EXPECT_EQ(json(get("?sort_key=name&sort_dir=desc&limit=1"))["images"][0]["name"], "own-9");
  EXPECT_EQ(get("?sort=name:asc&sort_key=id").status, 400);
  EXPECT_EQ(get("?sort=zork:asc").status, 400);
}

TEST_F(GlanceListing, AnUnscopedTokenSeesOnlyPublicImages) {
  caller.project_id.clear();
  EXPECT_EQ(count(""), 1u);
}

TEST_F(GlanceListing, TheNativeApiOfImsAddsAFilterToNext) {
  const auto outcome =
      handle_glance(store, caller, request("GET", "/v2/images?limit=2"), {.native_ims = true}, noon, random);
  EXPECT_NE(json(outcome.response)["next"].get<std::string>().find("&__isregistered=true&marker="), std::string::npos);
}

}  // namespace
}  // namespace retouch::sandbox
