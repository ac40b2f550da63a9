#include "provider_fixture.hpp"

namespace retouch::providers {
namespace {

using core::Absent;
using core::FieldChange;
using core::Image;
using core::List;
using core::Map;
using core::Value;

const std::string own = "/alice/images?state=all&owner=p1";
const std::string own_docker = own + "&type=docker";

std::string bare_list(const std::vector<std::string>& images) {
  std::string all;
  for (const auto& image : images) all += (all.empty() ? "" : ",") + image;
  return "[" + all + "]";
}

std::string triton_json(const std::string& id, const std::string& more = "") {
  return R"({"id":")" + id + R"(","owner":"p1","state":"active")" + (more.empty() ? "" : "," + more) + "}";
}

TEST(TritonList, AsksForEveryStateOfOwnImagesAndThenForDockerImages) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .header("Accept", "application/json")
      .answer(200, bare_list({triton_json("1", R"("acl":["b","a","b"],"public":false)"), triton_json("2")}));
  cloud.wire.expect("GET", own_docker).answer(200, bare_list({triton_json("3", R"("type":"docker")")}));
  const auto summary = cloud.list();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(cloud.ids(), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(summary->images, 3);
  EXPECT_EQ(summary->requests, 2);
  EXPECT_TRUE(summary->warnings.empty());
  EXPECT_EQ(cloud.seen[0].get("acl"), (Value{List{"a", "b"}}));
  EXPECT_EQ(cloud.seen[0].get("public"), Value{false});
  EXPECT_EQ(cloud.wire.requests[0].max_body, std::size_t{1} << 30);
}

TEST(TritonList, AnyOwnerLeavesTheOwnerOut) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", "/alice/images?state=all")
      .answer(200, bare_list({triton_json("1"), R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", "/alice/images?state=all&type=docker").answer(200, "[]");
  ASSERT_TRUE(cloud.list({.any_owner = true}));
  ASSERT_EQ(cloud.seen.size(), 2u);
  EXPECT_TRUE(cloud.seen[0].own);
  EXPECT_FALSE(cloud.seen[1].own);
}

TEST(TritonList, OthersImagesAreLeftOutWhenNotAskedFor) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own).answer(200, bare_list({R"({"id":"2","owner":"p2"})"}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  EXPECT_TRUE(cloud.seen.empty());
}

TEST(TritonList, KeepsTagsAndRequirementsWithTheirTypesAndWhateverIsNested) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .answer(200, bare_list({triton_json(
                       "1", R"("tags":{"s":"x","n":1,"r":1.5,"b":true,"z":null,"deep":{"b":[1,{"c":"d"}],"a":{}}},)"
                            R"("requirements":{"min_ram":1024,"networks":[{"name":"net0"}]},"name":"n")")}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  ASSERT_EQ(cloud.seen.size(), 1u);
  const auto& image = cloud.seen[0];
  const auto json = [](const char* text) { return core::to_scalar(Json::parse(text)); };
  const Map tags{{"s", "x"},  {"n", std::int64_t{1}}, {"r", 1.5},
                 {"b", true}, {"z", json("null")},    {"deep", json(R"({"a":{},"b":[1,{"c":"d"}]})")}};
  EXPECT_EQ(image.get("tags"), Value{tags});
  EXPECT_EQ(image.get("requirements"),
            (Value{Map{{"min_ram", std::int64_t{1024}}, {"networks", json(R"([{"name":"net0"}])")}}}));
  EXPECT_EQ(image.text("name"), "n");
}

TEST(TritonList, NothingOfOneImageIsLeftInTheNext) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own)
      .answer(200, bare_list({triton_json("1", R"("tags":{"a":1},"homepage":"http://x")"), triton_json("2"),
                              triton_json("3", R"("tags":{})")}));
  cloud.wire.expect("GET", own_docker).answer(200, "[]");
  ASSERT_TRUE(cloud.list());
  ASSERT_EQ(cloud.seen.size(), 3u);
  EXPECT_EQ(cloud.seen[1].find("tags"), nullptr);
  EXPECT_EQ(cloud.seen[1].find("homepage"), nullptr);
  EXPECT_EQ(cloud.seen[2].get("tags"), Value{Map{}});
}

TEST(TritonList, ExactlyAThousandImagesWarnThatTheListMayBeCut) {
  for (const int images : {999, 1000, 1001}) {
    ProviderFixture cloud("triton");
    std::vector<std::string> all;
    for (int i = 0; i < images; ++i) all.push_back(triton_json(std::to_string(i)));
    cloud.wire.expect("GET", own).answer(200, bare_list(all));
    cloud.wire.expect("GET", own_docker).answer(200, "[]");
    const auto summary = cloud.list();
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->warnings.size(), images == 1000 ? 1u : 0u) << images;
  }
}

TEST(TritonList, StopsWhenAllSelectedIdsWereSeen) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", own).answer(200, bare_list({triton_json("1")}));
  ASSERT_TRUE(cloud.list({.only_ids = {"1"}}));
  EXPECT_EQ(cloud.wire.requests.size(), 1u);
}

TEST(TritonList, IsCompleteOrAnError) {
  for (const auto* body : {R"({"images":[]})", R"({"code":"X"})", R"([{"id":"1")", "", "[[]]x", R"([{"name":"x"}])"}) {
    ProviderFixture cloud("triton");
    cloud.wire.expect("GET", own).answer(200, body);
    const auto summary = cloud.list();
    ASSERT_FALSE(summary) << body;
    EXPECT_EQ(summary.error().code, Errc::protocol) << body;
  }
}

TEST(TritonRead, FindsAnImageOrNone) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("GET", "/alice/images/1").answer(200, triton_json("1", R"("tags":{"a":1})"));
  cloud.wire.expect("GET", "/alice/images/2").answer(404, R"({"code":"ResourceNotFound","message":"image not found"})");
  cloud.wire.expect("GET", "/alice/images/3").answer(200, triton_json("4"));
  const auto found = cloud.read("1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->get("tags"), (Value{Map{{"a", std::int64_t{1}}}}));
  EXPECT_FALSE(cloud.read("2").value());
  EXPECT_EQ(cloud.read("3").error().code, Errc::protocol);
}

TEST(TritonImages, OfOtherAccountsCannotBeChanged) {
  ProviderFixture cloud("triton");
  EXPECT_EQ(cloud.provider->unchangeable({.id = "1", .attributes = {{"owner", "p2"}}, .own = false}),
            "it belongs to account p2, not to account p1");
  for (const auto* state : {"active", "unactivated", "disabled"}) {
    EXPECT_EQ(cloud.provider->unchangeable({.id = "1", .attributes = {{"state", state}}}), std::nullopt);
  }
}

std::vector<FieldChange> to(std::map<std::string, Value> wanted) {
  std::vector<FieldChange> out;
  for (auto& [name, value] : wanted) out.push_back({.name = name, .after = value});
  return out;
}

Image full() {
  return {.id = "1",
          .attributes = {{"name", "n"},
                         {"version", "1"},
                         {"description", "d"},
                         {"homepage", "http://h"},
                         {"eula", "http://e"},
                         {"acl", List{"a"}},
                         {"tags", Map{{"k", "v"}}}}};
}

TEST(TritonUpdate, WritesAllThatDiffersInOneRequest) {
  ProviderFixture cloud("triton");
  const auto steps = cloud.provider->prepare(
      full(), to({{"name", "m"},
                  {"description", "d"},
                  {"acl", List{"a", "b"}},
                  {"tags", Map{{"k", "v"}, {"n", std::int64_t{1}}, {"deep", core::JsonText{R"({"a":[null]})"}}}}}));
  ASSERT_EQ(steps.size(), 1u);
  const auto& request = steps[0].request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url.target(), "/alice/images/1?action=update");
  EXPECT_EQ(request.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(request.body, R"({"acl":["a","b"],"name":"m","tags":{"deep":{"a":[null]},"k":"v","n":1}})");
  EXPECT_EQ(steps[0].fields, (std::vector<std::string>{"acl", "name", "tags"}));
  EXPECT_FALSE(request.repeatable);
}

TEST(TritonUpdate, EachFieldIsClearedInItsOwnWay) {
  ProviderFixture cloud("triton");
  const auto steps = cloud.provider->prepare(
      full(),
      to({{"description", Absent{}}, {"homepage", Absent{}}, {"eula", ""}, {"acl", List{}}, {"tags", Absent{}}}));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].request.body, R"({"acl":[],"description":null,"eula":null,"homepage":null,"tags":{}})");
}

