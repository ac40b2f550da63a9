// A whole cloud in simulated time, without sockets.
#include "retouch/async/join.hpp"
#include "run.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

using namespace std::chrono_literals;
using Then = ServerResponse::Then;

struct CloudTest : testing::Test {
  test::ManualClock clock{noon};
  std::unique_ptr<Cloud> cloud = make(lab_seed());

  std::unique_ptr<Cloud> make(CloudSeed seed) {
    auto made = std::make_unique<Cloud>(std::move(seed), clock);
    made->set_urls("http://127.0.0.1:1", "http://127.0.0.1:2");
    return made;
  }
  ServerResponse identity(ServerRequest what) {
    return test::run_for<ServerResponse>([&] { return cloud->handle_identity(what); }, &clock);
  }
  ServerResponse image(ServerRequest what) {
    return test::run_for<ServerResponse>([&] { return cloud->handle_image(what); }, &clock);
  }
  std::string login() {
    const bool ims = cloud->seed().type == CloudType::ims;
    const User& user = cloud->seed().directory.users.front();
    const Json body = {
        {"auth",
         {{"identity",
           {{"methods", {"password"}}, {"password", {{"user", {{"id", user.id}, {"password", user.password}}}}}}},
          {"scope", {{"project", {{"id", user.project_ids.front()}}}}}}}};
    const ServerResponse response = identity(request("POST", "/v3/auth/tokens", body.dump()));
    EXPECT_EQ(response.status, 201) << ims << response.body;
    return std::string(response.headers.get("X-Subject-Token").value_or(""));
  }
  static ServerRequest with(ServerRequest what, const std::string& token) {
    what.headers.set("X-Auth-Token", token);
    return what;
  }
  std::string first_id() const { return cloud->seed().images.front().id; }
  ServerRequest add(const std::string& name, const std::string& token) const {
    return with(patch("/v2/images/" + first_id(), R"([{"op":"add","path":"/)" + name + R"(","value":"1"}])"), token);
  }
  bool has(const std::string& name) const { return cloud->images().find(first_id())->attributes.contains(name); }
  void fault(const std::string& json) { cloud->faults().add(*fault_from_json(Json::parse(json))); }
};

