#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct KeystoneTest : testing::Test {
  CloudSeed seed = lab_seed();
  Keystone keystone{seed.directory, {.identity_url = "http://k", .image_url = "http://g"}};
  SeededRandom random{1};

  ServerResponse login(const std::string& auth, const std::string& target = "/v3/auth/tokens", Wall now = noon) {
    return keystone.handle(request("POST", target, R"({"auth":)" + auth + "}"), now, random);
  }
  static std::string password(const std::string& name, const std::string& password, const std::string& scope = "") {
    return R"({"identity":{"methods":["password"],"password":{"user":{"name":")" + name + R"(","password":")" +
           password + R"(","domain":{"name":"Default"}}}})" + (scope.empty() ? "" : R"(,"scope":)" + scope) + "}";
  }
  static std::string project(const std::string& name) {
    return R"({"project":{"name":")" + name + R"(","domain":{"name":"Default"}}})";
  }
  std::string token(Wall now = noon) {
    return std::string(*login(password("retouch", "secret"), "/v3/auth/tokens", now).headers.get("X-Subject-Token"));
  }
};

TEST_F(KeystoneTest, IssuesAProjectTokenWithTheCatalogue) {
  const ServerResponse response = login(password("retouch", "secret", project("images")));
  ASSERT_EQ(response.status, 201);
  EXPECT_TRUE(response.headers.get("X-Subject-Token")->starts_with("gAAAAA"));
  const Json body = json(response)["token"];
  EXPECT_EQ(body["expires_at"], "2026-11-21T13:00:00.000000Z");
  EXPECT_EQ(body["issued_at"], "2026-11-21T12:00:00.000000Z");
  EXPECT_EQ(body["project"]["name"], "images");
  const Json image = body["catalog"][1];
  EXPECT_EQ(image["type"], "image");
  EXPECT_EQ(image["endpoints"][0]["interface"], "public");
  EXPECT_EQ(image["endpoints"][0]["url"], "http://g");  // without /v2
  EXPECT_EQ(keystone.issued(), 1u);
}

TEST_F(KeystoneTest, LeavesTheCatalogueOutWhenAsked) {
  EXPECT_FALSE(json(login(password("retouch", "secret"), "/v3/auth/tokens?nocatalog=1"))["token"].contains("catalog"));
  EXPECT_FALSE(json(login(password("retouch", "secret"), "/v3/auth/tokens?nocatalog"))["token"].contains("catalog"));
}

TEST_F(KeystoneTest, ScopesToTheDefaultProjectUnlessToldUnscoped) {
  EXPECT_EQ(json(login(password("retouch", "secret")))["token"]["project"]["name"], "images");
  const Json unscoped = json(login(password("retouch", "secret", "\"unscoped\"")))["token"];
  EXPECT_FALSE(unscoped.contains("project"));
  EXPECT_FALSE(unscoped.contains("catalog"));
}

TEST_F(KeystoneTest, AnswersEveryWrongCredentialWithTheSame401) {
  const std::string expected = login(password("retouch", "wrong")).body;
  for (const std::string& auth : {password("nobody", "secret"), password("retouch", "secret", project("nothing")),
                                  password("retouch", "secret", project("other")),
                                  password("retouch", "secret", R"({"domain":{"name":"Default"}})"),
                                  password("retouch", "secret", R"({"project":{"name":"images"}})"),
                                  std::string(R"({"identity":{"methods":["totp"]}})")}) {
    const ServerResponse response = login(auth);
    EXPECT_EQ(response.status, 401) << auth;
    EXPECT_EQ(response.body, expected) << auth;
  }
  EXPECT_EQ(json(login(password("retouch", "wrong")))["error"]["code"], 401);
}

TEST_F(KeystoneTest, DoesNotKnowAGarbageToken) {
  EXPECT_EQ(login(R"({"identity":{"methods":["token"],"token":{"id":"zork"}}})").status, 404);
}

TEST_F(KeystoneTest, RefusesABodyThatIsNoLogin) {
  EXPECT_EQ(keystone.handle(request("POST", "/v3/auth/tokens", "{"), noon, random).status, 400);
  EXPECT_EQ(login("{}").status, 400);
}