TEST(TritonUpdate, WhatIsAbsentOrEmptyAlreadyIsNotSent) {
  ProviderFixture cloud("triton");
  const Image bare{.id = "1", .attributes = {{"tags", Map{}}}};
  EXPECT_TRUE(cloud.provider
                  ->prepare(bare, to({{"description", ""},
                                      {"homepage", Absent{}},
                                      {"eula", Absent{}},
                                      {"acl", List{}},
                                      {"tags", Absent{}}}))
                  .empty());
}

TEST(TritonUpdate, NamesAndVersionsAreNeverCleared) {
  ProviderFixture cloud("triton");
  EXPECT_TRUE(cloud.provider->prepare(full(), to({{"name", Absent{}}, {"version", Absent{}}})).empty());
}

TEST(TritonUpdate, NothingButTheSevenFieldsEverGetsIntoABody) {
  auto table = triton_table();
  table.correct({.name = "action", .writable = true});
  table.correct({.name = "os", .writable = true});
  test::FakeTransport wire;
  const auto provider = make_triton({.transport = test::share(wire),
                                     .endpoint = http::parse_url("https://cloudapi.example").value(),
                                     .project_id = "p1",
                                     .account = "alice",
                                     .table = table});
  EXPECT_TRUE(provider->prepare(full(), to({{"action", "clone"}, {"os", "linux"}, {"state", "disabled"}})).empty());
}

