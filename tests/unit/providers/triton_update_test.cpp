// What is sent to CloudAPI, and what its refusals mean.
#include "provider_fixture.hpp"

namespace retouch::providers {
namespace {

using core::Absent;
using core::FieldChange;
using core::Image;
using core::List;
using core::Map;
using core::Value;

std::string triton_json(const std::string& id, const std::string& more = "") {
  return R"({"id":")" + id + R"(","owner":"p1","state":"active")" + (more.empty() ? "" : "," + more) + "}";
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
