#include "retouch/auth/keystone.hpp"

#include <gtest/gtest.h>

#include "accounts.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;
using test::password_account;
const Wall noon = *parse_rfc3339("2026-11-21T12:00:00Z");

Json body_of(const Account& account) { return Json::parse(token_request(account).value().body); }

TEST(TokenRequest, FindsTheTokenEndpointFromEveryUsualFormOfTheUrl) {
  for (const auto* text : {"https://k.example", "https://k.example/", "https://k.example/v3", "https://k.example/v3/",
                           "https://k.example:443/v3", "https://k.example/v2.0"}) {
    EXPECT_EQ(to_string(token_url(text).value()), "https://k.example/v3/auth/tokens") << text;
  }
  EXPECT_EQ(to_string(token_url("http://127.0.0.1/identity").value()), "http://127.0.0.1/identity/v3/auth/tokens");
  EXPECT_FALSE(token_url("keystone.example/v3"));
}

TEST(TokenRequest, PasswordByNames) {
  const auto request = token_request(password_account()).value();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.cls, http::RequestClass::auth);
  EXPECT_EQ(request.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(Json::parse(request.body), Json::parse(R"({"auth":{"identity":{"methods":["password"],"password":{"user":{
    "name":"imgbot","password":"pw-canary","domain":{"name":"Default"}}}},
    "scope":{"project":{"name":"images","domain":{"name":"Default"}}}}})"));
}

TEST(TokenRequest, PasswordByIdsCarriesNoDomains) {
  auto account = password_account();
  account.login = PasswordLogin{.user_id = "u1", .user_domain_name = "ignored", .password = Secret("p")};
  account.project_id = "p1";
  EXPECT_EQ(body_of(account), Json::parse(R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"id":"u1",
    "password":"p"}}},"scope":{"project":{"id":"p1"}}}})"));
}

TEST(TokenRequest, ApplicationCredentialHasNoScope) {
  auto account = password_account();
  account.login = ApplicationCredentialLogin{.id = "ac", .secret = Secret("s")};
  EXPECT_EQ(body_of(account), Json::parse(R"({"auth":{"identity":{"methods":["application_credential"],
    "application_credential":{"id":"ac","secret":"s"}}}})"));
  account.login =
      ApplicationCredentialLogin{.name = "n", .username = "u", .user_domain_id = "d", .secret = Secret("s")};
  EXPECT_EQ(body_of(account), Json::parse(R"({"auth":{"identity":{"methods":["application_credential"],
    "application_credential":{"name":"n","secret":"s","user":{"name":"u","domain":{"id":"d"}}}}}})"));
}

TEST(TokenRequest, TokenIsScopedToTheProject) {
  auto account = password_account();
  account.login = TokenLogin{.token = Secret("t")};
  EXPECT_EQ(body_of(account), Json::parse(R"({"auth":{"identity":{"methods":["token"],"token":{"id":"t"}},
    "scope":{"project":{"name":"images","domain":{"name":"Default"}}}}})"));
}

TEST(TokenRequest, AnAccessKeyAsksForNoToken) { EXPECT_FALSE(token_request(test::aksk_account())); }

TEST(TokenAnswer, ReadsWhatIsNeeded) {
  const auto answer = parse_token_answer(test::token_response("tok", noon, 1h)).value();
  EXPECT_EQ(answer.token.reveal(), "tok");
  EXPECT_EQ(answer.expires_at - answer.date, Duration(1h));
  EXPECT_EQ(answer.project_id, "p1");
  EXPECT_EQ(answer.user_name, "imgbot");
  ASSERT_EQ(answer.image_endpoints.size(), 2u);
  EXPECT_EQ(answer.image_endpoints[1].url, "https://glance.example/v2/");
}

TEST(TokenAnswer, LifeIsMeasuredAgainstTheAnswersDateElseItsIssueTime) {
  auto response = test::token_response("tok", noon, 1h);
  response.headers.set("Date", format_http_date(noon + 10min));
  auto answer = parse_token_answer(response).value();
  EXPECT_EQ(answer.expires_at - answer.date, Duration(50min));
  EXPECT_TRUE(answer.has_date);
  response.headers.remove("Date");
  answer = parse_token_answer(response).value();
  EXPECT_EQ(answer.expires_at - answer.date, Duration(1h));
  EXPECT_FALSE(answer.has_date);
}

TEST(TokenAnswer, MicrosecondsAreRead) {
  auto response = test::token_response("tok", noon, 1h);
  auto body = Json::parse(response.body);
  body["token"]["expires_at"] = "2026-11-21T22:00:06.000000Z";
  response.body = body.dump();
  EXPECT_EQ(parse_token_answer(response).value().expires_at, parse_rfc3339("2026-11-21T22:00:06Z"));
}

TEST(TokenAnswer, ATokenWithoutAProjectIsRefused) {
  auto response = test::token_response("tok", noon, 1h);
  auto body = Json::parse(response.body);
  body["token"].erase("project");
  response.body = body.dump();
  const auto answer = parse_token_answer(response);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::credentials);
  EXPECT_NE(answer.error().message.find("without a project"), std::string::npos);
}