TEST(TritonUpdate, AnswersWithTheWholeImage) {
  ProviderFixture cloud("triton");
  cloud.wire.expect("POST", "/alice/images/1?action=update")
      .answer(200, triton_json("1", R"("name":"m")"), {{"Request-Id", "r-1"}});
  auto steps = cloud.provider->prepare(full(), to({{"name", "m"}}));
  const auto outcome = cloud.perform(std::move(steps[0]));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->image->text("name"), "m");
  EXPECT_EQ(outcome->request_id, "r-1");
}

struct Refusal {
  const char* name;
  int status;
  const char* body;
  Errc code;
  Reaction reaction;
  const char* field;
  const char* message;
};
void PrintTo(const Refusal& row, std::ostream* out) { *out << row.name; }
class TritonRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(TritonRefusal, IsUnderstood) {
  const auto& row = GetParam();
  ProviderFixture cloud("triton");
  cloud.wire.expect("POST").answer(row.status, row.body);
  auto steps = cloud.provider->prepare(full(), to({{"homepage", "http://x"}, {"tags", Map{}}}));
  const auto outcome = cloud.perform(std::move(steps[0]));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, row.code) << outcome.error().message;
  EXPECT_EQ(outcome.error().reaction, row.reaction);
  EXPECT_EQ(outcome.error().field, row.field);
  EXPECT_EQ(outcome.error().message, row.message);
}

INSTANTIATE_TEST_SUITE_P(
    Update, TritonRefusal,
    testing::Values(
        Refusal{"a_field", 422,
                R"({"code":"ValidationFailed","message":"invalid image data: homepage","errors":[{"field":"homepage",)"
                R"("code":"Invalid","message":"invalid image homepage URL protocol"}]})",
                Errc::http_status, Reaction::permanent, "homepage",
                "invalid image data: homepage (homepage: invalid image homepage URL protocol)"},
        Refusal{"a_part_of_a_field", 422, R"({"code":"ValidationFailed","message":"m","errors":[{"field":"tags.k"}]})",
                Errc::http_status, Reaction::permanent, "tags", "m (tags.k: invalid)"},
        Refusal{"two_fields", 422,
                R"({"code":"ValidationFailed","message":"m","errors":[{"field":"homepage"},{"field":"tags"}]})",
                Errc::http_status, Reaction::permanent, "", "m (homepage: invalid, tags: invalid)"},
        Refusal{"anothers_image", 422, R"({"code":"NotImageOwner","message":"account a is not the owner"})",
                Errc::permission, Reaction::permanent, "", "account a is not the owner"},
        Refusal{"no_action", 409, R"({"code":"MissingParameter","message":"action"})", Errc::http_status,
                Reaction::permanent, "", "action"},
        Refusal{"clock", 400, R"({"code":"InvalidHeader","message":"clock skew of 304.83s was greater than 300s"})",
                Errc::credentials, Reaction::auth, "", "clock skew of 304.83s was greater than 300s"},
        Refusal{"version", 400, R"({"code":"InvalidVersion","message":"~10 is not supported"})", Errc::protocol,
                Reaction::permanent, "", "~10 is not supported"},
        Refusal{"signature", 401, R"({"code":"InvalidCredentials","message":"Invalid"})", Errc::credentials,
                Reaction::auth, "", "Invalid"},
        Refusal{"role", 403, R"({"code":"NotAuthorized","message":"no"})", Errc::permission, Reaction::auth, "", "no"},
        Refusal{"gone", 404, R"({"code":"ResourceNotFound","message":"image not found"})", Errc::not_found,
                Reaction::permanent, "", "image not found"},
        Refusal{"throttled", 429, R"({"code":"TooManyRequestsError","message":"rate of 10 r/s."})", Errc::throttled,
                Reaction::throttled, "", "rate of 10 r/s."},
        Refusal{"throttled_by_the_docs", 420, R"({"code":"RequestThrottled","message":"slow"})", Errc::throttled,
                Reaction::throttled, "", "slow"},
        Refusal{"no_code_at_all", 500, "{}", Errc::http_status, Reaction::uncertain, "",
                "the server gives no reason (status 500)"},
        Refusal{"backend_gone", 500, R"({"message":"connect ECONNREFUSED 10.0.0.1:80"})", Errc::http_status,
                Reaction::uncertain, "", "connect ECONNREFUSED 10.0.0.1:80"},
        Refusal{"maintenance", 503, R"({"code":"ServiceUnavailableError","message":"down for upgrade"})",
                Errc::http_status, Reaction::transient, "", "down for upgrade"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace retouch::providers
