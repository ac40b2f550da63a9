#include "cloudapi_support.hpp"

namespace retouch::sandbox {
namespace {

struct CloudApiListing : testing::Test {
  CloudApiBench bench{triton_seed(
      R"(      - {name: base-late, account: alice, attributes: {published_at: "2026-03-01T00:00:00Z", version: "2.0"}}
      - {name: base-early, account: alice, attributes: {published_at: "2026-02-01T00:00:00Z", os: linux, type: lx-dataset}}
      - {name: draft, account: alice, attributes: {state: unactivated, published_at: null}}
      - {name: resting, account: alice, attributes: {state: disabled, published_at: "2026-04-01T00:00:00Z"}}
      - {name: layer, account: alice, attributes: {type: docker, published_at: "2026-05-01T00:00:00Z"}}
      - {name: bobs-public, account: bob, attributes: {public: true, published_at: "2026-06-01T00:00:00Z"}}
      - {name: bobs-shared, account: bob, attributes: {acl: [)" +
      alice +
      R"(], published_at: "2026-07-01T00:00:00Z"}}
      - {name: bobs-private, account: bob}
      - {name: bobs-resting, account: bob, attributes: {public: true, state: disabled, published_at: "2026-08-01T00:00:00Z"}}
)")};

  std::string names(const std::string& query, const std::string& version = "~9||~8") {
    ServerRequest what = request("GET", "/alice/images" + query);
    what.headers.set("Accept-Version", version);
    const ServerResponse response = bench.send(sign(std::move(what)));
    if (response.status != 200) return std::to_string(response.status) + " " + response.body;
    std::string out;
    for (const Json& image : json(response)) out += (out.empty() ? "" : " ") + image["name"].get<std::string>();
    return out;
  }
};

TEST_F(CloudApiListing, ShowsActiveImagesByTheirPublicationWithoutDockers) {
  EXPECT_EQ(names(""), "base-early base-late bobs-public bobs-shared");
}

TEST_F(CloudApiListing, FiltersByState) {
  EXPECT_EQ(names("?state=all"), "draft base-early base-late resting bobs-public bobs-shared bobs-resting");
  EXPECT_EQ(names("?state=active"), names(""));
  EXPECT_EQ(names("?state=disabled"), "resting") << "others' disabled images are hidden";
  EXPECT_EQ(names("?state=unactivated"), "draft");
  EXPECT_EQ(names("?state=failed"), "");
  EXPECT_EQ(
      names("?state=zork"),
      R"(422 {"code":"InvalidParameter","errors":[{"code":"Invalid","field":"state"}],"message":"invalid state: \"zork\""})");
}

TEST_F(CloudApiListing, FiltersByWhatItKnowsAndIgnoresTheRest) {
  EXPECT_EQ(names("?owner=" + alice + "&state=all"), "draft base-early base-late resting");
  EXPECT_EQ(names("?owner=" + bob), "bobs-public bobs-shared");
  EXPECT_EQ(names("?owner=alice"), "") << "a login finds nothing";
  EXPECT_EQ(names("?name=base-late"), "base-late");
  EXPECT_EQ(names("?name=base"), "");
  EXPECT_EQ(names("?name=~base"), "base-early base-late");
  EXPECT_EQ(names("?name=~BASE"), "");
  EXPECT_EQ(names("?version=2.0"), "base-late");
  EXPECT_EQ(names("?version=~2."), "base-late");
  EXPECT_EQ(names("?os=linux"), "base-early");
  EXPECT_EQ(names("?os=~linux"), "") << "of name and version alone";
  EXPECT_EQ(names("?name=&os="), names(""));
  EXPECT_EQ(names("?public=true"), "bobs-public");
  EXPECT_EQ(names("?public=false"), "base-early base-late bobs-shared");
  EXPECT_EQ(names("?limit=1&offset=1&marker=x&sort=name&tag.a=b"), names(""));
}

TEST_F(CloudApiListing, TypesAreNamedByTheVersion) {
  EXPECT_EQ(names("?type=docker"), "layer");
  EXPECT_EQ(names("?type=lx-dataset"), "base-early");
  EXPECT_EQ(names("?type=!lx-dataset"), "base-late layer bobs-public bobs-shared");
  EXPECT_EQ(names("?type=smartmachine", "~7"), "base-late bobs-public bobs-shared");
  EXPECT_EQ(names("?type=zvol", "~7").substr(0, 3), "409");
}

TEST_F(CloudApiListing, AnUnclearPublicKillsTheRealService) {
  EXPECT_EQ(names("?public=maybe"), "500 {}");
  EXPECT_EQ(bench.api.crashes(), 1u);
}

TEST_F(CloudApiListing, HasNoPagesButMayBeCut) {
  bench = CloudApiBench(triton_seed("      - {name: \"many-{n}\", count: 1200, account: alice}\n"));
  EXPECT_EQ(json(bench.get("/alice/images")).size(), 1200u);
  CloudApiOptions cut = bench.seed.cloudapi;
  cut.list_limit = 1000;
  bench.api = CloudApi(cut);
  EXPECT_EQ(json(bench.get("/alice/images")).size(), 1000u);
}

}  // namespace
}  // namespace retouch::sandbox
