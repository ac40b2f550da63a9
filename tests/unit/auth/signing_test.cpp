#include "retouch/auth/signing.hpp"

#include <gtest/gtest.h>

#include "accounts.hpp"
#include "retouch/base/digest.hpp"

namespace retouch::auth {
namespace {

const AkskLogin keys{.access_key = "AccessKey", .secret_key = Secret("SecretKey")};

http::Request request(std::string method, const std::string& url, std::string body = {}) {
  return {.method = std::move(method), .url = http::parse_url(url).value(), .body = std::move(body)};
}

std::string signature_over(const http::Request& r, const std::vector<std::string>& headers, const std::string& date) {
  const auto text = "SDK-HMAC-SHA256\n" + date + "\n" + sha256_hex(canonical_request(r, headers));
  return hex(hmac_sha256("SecretKey", text));
}

// Vectors of the vendor's SDK: only x-sdk-date is signed there.
TEST(Signing, ReproducesTheVendorsGetVector) {
  auto r = request("GET", "https://example.huaweicloud.com/path?limit=1");
  r.headers.set("X-Sdk-Date", "20060102T150405Z");
  EXPECT_EQ(canonical_request(r, {"x-sdk-date"}),
            "GET\n/path/\nlimit=1\nx-sdk-date:20060102T150405Z\n\nx-sdk-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(signature_over(r, {"x-sdk-date"}, "20060102T150405Z"),
            "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624");
}

TEST(Signing, ReproducesTheVendorsPostVector) {
  auto r = request("POST", "https://example.huaweicloud.com/path?key=value", "{\"Name\":\"test\",\"Id\":1}\n");
  r.headers.set("X-Sdk-Date", "20060102T150405Z");
  EXPECT_EQ(sha256_hex(canonical_request(r, {"x-sdk-date"})),
            "13f75ff5f5216199f986c7e7f2f77834d5e160ad9e46f37319816dc72ba7eeab");
  EXPECT_EQ(signature_over(r, {"x-sdk-date"}, "20060102T150405Z"),
            "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59");
}

TEST(Signing, TheQueryIsDecodedEncodedAndSorted) {
  EXPECT_EQ(
      canonical_query(
          "limit=1&enable=true&test=%E4%B8%80%20(%26%3D%3F!%23%25.*)&path=/tmp/123&multi=3&multi=1&multi=2"),
      "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29");
  EXPECT_EQ(canonical_query("b&a="), "a=&b=");
  EXPECT_EQ(canonical_query(""), "");
}

TEST(Signing, ThePathEndsInASlash) {
  EXPECT_EQ(canonical_path("/"), "/");
  EXPECT_EQ(canonical_path("/v2/images"), "/v2/images/");
  EXPECT_EQ(canonical_path("/v2/images/"), "/v2/images/");
  EXPECT_EQ(canonical_path("/v2/a%20b"), "/v2/a%20b/");
}

constexpr auto patch_url = "https://ims.eu-de.otc.t-systems.com/v2/cloudimages/33ad552d-1149-471c-8190-ff6776174a00";
constexpr auto patch_body = R"([{"op":"replace","path":"/name","value":"ims_test"}])";
const Wall patch_time = *parse_rfc3339("2024-01-02T03:04:05Z");
constexpr auto project = "0123456789abcdef0123456789abcdef";

TEST(Signing, VariantAccessSignsAPatch) {
  auto r = request("PATCH", patch_url, patch_body);
  r.headers.set("Content-Type", "application/json");
  sign(r, keys, project, patch_time);
  EXPECT_EQ(r.headers.get("X-Sdk-Date"), "20240102T030405Z");
  EXPECT_EQ(r.headers.get("X-Project-Id"), project);
  EXPECT_EQ(r.headers.get("Authorization"),
            "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
            "Signature=8f3da18c63f4d9920aae903a612f3b35133bd92ff42f343d68d7d122959e65c2");
  EXPECT_EQ(r.headers.get("Host"), std::nullopt);  // the transport's
}

// Computed once with an independent program from the description of the variant.
TEST(Signing, VariantCredentialSignsAPatch) {
  auto login = keys;
  login.variant = AkskLogin::Variant::credential;
  login.security_token = Secret("st");
  auto r = request("PATCH", patch_url, patch_body);
  r.headers.set("Content-Type", "application/json");
  sign(r, login, project, patch_time);
  EXPECT_EQ(r.headers.get("Authorization"),
            "SDK-HMAC-SHA256 Credential=AccessKey/20240102///sdk_request, SignedHeaders=content-type;host;x-sdk-date, "
            "Signature=52e4f69d1322eddd9f1abd8fa8a6a1b577cbf8f6a14e83803fa08fb50ab5d147");
  EXPECT_EQ(r.headers.get("X-Project-Id"), project);
  EXPECT_EQ(r.headers.get("X-Security-Token"), "st");
}

TEST(Signing, TemporaryKeysSignTheirToken) {
  auto login = keys;
  login.security_token = Secret("st");
  auto r = request("GET", patch_url);
  sign(r, login, project, patch_time);
  EXPECT_NE(r.headers.get("Authorization")->find("x-sdk-date;x-security-token"), std::string_view::npos);
}

TEST(Signing, SigningAgainReplacesEverything) {
  auto once = request("GET", patch_url), twice = once;
  sign(twice, keys, project, patch_time - std::chrono::hours(1));
  sign(twice, keys, project, patch_time);
  sign(once, keys, project, patch_time);
  EXPECT_EQ(once.headers.get("Authorization"), twice.headers.get("Authorization"));
  EXPECT_EQ(once.headers.all().size(), twice.headers.all().size());
}

}  // namespace
}  // namespace retouch::auth
