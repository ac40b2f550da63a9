#include "provider_fixture.hpp"

namespace retouch::providers {
namespace {

using core::FieldChange;
using core::Image;
using Ids = std::vector<std::string>;

const char* const own = "/v2/images?limit=1000&sort_key=id&sort_dir=asc&owner=p1";
const char* const own_hidden = "/v2/images?limit=1000&sort_key=id&sort_dir=asc&owner=p1&os_hidden=true";

TEST(GlanceList, FollowsNextAndThenListsHiddenImages) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own)
      .header("Accept", "application/json")
      .answer(200, list_json({image_json("1"), image_json("2")}, "/v2/images?marker=2"));
  cloud.wire.expect("GET", "/v2/images?marker=2").answer(200, list_json({image_json("3")}));
  cloud.wire.expect("GET", own_hidden).answer(200, list_json({image_json("4", R"("os_hidden":true)")}));
  const auto summary = cloud.list();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), (Ids{"1", "2", "3", "4"}));
  EXPECT_EQ(summary->images, 4);
  EXPECT_EQ(summary->requests, 3);
  for (const auto& request : cloud.wire.requests) {
    EXPECT_EQ(request.cls, http::RequestClass::read);
    EXPECT_TRUE(request.repeatable);
    EXPECT_EQ(request.max_body, std::size_t{1} << 30);
    EXPECT_EQ(request.timeout, std::chrono::seconds(7));
  }
}

TEST(GlanceList, WorksBelowAPathAndWithAVersionInTheEndpoint) {
  ProviderFixture cloud("glance", "https://host.example/image/v2/");
  cloud.wire.expect("GET", std::string("/image") + own)
      .answer(200, list_json({image_json("1")}, "/v2/images?marker=1"));
  cloud.wire.expect("GET", "/image/v2/images?marker=1").answer(200, list_json({}));
  cloud.wire.expect("GET", std::string("/image") + own_hidden).answer(200, list_json({}));
  EXPECT_TRUE(cloud.list());
}

TEST(GlanceList, AnyOwnerListsAllVisibilities) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", "/v2/images?limit=1000&sort_key=id&sort_dir=asc&visibility=all")
      .answer(200, list_json({image_json("1"), R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", "/v2/images?limit=1000&sort_key=id&sort_dir=asc&visibility=all&os_hidden=true")
      .answer(200, list_json({}));
  ASSERT_TRUE(cloud.list({.any_owner = true}));
  EXPECT_EQ(cloud.ids(), (Ids{"1", "2"}));
  EXPECT_TRUE(cloud.seen[0].own);
  EXPECT_FALSE(cloud.seen[1].own);
}

TEST(GlanceList, LeavesOutOthersImagesOfAServerThatIgnoresTheFilter) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1"), R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", own_hidden).answer(200, list_json({}));
  EXPECT_EQ(cloud.list()->images, 1);
  EXPECT_EQ(cloud.ids(), Ids{"1"});
}

TEST(GlanceList, PassesEachIdOnOnce) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own)
      .answer(200, list_json({image_json("1"), image_json("1"), image_json("2")}, "/v2/images?marker=2"));
  cloud.wire.expect("GET").answer(200, list_json({image_json("2"), image_json("3")}));
  // Hidden in between.
  cloud.wire.expect("GET", own_hidden)
      .answer(200, list_json({image_json("3", R"("os_hidden":true)"), image_json("4", R"("os_hidden":true)")}));
  EXPECT_EQ(cloud.list()->images, 4);
  EXPECT_EQ(cloud.ids(), (Ids{"1", "2", "3", "4"}));
}

TEST(GlanceList, AServerThatDoesNotKnowHiddenImagesIsNoError) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", own_hidden).answer(200, list_json({image_json("1")}, "/v2/images?marker=1"));
  const auto summary = cloud.list();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), Ids{"1"});
}

struct BadPage {
  const char* what;
  std::string first, second;  // bodies; second empty = never asked for
  Errc code;
  const char* message;
};

TEST(GlanceList, IsCompleteOrAnError) {
  const std::vector<BadPage> cases{
      {"foreign next", list_json({image_json("1")}, "https://evil.example/v2/images"), "", Errc::untrusted, ""},
      {"next out of the service", list_json({image_json("1")}, "/other"), "", Errc::protocol, "leads out"},
      {"next is this page", list_json({image_json("1")}, own), "", Errc::protocol, "leads back"},
      {"nothing new", list_json({image_json("1")}, "/v2/images?a"), list_json({image_json("1")}, "/v2/images?b"),
       Errc::protocol, "no new image"},
      {"empty but goes on", list_json({image_json("1")}, "/v2/images?a"), list_json({}, "/v2/images?b"), Errc::protocol,
       "no new image"},
      {"next is an older page", list_json({image_json("1")}, "/v2/images?a"), list_json({image_json("2")}, own),
       Errc::protocol, "leads back"},
      {"no JSON", "<html>", "", Errc::protocol, "no JSON"},
      {"cut short", R"({"images":[{"id":"1"}])", "", Errc::protocol, "no JSON"},
      {"no list", R"({"message":"x"})", "", Errc::protocol, "no list of images"},
  };
  for (const auto& c : cases) {
    ProviderFixture cloud("glance");
    cloud.wire.expect("GET", own).answer(200, c.first);
    if (!c.second.empty()) cloud.wire.expect("GET", "/v2/images?a").answer(200, c.second);
    const auto summary = cloud.list();
    ASSERT_FALSE(summary) << c.what;
    EXPECT_EQ(summary.error().code, c.code) << c.what << ": " << summary.error().message;
    EXPECT_NE(summary.error().message.find(c.message), std::string::npos) << c.what << ": " << summary.error().message;
  }
}

