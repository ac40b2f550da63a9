#include "retouch/sandbox/control.hpp"

#include "manual_clock.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct Control : testing::Test {
  test::ManualClock clock{noon};
  Cloud cloud{lab_seed(), clock};

  ServerResponse send(const std::string& method, const std::string& target, const std::string& body = "") {
    return handle_control(cloud, request(method, target, body));
  }
  int status(const std::string& method, const std::string& target, const std::string& body = "") {
    return send(method, target, body).status;
  }
};

TEST_F(Control, OwnsItsPathsOnly) {
  EXPECT_TRUE(is_control_path("/_sandbox"));
  EXPECT_TRUE(is_control_path("/_sandbox/log"));
  EXPECT_FALSE(is_control_path("/_sandboxes"));
  EXPECT_EQ(status("GET", "/_sandbox/zork"), 404);
}

TEST_F(Control, ShowsAnOverview) {
  const Json body = json(send("GET", "/_sandbox"));
  EXPECT_EQ(body["cloud"], "lab");
  EXPECT_EQ(body["images"], 3);
}

TEST_F(Control, SwitchesFaults) {
  const ServerResponse added = send("POST", "/_sandbox/faults", R"({"kind":"status","status":500,"times":1})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(json(send("GET", "/_sandbox/faults"))["faults"].size(), 1u);
  EXPECT_EQ(status("POST", "/_sandbox/faults", R"({"kind":"zork"})"), 400);
  EXPECT_EQ(status("POST", "/_sandbox/faults", "{"), 400);
  EXPECT_EQ(status("DELETE", "/_sandbox/faults/" + json(added)["id"].dump()), 200);
  EXPECT_EQ(status("DELETE", "/_sandbox/faults/99"), 404);
  EXPECT_EQ(status("DELETE", "/_sandbox/faults"), 200);
}

TEST_F(Control, SetsLimitsLatencyKeystoneAndTokens) {
  EXPECT_EQ(status("PUT", "/_sandbox/throttle", R"({"rate":30,"form":"429"})"), 200);
  EXPECT_EQ(json(send("GET", "/_sandbox/throttle"))["throttle"]["form"], "429");
  EXPECT_EQ(status("PUT", "/_sandbox/throttle", R"({"rate":"x"})"), 400);
  EXPECT_EQ(status("DELETE", "/_sandbox/throttle"), 200);
  EXPECT_EQ(cloud.throttle(), nullptr);
  EXPECT_EQ(status("PUT", "/_sandbox/latency", R"({"fixed":"20ms","jitter":"5ms"})"), 200);
  EXPECT_EQ(cloud.latency().fixed, Duration(std::chrono::milliseconds(20)));
  EXPECT_EQ(status("PUT", "/_sandbox/latency", R"({"fixed":20})"), 400);
  EXPECT_EQ(status("PUT", "/_sandbox/keystone", R"({"down":true})"), 200);
  EXPECT_TRUE(cloud.outage().active);
  EXPECT_EQ(status("PUT", "/_sandbox/keystone", "{}"), 400);
  EXPECT_EQ(status("PUT", "/_sandbox/tokens", R"({"lifetime":"20s"})"), 200);
  EXPECT_EQ(cloud.keystone().options().token_lifetime, Duration(std::chrono::seconds(20)));
  EXPECT_EQ(status("DELETE", "/_sandbox/tokens"), 200);
}

TEST_F(Control, ReadsAndWritesImagesDirectly) {
  const std::string id = cloud.seed().images.front().id;
  EXPECT_EQ(json(send("GET", "/_sandbox/images")).size(), 3u);
  const Json changed = json(send("PUT", "/_sandbox/images/" + id, R"({"os_version":"1","checksum":null})"));
  EXPECT_EQ(changed["os_version"], "1");
  EXPECT_FALSE(changed.contains("checksum"));
  EXPECT_EQ(json(send("GET", "/_sandbox/images/" + id)), changed);
  EXPECT_EQ(status("DELETE", "/_sandbox/images/" + id), 200);
  EXPECT_EQ(status("GET", "/_sandbox/images/" + id), 404);
  EXPECT_EQ(status("POST", "/_sandbox/reset"), 200);
  EXPECT_EQ(status("GET", "/_sandbox/images/" + id), 200);
}

TEST_F(Control, ReadsTheArrivalLog) {
  cloud.log().add({.at = clock.now(), .service = "image", .method = "GET", .path = "/v2/images", .status = 200});
  cloud.log().add({.at = clock.now(), .service = "image", .method = "PATCH", .path = "/v2/images/x", .status = 409});
  EXPECT_EQ(json(send("GET", "/_sandbox/log"))["requests"].size(), 2u);
  EXPECT_EQ(json(send("GET", "/_sandbox/log?limit=1"))["requests"][0]["method"], "PATCH");
  EXPECT_EQ(json(send("GET", "/_sandbox/log?status=409"))["requests"].size(), 1u);
  EXPECT_EQ(json(send("GET", "/_sandbox/stats?method=GET"))["requests"], 1);
  EXPECT_EQ(status("DELETE", "/_sandbox/log"), 200);
  EXPECT_TRUE(json(send("GET", "/_sandbox/log"))["requests"].empty());
}

}  // namespace
}  // namespace retouch::sandbox
