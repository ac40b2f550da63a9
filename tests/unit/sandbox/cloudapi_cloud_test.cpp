// CloudAPI as a whole cloud: its headers, limit, clock, faults and control endpoints.
#include "cloudapi_support.hpp"
#include "retouch/async/join.hpp"
#include "retouch/sandbox/host.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "run.hpp"

namespace retouch::sandbox {
namespace {

using namespace std::chrono_literals;

struct TritonCloud : testing::Test {
  test::ManualClock clock{noon};
  std::unique_ptr<Cloud> cloud = make(triton_seed());

  std::unique_ptr<Cloud> make(CloudSeed seed) {
    auto made = std::make_unique<Cloud>(std::move(seed), clock);
    made->set_urls("http://triton.test", "http://triton.test");
    return made;
  }
  ServerResponse send(ServerRequest what) {
    return test::run_for<ServerResponse>([&] { return cloud->handle_image(what); }, &clock);
  }
  ServerResponse get(const std::string& target) { return send(sign(request("GET", target), now())); }
  Signing now() const { return {.date = format_http_date(clock.wall())}; }
  std::string first_id() const { return cloud->seed().images.front().id; }
  ServerRequest update(const std::string& body) const {
    ServerRequest what = request("POST", "/alice/images/" + first_id() + "?action=update", body);
    what.headers.set("Content-Type", "application/json");
    return sign(std::move(what), now());
  }
  ServerResponse control(const std::string& method, const std::string& what, const std::string& body = {}) {
    return send(request(method, "/_sandbox" + what, body));
  }
  Json stored() const { return cloud->images().find(first_id())->attributes; }
  void fault(const std::string& json) { cloud->faults().add(*fault_from_json(Json::parse(json))); }
};

TEST_F(TritonCloud, AnswersWithTheHeadersOfRestify) {
  const ServerResponse list = get("/alice/images");
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(list.headers.get("Api-Version"), "9.0.0");
  EXPECT_EQ(list.headers.get("Server"), "cloudapi/9.20.0");
  EXPECT_EQ(list.headers.get("Date"), "Sat, 21 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(list.headers.get("Content-MD5"), md5_base64(list.body));
  EXPECT_EQ(list.headers.get("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(list.headers.get("Connection"), "Keep-Alive");
  EXPECT_EQ(list.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(list.headers.get("Response-Time"));
  EXPECT_TRUE(is_lower_uuid(*list.headers.get("Request-Id")));
  EXPECT_FALSE(list.headers.get("X-Openstack-Request-Id"));
  EXPECT_NE(get("/alice/images").headers.get("Request-Id"), list.headers.get("Request-Id"));
}

TEST_F(TritonCloud, WhatIsRefusedEarliestHasNoneOfTheseHeaders) {
  ServerRequest unsupported = request("GET", "/alice/images");
  unsupported.headers.set("Accept-Version", "~10");
  const std::vector<std::pair<ServerRequest, int>> early = {
      {sign(request("GET", "/alice/zork")), 404},
      {sign(request("PATCH", "/alice/images")), 405},
      {sign(unsupported), 400},
      {sign(request("GET", "/alice/images"), {.algorithm = "hs2019"}), 400},
      {update(R"({"name":"n",})"), 400}};
  for (const auto& [what, status] : early) {
    const ServerResponse refused = send(what);
    EXPECT_EQ(refused.status, status) << what.method << " " << what.target;
    EXPECT_FALSE(refused.headers.get("Request-Id")) << what.method << " " << what.target;
    EXPECT_TRUE(refused.headers.get("Date"));
  }
  EXPECT_TRUE(send(request("GET", "/alice/images")).headers.get("Request-Id")) << "a 401 comes later";
}

TEST_F(TritonCloud, AdoptsTheRequestIdOfTheClient) {
  ServerRequest what = request("GET", "/alice");
  what.headers.set("X-Request-Id", "5d9bfdde-a7c9-41ff-a3b4-2aeb3a1a21bf");
  EXPECT_EQ(send(sign(what)).headers.get("Request-Id"), "5d9bfdde-a7c9-41ff-a3b4-2aeb3a1a21bf");
  what.headers.set("X-Request-Id", "mine");
  EXPECT_TRUE(is_lower_uuid(*send(sign(what)).headers.get("Request-Id")));
}

TEST_F(TritonCloud, HasALimitAsShippedWithoutARetryAfter) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(get("/alice/images").status, 200);
  const ServerResponse refused = get("/alice/images/" + first_id());
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(json(refused),
            (Json{{"code", "TooManyRequestsError"}, {"message", "You have exceeded your request rate of 10 r/s."}}));
  EXPECT_FALSE(refused.headers.get("Retry-After"));
  EXPECT_TRUE(cloud->log().all().back().throttled);
  EXPECT_EQ(send(update(R"({"name":"n"})")).status, 429) << "lists, reads and updates share it";
  EXPECT_EQ(get("/alice").status, 200) << "the account's own call does not";
  EXPECT_EQ(send(request("GET", "/alice/images")).status, 401) << "wrong credentials are told first, and cost nothing";
  EXPECT_EQ(get("/alice/images/3f0c5b1e-0000-4000-8000-000000000000").status, 404)
      << "so are images that are not there";
  const std::string bot = "/alice/users/bot/keys/" + parsed(ed25519()).fingerprint();
  const Signing as_bot{.key = &ed25519(), .key_id = bot, .algorithm = "ed25519-sha512"};
  EXPECT_EQ(send(sign(request("GET", "/alice/images?as-role=ops"), as_bot)).status, 429) << "sub-users share it";
  clock.advance(200ms);
  EXPECT_EQ(get("/alice/images").status, 200);
  EXPECT_EQ(get("/alice/images").status, 200);
  EXPECT_EQ(get("/alice/images").status, 429);
}

TEST_F(TritonCloud, TheLimitMayTakeOtherForms) {
  cloud->set_throttle(ThrottleSettings{.rate = 2.5, .burst = 1, .form = ThrottleForm::calm_420});
  get("/alice/images");
  EXPECT_EQ(json(get("/alice/images")),
            (Json{{"code", "RequestThrottled"}, {"message", "You have exceeded your request rate of 2.5 r/s."}}));
  cloud->set_throttle(ThrottleSettings{.rate = 0.1, .burst = 1, .form = ThrottleForm::retry_after_date});
  get("/alice/images");
  const ServerResponse date = get("/alice/images");
  EXPECT_EQ(date.status, 503);
  EXPECT_EQ(json(date)["code"], "ServiceUnavailableError");
  EXPECT_EQ(date.headers.get("Retry-After"), "Sat, 21 Nov 2026 12:00:10 GMT");
}

TEST_F(TritonCloud, LosesOneOfTwoUpdatesThatOverlap) {
  cloud->latency().fixed = 50ms;
  test::run(
      [&]() -> task<void> {
        const auto sender = [&](std::string body) -> std::function<task<void>()> {
          return [&, body]() -> task<void> {
            const ServerResponse response = co_await cloud->handle_image(update(body));
            EXPECT_EQ(response.status, 200);
          };
        };
        std::vector<std::function<task<void>()>> both = {sender(R"({"homepage":"http:a"})"),
                                                         sender(R"({"description":"b"})")};
        co_await async::join_all(std::move(both));
      },
      &clock);
  EXPECT_NE(stored().contains("homepage"), stored().contains("description"));
}

TEST_F(TritonCloud, ClonesAndDeletes) {
  cloud = make(triton_seed("      - {name: shared, account: bob, attributes: {acl: [" + alice + "]}}\n"));
  ServerRequest what = request("POST", "/alice/images/" + first_id() + "?action=clone");
  const ServerResponse cloned = send(sign(std::move(what)));
  ASSERT_EQ(cloned.status, 200) << cloned.body;
  const std::string id = json(cloned)["id"];
  EXPECT_EQ(get("/alice/images/" + id).status, 200);
  EXPECT_EQ(send(sign(request("DELETE", "/alice/images/" + id))).status, 204);
  EXPECT_EQ(get("/alice/images/" + id).status, 404);
}

TEST_F(TritonCloud, ItsClockCanBeShiftedAndTheDateTellsIt) {
  EXPECT_EQ(control("PUT", "/clock", R"({"skew":"-400s"})").status, 200);
  const ServerResponse refused = get("/alice/images");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json(refused)["message"], "Authorization header invalid: clock skew of 400s was greater than 300s");
  const std::string date(*refused.headers.get("Date"));
  EXPECT_EQ(date, "Sat, 21 Nov 2026 11:53:20 GMT");
  EXPECT_EQ(send(sign(request("GET", "/alice/images"), {.date = date})).status, 200);
  EXPECT_EQ(json(control("GET", ""))["clock_skew_seconds"], -400);
  EXPECT_EQ(control("PUT", "/clock", R"({"skew":"late"})").status, 400);
  EXPECT_EQ(control("PUT", "/clock", R"({"skew":"7s"})").status, 200);
  EXPECT_EQ(get("/alice/images").status, 200);
  cloud->reset();
  EXPECT_EQ(cloud->skew(), Duration{});
}

TEST_F(TritonCloud, FailsAsTold) {
  fault(R"({"kind":"status","status":503,"method":"POST","message":"down for upgrade","times":1,
            "retry_after":"Tue, 01 Dec 2026 10:00:00 GMT"})");
  const ServerResponse busy = send(update(R"({"name":"n"})"));
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(json(busy), (Json{{"code", "ServiceUnavailableError"}, {"message", "down for upgrade"}}));
  EXPECT_EQ(busy.headers.get("Retry-After"), "Tue, 01 Dec 2026 10:00:00 GMT");
  EXPECT_TRUE(busy.headers.get("Request-Id"));
  EXPECT_EQ(stored()["name"], "image-1");
  fault(R"({"kind":"status","status":500,"body":"{}","times":1})");
  EXPECT_EQ(get("/alice/images").body, "{}");
  fault(R"({"kind":"status","status":401,"times":1})");
  EXPECT_EQ(json(get("/alice/images"))["code"], "InvalidCredentials");
  fault(R"({"kind":"lost","times":1})");
  EXPECT_EQ(send(update(R"({"name":"lost"})")).then, ServerResponse::Then::drop);
  EXPECT_EQ(stored()["name"], "lost");
}

TEST_F(TritonCloud, CanForgetOneField) {
  fault(R"({"kind":"ignore_property","property":"homepage"})");
  const ServerResponse honest = send(update(R"({"homepage":"http://x","description":"kept"})"));
  EXPECT_FALSE(json(honest).contains("homepage"));
  EXPECT_EQ(stored()["description"], "kept");
}

TEST_F(TritonCloud, TheControlEndpointsShowIt) {
  send(update(R"({"tags":"text"})"));
  const Json overview = json(control("GET", ""));
  EXPECT_EQ(overview["type"], "triton");
  EXPECT_EQ(overview["imgapi_crashes"], 1);
  EXPECT_EQ(overview["throttle"]["rate"], 10.0);
  EXPECT_EQ(json(control("GET", "/stats?method=POST"))["requests"], 1);
  EXPECT_EQ(json(control("GET", "/log"))["requests"][0]["image_id"], first_id());
  EXPECT_EQ(control("PUT", "/images/" + first_id(), R"({"tags":{"a":1}})").status, 200);
  EXPECT_EQ(json(get("/alice/images/" + first_id()))["tags"], (Json{{"a", 1}}));
}

TEST_F(TritonCloud, IsReachedThroughTheTransport) {
  InProcessTransport transport(clock);
  transport.add(*cloud);
  http::Request what{.url = *http::parse_url("http://triton.test/alice/images"), .timeout = 10s};
  const ServerRequest signed_one = sign(request("GET", "/alice/images"));
  for (const auto& [name, value] : signed_one.headers.all()) what.headers.set(name, value);
  const auto answer = test::run_for<Result<http::Response>>([&] { return transport.send(what); }, &clock);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
}

}  // namespace
}  // namespace retouch::sandbox