TEST(GlanceList, AFailedPageFailsTheList) {
  for (const bool second : {false, true}) {
    ProviderFixture cloud("glance");
    if (second) cloud.wire.expect("GET").answer(200, list_json({image_json("1")}, "/v2/images?marker=1"));
    cloud.wire.expect("GET").answer(503, R"({"message":"busy","code":"503"})");
    const auto summary = cloud.list();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().status, 503);
    EXPECT_EQ(summary.error().reaction, Reaction::transient);
  }
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET").error(Errc::timeout, Reaction::transient);
  EXPECT_EQ(cloud.list().error().code, Errc::timeout);
}

TEST(GlanceList, APageThatIsFetchedAgainAfterABreakIsNotTakenForARepeatedOne) {
  // The first attempt breaks off after its images were passed on; the transport repeats it into the same sink.
  struct Breaking final : http::Transport {
    int calls = 0;
    task<Result<http::Response>> send(http::Request, http::BodySink* sink) override {
      if (++calls > 1) {
        sink->restart();
        (void)sink->data(list_json({}));
        co_return http::Response{.status = 200};
      }
      sink->restart();
      (void)sink->data(R"({"next":"/v2/images?old","images":[)" + image_json("1") + "," + image_json("2"));
      sink->restart();
      EXPECT_TRUE(sink->data(list_json({image_json("1"), image_json("2")}, "/v2/images?marker=2")));
      co_return http::Response{.status = 200};
    }
  } transport;
  const auto provider = make_glance({.transport = test::share(transport),
                                     .endpoint = http::parse_url("https://image.example").value(),
                                     .project_id = "p1",
                                     .table = glance_table()});
  Ids ids;
  const auto summary = test::run_for<Result<ListSummary>>([&]() -> task<Result<ListSummary>> {
    co_return co_await provider->list({}, [&](const Image& image) { ids.push_back(image.id); });
  });
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(ids, (Ids{"1", "2"}));
  EXPECT_EQ(transport.calls, 3);
}

TEST(GlanceList, StopsWhenAllSelectedIdsWereSeen) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}, "/v2/images?marker=1"));
  cloud.wire.expect("GET", "/v2/images?marker=1")
      .answer(200, list_json({image_json("2"), image_json("3")}, "/v2/images?marker=3"));
  EXPECT_TRUE(cloud.list({.only_ids = {"1", "3"}}));
  EXPECT_EQ(cloud.wire.requests.size(), 2u);
}

TEST(GlanceList, GoesOnWhileASelectedIdIsMissing) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", own).answer(200, list_json({image_json("1")}));
  cloud.wire.expect("GET", own_hidden).answer(200, list_json({}));
  EXPECT_TRUE(cloud.list({.only_ids = {"1", "9"}}));
}

TEST(GlanceList, AsksForPagesOfTheSizeGiven) {
  for (const auto* family : {"glance", "ims"}) {
    test::FakeTransport wire;
    wire.otherwise([](const http::Request& request) -> Result<http::Response> {
      EXPECT_NE(request.url.query.find("limit=7&"), std::string::npos) << request.url.query;
      return http::Response{.status = 200, .body = list_json({})};
    });
    const auto provider = make_provider(family, {.transport = test::share(wire),
                                                 .endpoint = http::parse_url("https://image.example").value(),
                                                 .project_id = "p1",
                                                 .table = *table_of(family),
                                                 .page_size = 7});
    test::run([&]() -> task<void> { EXPECT_TRUE(co_await provider->list({}, [](const Image&) {})); });
  }
}

TEST(GlanceRead, GivesTheImageOrNothing) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("GET", "/v2/images/a%2Fb").answer(200, image_json("a/b", R"("tags":["z","a"])"));
  cloud.wire.expect("GET", "/v2/images/2").answer(404, "<html>");
  cloud.wire.expect("GET", "/v2/images/3").answer(503, "");
  cloud.wire.expect("GET", "/v2/images/4").answer(200, image_json("5"));
  const auto image = cloud.read("a/b");
  ASSERT_TRUE(image && *image);
  EXPECT_TRUE((*image)->own);
  EXPECT_EQ((*image)->get("tags"), (core::Value{core::List{"a", "z"}}));
  const auto gone = cloud.read("2");
  ASSERT_TRUE(gone);
  EXPECT_FALSE(*gone);
  EXPECT_EQ(cloud.read("3").error().reaction, Reaction::transient);
  EXPECT_EQ(cloud.read("4", true).error().code, Errc::protocol);
  EXPECT_FALSE(cloud.wire.requests.at(0).must_finish);
  EXPECT_TRUE(cloud.wire.requests.back().must_finish);
}