TEST(TokenAnswer, WhatEveryKeystoneSendsMustBeThere) {
  const auto good = test::token_response("tok", noon, 1h);
  auto no_token = good;
  no_token.headers.remove("X-Subject-Token");
  auto no_json = good;
  no_json.body = "<html>";
  auto no_expiry = good;
  no_expiry.body = R"({"token":{"project":{"id":"p"}}})";
  auto no_member = good;
  no_member.body = "{}";
  auto no_date = good;
  no_date.headers.remove("Date");
  auto body = Json::parse(no_date.body);
  body["token"].erase("issued_at");
  no_date.body = body.dump();
  for (const auto& response : {no_token, no_json, no_expiry, no_member, no_date}) {
    const auto answer = parse_token_answer(response);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::protocol);
  }
}

struct RefusalCase {
  int status;
  const char* body;
  const char* retry_after;
  Errc code;
  Reaction reaction;
  const char* text;
};

TEST(TokenRefusal, EachStatusHasItsMeaningAndOneReadableLine) {
  const RefusalCase cases[] = {
      {401,
       R"({"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}})",
       "", Errc::credentials, Reaction::auth, "wrong user, password, project or domain"},
      {401, R"({"error":{"code":"IAM.0061","message":"locked"}})", "", Errc::credentials, Reaction::auth,
       "locked after too many"},
      {401, R"({"error_code":"IAM.0062","error_msg":"x"})", "", Errc::credentials, Reaction::auth,
       "wrong user name or password"},
      {403, R"({"error_code":"IAM.0081","error_msg":"x"})", "", Errc::credentials, Reaction::auth,
       "programmatic access"},
      {403, "<html><h1>no</h1></html>", "", Errc::credentials, Reaction::auth, "(it says: no)"},
      {400, R"({"error":{"message":"Expecting to find domain in project"}})", "", Errc::credentials,
       Reaction::permanent, "Expecting to find domain"},
      {404, "", "", Errc::not_found, Reaction::permanent, "no Keystone v3 at https://keystone.example/v3"},
      {300, "{}", "", Errc::not_found, Reaction::permanent, "no Keystone v3"},
      {429, R"({"error_code":"IAM.0012","error_msg":"threshold"})", "7", Errc::throttled, Reaction::throttled,
       "threshold"},
      {503, "", "7", Errc::throttled, Reaction::throttled, "fewer requests"},
      {503, "", "", Errc::http_status, Reaction::transient, "failed"},
      {500, "", "", Errc::http_status, Reaction::transient, "failed"},
      {410, R"({"error_code":"IAM.0020"})", "", Errc::http_status, Reaction::transient, "failed"},
      {418, "", "", Errc::http_status, Reaction::permanent, "unexpected"},
  };
  for (const auto& c : cases) {
    http::Response answer{.status = c.status, .body = c.body};
    if (*c.retry_after) answer.headers.set("Retry-After", c.retry_after);
    answer.headers.set("X-Openstack-Request-Id", "req-1");
    const auto error = token_refusal(answer, password_account(), noon);
    EXPECT_EQ(error.code, c.code) << c.status;
    EXPECT_EQ(error.reaction, c.reaction) << c.status;
    EXPECT_EQ(error.request_id, "req-1");
    EXPECT_EQ(error.retry_after, *c.retry_after ? std::optional<Duration>(7s) : std::nullopt);
    EXPECT_NE(error.message.find(c.text), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find('\n'), std::string::npos);
    EXPECT_EQ(error.message.find("pw-canary"), std::string::npos);
  }
}

TEST(TokenRefusal, ASecretThatTheServerQuotesIsNotRepeated) {
  const http::Response answer{.status = 400, .body = R"({"error":{"message":"bad body: pw-canary","code":400}})"};
  const auto error = token_refusal(answer, password_account(), noon);
  EXPECT_EQ(error.message.find("pw-canary"), std::string::npos);
  EXPECT_NE(error.message.find("bad body: ***"), std::string::npos) << error.message;
}

TEST(TokenRefusal, NorIsOneInItsCodeOrRequestId) {
  http::Response answer{.status = 401, .body = R"({"error":{"code":"pw-canary","message":"x"}})"};
  answer.headers.set("X-Request-Id", "req-pw-canary");
  const auto described = describe(token_refusal(answer, password_account(), noon));
  EXPECT_EQ(described.find("pw-canary"), std::string::npos) << described;
}

TEST(TokenRefusal, ARetryAfterDateIsMeasuredAgainstTheAnswersOwnDate) {
  http::Response answer{.status = 429};
  answer.headers.set("Date", "Sat, 21 Nov 2026 12:00:00 GMT");
  answer.headers.set("Retry-After", "Sat, 21 Nov 2026 12:00:30 GMT");
  EXPECT_EQ(token_refusal(answer, password_account(), noon).retry_after, Duration(30s));
}

}  // namespace
}  // namespace retouch::auth
