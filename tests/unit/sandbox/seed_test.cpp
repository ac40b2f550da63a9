#include "retouch/sandbox/seed.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

std::vector<std::string> complaints(const std::string& yaml) {
  Diagnostics diagnostics;
  load_seed(yaml, "seed.yaml", diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) out.push_back(to_string(diagnostic));
  return out;
}

TEST(Seed, ExpandsTemplates) {
  const CloudSeed seed = lab_seed(R"(      - name: "Ubuntu {n}"
        count: 4
        project: images
        attributes: {min_ram: 512, os_version: "{n}.04", tags: [a, "t{n}"], protected: true, checksum: null, quoted: 24.10}
        vary:
          - {every: 2, attributes: {min_ram: 1024, os_version: null}}
)");
  ASSERT_EQ(seed.images.size(), 4u);
  const Json third = seed.images[2].attributes;
  EXPECT_EQ(third["name"], "Ubuntu 3");
  EXPECT_EQ(third["os_version"], "3.04");
  EXPECT_EQ(third["min_ram"], 512);
  EXPECT_EQ(third["tags"], Json::parse(R"(["a","t3"])"));
  EXPECT_EQ(third["protected"], true);
  EXPECT_EQ(third["quoted"], "24.10");  // a text keeps its digits
  EXPECT_FALSE(third.contains("checksum"));
  EXPECT_EQ(seed.images[3].attributes["min_ram"], 1024);
  EXPECT_FALSE(seed.images[3].attributes.contains("os_version"));
  EXPECT_LT(seed.images[0].text("created_at"), seed.images[1].text("created_at"));
}

TEST(Seed, MakesTheSameIdsInEveryRun) {
  EXPECT_EQ(lab_seed().images[1].id, lab_seed().images[1].id);
  EXPECT_NE(lab_seed().images[0].id, lab_seed().images[1].id);
  EXPECT_EQ(lab_seed().directory.projects[0].id, lab_seed().directory.projects[0].id);
  const CloudSeed given =
      lab_seed("      - {name: x, id: \"00000000-0000-4000-8000-00000000000{n}\", count: 2, project: images}\n");
  EXPECT_EQ(given.images[1].id, "00000000-0000-4000-8000-000000000002");
}

TEST(Seed, GivesImsImagesWhatImsShows) {
  const CloudSeed seed =
      otc_seed("      - {name: x, project: eu-de_images, attributes: {tags: {a: b}, max_ram: 2048}}\n");
  const Json image = seed.images.front().attributes;
  EXPECT_EQ(image["__imagetype"], "private");
  EXPECT_EQ(image["__isregistered"], "true");
  EXPECT_EQ(image["__data_origin"], nullptr);
  EXPECT_EQ(image["tags"], Json::parse(R"(["a=b"])"));
  EXPECT_EQ(image["max_ram"], "2048");  // a text in the object
  EXPECT_EQ(seed.identity.token_lifetime, Duration(std::chrono::hours(24)));
}

TEST(Seed, ReadsTheSwitches) {
  const CloudSeed seed = seed_of(R"(clouds:
  - name: lab
    region: north
    identity: {port: 15000, token_lifetime: 20s}
    image: {port: 19292, catalogue_suffix: /v2, page: 3, max_page: 5, close_every_connection: true}
    clock_skew: -3s
    latency: {fixed: 20ms, jitter: 5ms}
    throttle: {rate: 2.5, burst: 5, form: 503-date}
    faults: [{kind: status, status: 500, times: 3}]
    limits: {requests: 200/s, burst: 20}
)");
  EXPECT_EQ(seed.identity_port, 15000);
  EXPECT_EQ(seed.identity.token_lifetime, Duration(std::chrono::seconds(20)));
  EXPECT_EQ(seed.image_port, 19292);
  EXPECT_EQ(seed.catalogue_suffix, "/v2");
  EXPECT_EQ(seed.glance_limits.default_page, 3u);
  EXPECT_TRUE(seed.close_every_connection);
  EXPECT_EQ(seed.clock_skew, Duration(std::chrono::seconds(-3)));
  EXPECT_EQ(seed.latency.jitter, Duration(std::chrono::milliseconds(5)));
  EXPECT_EQ(seed.throttle->form, ThrottleForm::retry_after_date);
  EXPECT_EQ(seed.faults.at(0).times, 3u);
  EXPECT_EQ(Json::parse(seed.client_limits), Json::parse(R"({"requests":"200/s","burst":20})"));
}

TEST(Seed, ComplainsWithPlaceAndSuggestion) {
  EXPECT_EQ(complaints("clouds:\n  - {name: lab, imges: []}\n").size(), 1u);
  EXPECT_EQ(complaints("clouds:\n  - {name: lab, imges: []}\n").front(),
            "seed.yaml:2:17: error: cloud: unknown key `imges` (did you mean `images`?)");
  EXPECT_FALSE(complaints("clouds: []\n").empty());
  EXPECT_FALSE(complaints("clouds: [{name: x, type: nova}]\n").empty());
  EXPECT_FALSE(complaints("clouds: [{name: x, users: [{name: a, password: b, projects: [none]}]}]\n").empty());
  EXPECT_FALSE(complaints("clouds: [{name: x, images: [{name: a, project: none}]}]\n").empty());
  EXPECT_FALSE(complaints("clouds: [{name: x, faults: [{kind: zork}]}]\n").empty());
  EXPECT_FALSE(complaints("clouds: [{name: x, latency: {fixed: long}}]\n").empty());
  EXPECT_FALSE(complaints("clouds: [{}]\n").empty());
}

}  // namespace
}  // namespace retouch::sandbox