TEST_F(CloudTest, AnswersCarryDateAndRequestIdButNotOn401) {
  const ServerResponse refused = image(request("GET", "/v2/images"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.get("Www-Authenticate"), "Keystone uri=\"http://127.0.0.1:1/v3\"");
  EXPECT_FALSE(refused.headers.get("X-Openstack-Request-Id"));
  EXPECT_EQ(refused.headers.get("Date"), "Sat, 21 Nov 2026 12:00:00 GMT");
  ServerRequest wanted = with(request("GET", "/v2/images"), login());
  EXPECT_TRUE(image(wanted).headers.get("X-Openstack-Request-Id")->starts_with("req-"));
  wanted.headers.set("X-Openstack-Request-Id", "req-mine");
  EXPECT_EQ(image(wanted).headers.get("X-Openstack-Request-Id"), "req-mine");
}

TEST_F(CloudTest, RefusedLoginsNameTheKeystoneTooAndUnknownPathsGetTheVersions) {
  const ServerResponse refused =
      identity(request("POST", "/v3/auth/tokens", R"({"auth":{"identity":{"methods":["x"]}}})"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(refused.headers.get("WWW-Authenticate"));
  for (const char* path : {"/", "/zork", "/v3"}) {
    const ServerResponse versions = image(request("GET", path));
    EXPECT_EQ(versions.status, 300) << path;
    EXPECT_FALSE(versions.headers.get("X-Openstack-Request-Id"));
  }
}

TEST_F(CloudTest, LosesOneOfTwoUpdatesThatOverlap) {
  cloud->latency().fixed = 50ms;
  const std::string token = login();
  int ok = 0;
  test::run(
      [&]() -> task<void> {
        const auto send = [&](std::string name) -> std::function<task<void>()> {
          return [&, name]() -> task<void> {
            const ServerResponse response = co_await cloud->handle_image(add(name, token));
            ok += response.status == 200 && Json::parse(response.body).contains(name) ? 1 : 0;
          };
        };
        std::vector<std::function<task<void>()>> both = {send("first"), send("second")};
        co_await async::join_all(std::move(both));
      },
      &clock);
  EXPECT_EQ(ok, 2);  // both were told that all is well, and saw their own change
  EXPECT_NE(has("first"), has("second"));
  EXPECT_EQ(cloud->log().most_in_flight_per_image({.method = "PATCH"}), 2u);
}

TEST_F(CloudTest, KeepsUpdatesThatFollowEachOther) {
  const std::string token = login();
  EXPECT_EQ(image(add("first", token)).status, 200);
  EXPECT_EQ(image(add("second", token)).status, 200);
  EXPECT_TRUE(has("first") && has("second"));
}

TEST_F(CloudTest, TokensDieOnTime) {
  cloud->keystone().options().token_lifetime = 20s;
  const std::string token = login();
  clock.advance(19900ms);
  EXPECT_EQ(image(with(request("GET", "/v2/images"), token)).status, 200);
  clock.advance(100ms);
  EXPECT_EQ(image(with(request("GET", "/v2/images"), token)).status, 401);
}

TEST_F(CloudTest, ItsClockMayBeWrong) {
  CloudSeed seed = lab_seed();
  seed.clock_skew = -90s;
  cloud = make(std::move(seed));
  EXPECT_EQ(image(request("GET", "/v2/images")).headers.get("Date"), "Sat, 21 Nov 2026 11:58:30 GMT");
}

TEST_F(CloudTest, ThrottlesAndLogsWhatItAskedFor) {
  const std::string token = login();
  cloud->set_throttle(ThrottleSettings{.rate = 1, .burst = 2, .retry_after = 3s});
  const ServerRequest list = with(request("GET", "/v2/images"), token);
  EXPECT_EQ(image(list).status, 200);
  EXPECT_EQ(image(list).status, 200);
  EXPECT_EQ(image(list).status, 429);
  EXPECT_TRUE(cloud->log().all().back().throttled);
  EXPECT_EQ(cloud->log().all().back().retry_after, Duration(3s));
  clock.advance(1s);
  EXPECT_EQ(image(list).status, 200);
  EXPECT_EQ(cloud->log().before_retry_after({}, 50ms), 1u);
}

TEST_F(CloudTest, CanThrottleWritesOnlyOrLogins) {
  const std::string token = login();
  cloud->set_throttle(ThrottleSettings{.rate = 0.001, .burst = 1, .writes_only = true});
  EXPECT_EQ(image(add("a", token)).status, 200);
  EXPECT_EQ(image(add("b", token)).status, 429);
  EXPECT_EQ(image(with(request("GET", "/v2/images"), token)).status, 200);
  cloud->set_throttle(ThrottleSettings{.rate = 0.001, .burst = 1, .identity = true});
  EXPECT_EQ(identity(request("GET", "/v3")).status, 200);
  const ServerResponse refused = identity(request("GET", "/v3"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(json(refused)["error_code"], "IAM.0012");
  EXPECT_TRUE(refused.headers.get("Retry-After"));
}

TEST_F(CloudTest, LostAnswersAreAppliedAndDroppedRequestsAreNot) {
  const std::string token = login();
  fault(R"({"kind":"lost","times":1})");
  EXPECT_EQ(image(add("lost", token)).then, Then::drop);
  EXPECT_TRUE(has("lost"));
  EXPECT_TRUE(cloud->log().all().back().applied);
  EXPECT_EQ(cloud->log().all().back().status, 0);
  fault(R"({"kind":"drop","times":1})");
  EXPECT_EQ(image(add("dropped", token)).then, Then::drop);
  EXPECT_FALSE(has("dropped"));
  fault(R"({"kind":"lost_hang","times":1})");
  EXPECT_EQ(image(add("hung", token)).then, Then::hang);
  EXPECT_TRUE(has("hung"));
  fault(R"({"kind":"hang","times":1})");
  EXPECT_EQ(image(add("stuck", token)).then, Then::hang);
  EXPECT_FALSE(has("stuck"));
}

TEST_F(CloudTest, ClosesConnectionsAnnouncedOrNot) {
  const std::string token = login();
  fault(R"({"kind":"close","times":1})");
  EXPECT_EQ(image(add("a", token)).then, Then::close);
  fault(R"({"kind":"close_silently","times":1})");
  EXPECT_EQ(image(add("b", token)).then, Then::close_silently);
  CloudSeed seed = lab_seed();
  seed.close_every_connection = true;
  cloud = make(std::move(seed));
  EXPECT_EQ(image(request("GET", "/")).then, Then::close_silently);
}

TEST_F(CloudTest, FailsAsTold) {
  const std::string token = login();
  fault(R"({"kind":"status","status":503,"retry_after":"7","times":1})");
  const ServerResponse busy = image(add("a", token));
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.get("Retry-After"), "7");
  EXPECT_EQ(json(busy)["code"], "503 Service Unavailable");
  EXPECT_FALSE(has("a"));
  fault(R"({"kind":"status","status":400,"code":"IMG.0061","message":"unknown","times":1})");
  EXPECT_EQ(json(image(add("a", token)))["error"]["code"], "IMG.0061");
  fault(R"({"kind":"garbage","times":1})");
  const ServerResponse garbage = image(with(request("GET", "/v2/images"), token));
  EXPECT_EQ(garbage.status, 200);
  EXPECT_TRUE(garbage.body.starts_with("<html>"));
}

TEST_F(CloudTest, CanRefuseOrForgetOneProperty) {
  const std::string token = login();
  fault(R"({"kind":"status","status":403,"property":"forbidden","message":"Property forbidden is protected."})");
  EXPECT_EQ(image(add("forbidden", token)).status, 403);
  EXPECT_EQ(image(add("fine", token)).status, 200);
  fault(R"({"kind":"ignore_property","property":"quiet"})");
  EXPECT_FALSE(json(image(add("quiet", token))).contains("quiet"));
  fault(R"({"kind":"ignore_property","property":"liar","shown":true})");
  EXPECT_TRUE(json(image(add("liar", token))).contains("liar"));
  EXPECT_FALSE(has("quiet") || has("liar"));
}

TEST_F(CloudTest, IsSlowWhenTold) {
  const std::string token = login();
  fault(R"({"kind":"slow","delay":"3s","method":"GET"})");
  const Mono before = clock.now();
  EXPECT_EQ(image(with(request("GET", "/v2/images"), token)).status, 200);
  EXPECT_EQ(clock.now() - before, Duration(3s));
}

TEST_F(CloudTest, WithoutKeystoneItKnowsOnlyTokensThatItSawRecently) {
  const std::string seen = login();
  const std::string fresh = login();
  EXPECT_EQ(image(with(request("GET", "/v2/images"), seen)).status, 200);
  cloud->outage().active = true;
  EXPECT_EQ(identity(request("GET", "/v3")).then, Then::drop);
  EXPECT_EQ(image(with(request("GET", "/v2/images"), seen)).status, 200);
  const Mono before = clock.now();
  EXPECT_EQ(image(with(request("GET", "/v2/images"), fresh)).status, 401);
  EXPECT_EQ(clock.now() - before, Duration(3500ms));
  clock.advance(5min);
  EXPECT_EQ(image(with(request("GET", "/v2/images"), seen)).status, 401);
  cloud->outage().active = false;
  EXPECT_EQ(image(with(request("GET", "/v2/images"), fresh)).status, 200);
}

TEST_F(CloudTest, AnImageDeletedMeanwhileStaysDeleted) {
  const std::string token = login();
  fault(R"({"kind":"slow","delay":"1s"})");
  test::run(
      [&]() -> task<void> {
        std::vector<std::function<task<void>()>> both = {
            [&]() -> task<void> { co_await cloud->handle_image(add("late", token)); },
            [&]() -> task<void> {
              co_await clock.sleep_for(500ms);
              cloud->images().erase(first_id());
            }};
        co_await async::join_all(std::move(both));
      },
      &clock);
  EXPECT_EQ(cloud->images().find(first_id()), nullptr);
}

TEST_F(CloudTest, ResetGoesBackToTheSeed) {
  const std::string token = login();
  image(add("a", token));
  fault(R"({"kind":"drop"})");
  cloud->reset();
  EXPECT_FALSE(has("a"));
  EXPECT_TRUE(cloud->faults().all().empty());
  EXPECT_TRUE(cloud->log().all().empty());
  EXPECT_EQ(image(with(request("GET", "/v2/images"), token)).status, 401);
  EXPECT_NE(login(), token);
}

struct OtcTest : CloudTest {
  OtcTest() { cloud = make(otc_seed()); }
};

TEST_F(OtcTest, TheGatewayTellsBadTokensApart) {
  EXPECT_EQ(json(image(request("GET", "/v2/cloudimages")))["error_code"], "APIGW.0301");
  EXPECT_EQ(json(image(with(request("GET", "/v2/cloudimages"), "MIIx")))["error_code"], "APIGW.0301");
  const std::string token = login();
  EXPECT_EQ(image(with(request("GET", "/v2/cloudimages"), token)).status, 200);
  cloud->expire_tokens();
  const ServerResponse expired = image(with(request("GET", "/v2/cloudimages"), token));
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(json(expired)["error_code"], "APIGW.0307");
  EXPECT_EQ(json(expired)["request_id"], *expired.headers.get("X-Request-Id"));
}

TEST_F(OtcTest, ChecksSignaturesAndTheirProject) {
  ServerRequest signed_badly = request("GET", "/v2/cloudimages");
  signed_badly.headers.set("X-Sdk-Date", "20261121T120000Z");
  signed_badly.headers.set("Authorization", "SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=00");
  EXPECT_EQ(image(signed_badly).status, 401);
}

TEST_F(OtcTest, PatchesAndTags) {
  const std::string token = login();
  const ServerResponse changed = image(
      with(patch("/v2/cloudimages/" + first_id(), R"([{"op":"add","path":"/own","value":"x"}])", "application/json"),
           token));
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_TRUE(has("own"));
  const std::string project = cloud->seed().directory.projects.front().id;
  EXPECT_EQ(image(with(request("POST", "/v2/" + project + "/images/" + first_id() + "/tags/action",
                               R"({"action":"create","tags":[{"key":"a","value":"b"}]})"),
                       token))
                .status,
            204);
  EXPECT_EQ(cloud->images().find(first_id())->attributes["tags"], Json::parse(R"(["a=b"])"));
}

}  // namespace
}  // namespace retouch::sandbox