TEST_F(KeystoneTest, TakesApplicationCredentialsOnlyWithoutAScope) {
  const std::string id = seed.directory.application_credentials.front().id;
  const std::string identity =
      R"({"methods":["application_credential"],"application_credential":{"id":")" + id + R"(","secret":"s3"}})";
  const ServerResponse response = login(R"({"identity":)" + identity + "}");
  ASSERT_EQ(response.status, 201);
  EXPECT_EQ(json(response)["token"]["project"]["name"], "images");
  EXPECT_EQ(login(R"({"identity":)" + identity + R"(,"scope":)" + project("images") + "}").status, 401);
  const std::string by_name =
      R"({"identity":{"methods":["application_credential"],"application_credential":{"name":"daemon","secret":"s3",)"
      R"("user":{"name":"retouch","domain":{"id":"default"}}}}})";
  EXPECT_EQ(login(by_name).status, 201);
}

TEST_F(KeystoneTest, ForgetsATokenExactlyWhenItExpires) {
  keystone.options().token_lifetime = seconds(20);
  const std::string value = token();
  EXPECT_TRUE(keystone.validate(value, noon + std::chrono::milliseconds(19999)));
  EXPECT_FALSE(keystone.validate(value, noon + seconds(20)));
  EXPECT_TRUE(keystone.knows(value));
}

TEST_F(KeystoneTest, RescopingKeepsTheOriginalEnd) {
  const std::string value = token();
  const ServerResponse response =
      login(R"({"identity":{"methods":["token"],"token":{"id":")" + value + R"("}},"scope":)" + project("images") + "}",
            "/v3/auth/tokens", noon + std::chrono::minutes(30));
  ASSERT_EQ(response.status, 201);
  EXPECT_EQ(json(response)["token"]["expires_at"], "2026-11-21T13:00:00.000000Z");
}

TEST_F(KeystoneTest, ExpiresAllTokensOnRequestAndIssuesDifferentOnesAfterwards) {
  const std::string before = token();
  keystone.expire_all(noon);
  EXPECT_FALSE(keystone.validate(before, noon));
  EXPECT_NE(token(), before);
}

TEST_F(KeystoneTest, RevokesATokenAndShowsTheCatalogue) {
  const std::string value = token();
  ServerRequest catalogue = request("GET", "/v3/auth/catalog");
  catalogue.headers.set("X-Auth-Token", value);
  EXPECT_EQ(json(keystone.handle(catalogue, noon, random))["catalog"].size(), 2u);
  ServerRequest revoke = request("DELETE", "/v3/auth/tokens");
  revoke.headers.set("X-Auth-Token", value);
  revoke.headers.set("X-Subject-Token", value);
  EXPECT_EQ(keystone.handle(revoke, noon, random).status, 204);
  EXPECT_FALSE(keystone.validate(value, noon));
}

TEST_F(KeystoneTest, OffersItsVersionsWith300) {
  EXPECT_EQ(keystone.handle(request("GET", "/"), noon, random).status, 300);
  EXPECT_EQ(keystone.handle(request("GET", "/v3"), noon, random).status, 200);
  EXPECT_EQ(keystone.handle(request("GET", "/v2.0"), noon, random).status, 404);
}

struct IamTest : testing::Test {
  CloudSeed seed = otc_seed();
  Keystone iam{seed.directory, seed.identity};
  SeededRandom random{1};

  ServerResponse login(const std::string& scope) {
    return iam.handle(
        request(
            "POST", "/v3/auth/tokens",
            R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"imgbot","password":"secret",)"
            R"("domain":{"name":"OTC01"}}}})" +
                scope + "}}"),
        noon, random);
  }
};

TEST_F(IamTest, IssuesPkiSizedTokensFor24Hours) {
  const ServerResponse response =
      login(R"(,"scope":{"project":{"name":"eu-de_images"}})");  // its user's domain is assumed
  ASSERT_EQ(response.status, 201);
  EXPECT_GT(response.headers.get("X-Subject-Token")->size(), 3000u);
  EXPECT_TRUE(response.headers.get("X-Subject-Token")->starts_with("MII"));
  EXPECT_EQ(json(response)["token"]["expires_at"], "2026-11-22T12:00:00.000000Z");
}

TEST_F(IamTest, GivesNoProjectWithoutAProjectScope) {
  EXPECT_FALSE(json(login(""))["token"].contains("project"));
  EXPECT_FALSE(json(login(R"(,"scope":{"domain":{"name":"OTC01"}})"))["token"].contains("project"));
}

}  // namespace
}  // namespace retouch::sandbox