TEST(GlanceUnchangeable, IsWhatIsNotOursOrGoing) {
  ProviderFixture cloud("glance");
  const auto reason = [&](std::string status, bool mine) {
    return cloud.provider->unchangeable(
        {.id = "1", .attributes = {{"status", std::move(status)}, {"owner", std::string("p2")}}, .own = mine});
  };
  for (const auto* fine : {"active", "queued", "deactivated"}) EXPECT_FALSE(reason(fine, true)) << fine;
  EXPECT_NE(reason("active", false).value().find("project p2"), std::string::npos);
  EXPECT_TRUE(reason("deleted", true));
  EXPECT_TRUE(reason("pending_delete", true));
}

const Image live{.id = "1", .attributes = {{"name", std::string("old")}, {"tags", core::List{"a"}}}};

TEST(GlancePrepare, IsOnePatchAnImage) {
  ProviderFixture cloud("glance");
  const std::vector<FieldChange> fields{{.name = "name", .after = std::string("new")},
                                        {.name = "tags", .after = core::List{"a", "b"}},
                                        {.name = "x", .after = std::string("y")}};
  const auto steps = cloud.provider->prepare(live, fields);
  ASSERT_EQ(steps.size(), 1u);
  const auto& request = steps[0].request;
  EXPECT_EQ(steps[0].image_id, "1");
  EXPECT_EQ(steps[0].fields, (Ids{"name", "tags", "x"}));
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(to_string(request.url), "https://image.example/v2/images/1");
  EXPECT_EQ(request.headers.get("Content-Type"), "application/openstack-images-v2.1-json-patch");
  EXPECT_EQ(request.headers.get("Accept"), "application/json");
  EXPECT_EQ(request.cls, http::RequestClass::write);
  EXPECT_FALSE(request.repeatable);
  EXPECT_EQ(request.timeout, std::chrono::seconds(7));
  EXPECT_EQ(request.body,
            R"([{"op":"replace","path":"/name","value":"new"},{"op":"replace","path":"/tags","value":["a","b"]},)"
            R"({"op":"add","path":"/x","value":"y"}])");
}

TEST(GlancePrepare, IsNothingWhenNothingDiffers) {
  ProviderFixture cloud("glance");
  EXPECT_TRUE(cloud.provider->prepare(live, {}).empty());
  EXPECT_TRUE(
      cloud.provider->prepare(live, std::vector<FieldChange>{{.name = "name", .after = std::string("old")}}).empty());
}

Step step_of(const ProviderFixture& cloud) {
  return cloud.provider->prepare(live, std::vector<FieldChange>{{.name = "name", .after = std::string("new")}}).at(0);
}

TEST(GlancePerform, ReadsTheImageOfTheAnswer) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("PATCH", "/v2/images/1")
      .answer(200, image_json("1", R"("name":"new")"), {{"X-Openstack-Request-Id", "req-1"}});
  const auto outcome = cloud.perform(step_of(cloud));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->image->text("name"), "new");
  EXPECT_TRUE(outcome->image->own);
  EXPECT_EQ(outcome->request_id, "req-1");
}

TEST(GlancePerform, AnAnswerThatShowsNoSuchImageLeavesItOpen) {
  for (const auto& body : {image_json("2"), std::string("OK"), std::string("[]")}) {
    ProviderFixture cloud("glance");
    cloud.wire.expect("PATCH").answer(200, body);
    const auto outcome = cloud.perform(step_of(cloud));
    ASSERT_FALSE(outcome) << body;
    EXPECT_EQ(outcome.error().reaction, Reaction::uncertain) << body;
  }
}

TEST(GlancePerform, PassesErrorsOnWithReactionAndField) {
  ProviderFixture cloud("glance");
  cloud.wire.expect("PATCH").answer(
      403, R"({"message":"Attribute 'name' is read-only.<br /><br />\n","code":"403 Forbidden","title":"Forbidden"})");
  cloud.wire.expect("PATCH").answer(409, R"({"message":"Property x does not exist.","code":"409 Conflict"})");
  cloud.wire.expect("PATCH").error(Errc::closed, Reaction::uncertain);
  const auto refused = cloud.perform(step_of(cloud));
  EXPECT_EQ(refused.error().field, "name");
  EXPECT_EQ(refused.error().reaction, Reaction::permanent);
  EXPECT_EQ(cloud.perform(step_of(cloud)).error().reaction, Reaction::conflict);
  EXPECT_EQ(cloud.perform(step_of(cloud)).error().reaction, Reaction::uncertain);
}

}  // namespace
}  // namespace retouch::providers
