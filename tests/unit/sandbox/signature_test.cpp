// AK/SK signatures: the vectors are those of the vendors' SDK tests and of protocols/openstack-ims.md 5.4.
#include "retouch/sandbox/signature.hpp"

#include "retouch/base/digest.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct Signature : testing::Test {
  Directory directory{.access_keys = {{"AccessKey", "SecretKey", "p"}}};
  SignatureCheck check;
  Wall signed_at = *parse_rfc3339("2006-01-02T15:04:05Z");

  static ServerRequest signed_request(const std::string& method, const std::string& target, const std::string& body,
                                      const std::string& date, const std::string& authorization) {
    ServerRequest out = request(method, target, body);
    out.headers.set("X-Sdk-Date", date);
    out.headers.set("Authorization", authorization);
    return out;
  }
  static ServerRequest first_vector(
      const std::string& signature = "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624") {
    return signed_request("GET", "/path?limit=1", "", "20060102T150405Z",
                          "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature=" + signature);
  }
  std::string verdict(const ServerRequest& what, Wall now) {
    const auto key = check.check(what, directory, now);
    return key ? (*key)->project_id : key.error().code + " " + key.error().message;
  }
};

TEST_F(Signature, AcceptsTheVectorsOfTheSdks) {
  EXPECT_EQ(verdict(first_vector(), signed_at), "p");
  EXPECT_EQ(verdict(signed_request("POST", "/path?key=value", "{\"Name\":\"test\",\"Id\":1}\n", "20060102T150405Z",
                                   "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature="
                                   "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59"),
                    signed_at),
            "p");
}

TEST_F(Signature, CoversHeadersAndBodyOfAPatch) {
  ServerRequest what = signed_request(
      "PATCH", "/v2/cloudimages/33ad552d-1149-471c-8190-ff6776174a00",
      R"([{"op":"replace","path":"/name","value":"ims_test"}])", "20240102T030405Z",
      "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature="
      "8f3da18c63f4d9920aae903a612f3b35133bd92ff42f343d68d7d122959e65c2");
  what.headers.set("Content-Type", "application/json");
  what.headers.set("Host", "ims.eu-de.otc.t-systems.com");
  what.headers.set("X-Project-Id", "0123456789abcdef0123456789abcdef");
  const Wall now = *parse_rfc3339("2024-01-02T03:04:05Z");
  EXPECT_EQ(verdict(what, now), "p");
  what.body += " ";
  EXPECT_TRUE(verdict(what, now).starts_with("APIGW.0301"));
}

// Variant B, worked out here step by step.
TEST_F(Signature, AcceptsTheDerivedKeyVariant) {
  const std::string date = "20240102T030405Z", scope = "20240102///sdk_request";
  const std::string canonical =
      "GET\n/v2/cloudimages/\nlimit=1\nhost:h\nx-sdk-date:" + date + "\n\nhost;x-sdk-date\n" + sha256_hex("");
  const auto mac = [](const std::string& key, const std::string& data) {
    const Sha256 digest = hmac_sha256(key, data);
    return std::string(digest.begin(), digest.end());
  };
  const std::string key = mac(mac(mac(mac("SDKSecretKey", "20240102"), ""), ""), "sdk_request");
  const Sha256 signature = hmac_sha256(key, "SDK-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256_hex(canonical));
  ServerRequest what = signed_request(
      "GET", "/v2/cloudimages?limit=1", "", date,
      "SDK-HMAC-SHA256 Credential=AccessKey/" + scope + ", SignedHeaders=host;x-sdk-date, Signature=" + hex(signature));
  what.headers.set("Host", "h");
  EXPECT_EQ(verdict(what, *parse_rfc3339("2024-01-02T03:04:05Z")), "p");
}

TEST_F(Signature, RefusesAClockThatIsOffByMoreThanAQuarterOfAnHour) {
  EXPECT_EQ(verdict(first_vector(), signed_at + std::chrono::minutes(15)), "p");
  EXPECT_TRUE(verdict(first_vector(), signed_at + std::chrono::minutes(16)).starts_with("APIGW.0303"));
  EXPECT_TRUE(verdict(first_vector(), signed_at - std::chrono::minutes(16)).starts_with("APIGW.0303"));
}

TEST_F(Signature, LocksAKeyAfterMoreThanFiveFailuresForFiveMinutes) {
  for (int i = 0; i < 6; ++i) EXPECT_NE(verdict(first_vector("00"), signed_at).find("verify aksk"), std::string::npos);
  EXPECT_NE(verdict(first_vector(), signed_at).find("reach the limit,forbidden"), std::string::npos);
  EXPECT_EQ(verdict(first_vector(), signed_at + std::chrono::minutes(5)), "p");
}

TEST_F(Signature, NeedsTheDateSignedAndAKnownKey) {
  ServerRequest what = first_vector();
  what.headers.set("Authorization", "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host, Signature=00");
  EXPECT_TRUE(verdict(what, signed_at).starts_with("APIGW.0301"));
  what.headers.set("Authorization", "SDK-HMAC-SHA256 Access=Nobody, SignedHeaders=x-sdk-date, Signature=00");
  EXPECT_TRUE(verdict(what, signed_at).starts_with("APIGW.0301"));
}

TEST_F(Signature, TemporaryKeysNeedTheirSecurityToken) {
  directory.access_keys[0].security_token = "sts";
  EXPECT_TRUE(verdict(first_vector(), signed_at).starts_with("APIGW.0301"));
  ServerRequest what = first_vector();
  what.headers.set("X-Security-Token", "sts");
  EXPECT_EQ(verdict(what, signed_at), "p");
}

}  // namespace
}  // namespace retouch::sandbox
