#include "retouch/auth/http_signature.hpp"

#include <fstream>

#include "retouch/auth/ssh_key.hpp"
#include "retouch/base/json.hpp"
#include "ssh_keys.hpp"

namespace retouch::auth {
namespace {

constexpr std::array<std::string_view, 3> ours{"(request-target)", "date", "host"};

http::Request request(const std::string& method, const std::string& url) {
  http::Request result{.method = method, .url = http::parse_url(url).value()};
  result.headers.set("Date", "Sat, 21 Nov 2026 21:07:21 GMT");
  return result;
}

TEST(HttpSignature, TheTargetIsSignedWithItsQueryAsSent) {
  const auto text =
      signing_string(request("POST", "https://api.example:8443/alice/images/u?action=update&as-role=b,a"), ours);
  EXPECT_EQ(text,
            "(request-target): post /alice/images/u?action=update&as-role=b,a\n"
            "date: Sat, 21 Nov 2026 21:07:21 GMT\n"
            "host: api.example:8443");
}

TEST(HttpSignature, TheHeaderSeparatesParametersByCommasAlone) {
  EXPECT_EQ(signature_header("/a/keys/19:a7", "rsa-sha256", ours, "sig"),
            R"(Signature keyId="/a/keys/19:a7",algorithm="rsa-sha256",headers="(request-target) date host",)"
            R"(signature="c2ln")");
}

TEST(HttpSignature, TheKeyIdNamesASubUser) {
  EXPECT_EQ(signature_key_id("alice", "", "19:a7"), "/alice/keys/19:a7");
  EXPECT_EQ(signature_key_id("alice@x.org", "bob", "19:a7"), "/alice@x.org/users/bob/keys/19:a7");
}

TEST(HttpSignature, RolesAreAppendedOnce) {
  const std::vector<std::string> roles{"ops", "dev team"};
  auto url = http::parse_url("https://api.example/alice/images").value();
  add_roles(url, {});
  EXPECT_EQ(url.target(), "/alice/images");
  add_roles(url, roles);
  EXPECT_EQ(url.target(), "/alice/images?as-role=ops,dev%20team");
  add_roles(url, roles);
  EXPECT_EQ(url.target(), "/alice/images?as-role=ops,dev%20team");
  url.query = "x-as-role=1";
  add_roles(url, roles);
  EXPECT_EQ(url.query, "x-as-role=1&as-role=ops,dev%20team");
}

// The test values of the draft. Its private key is public, too, but no private key stands in this repository: with
// RETOUCH_DRAFT_KEY=file the signatures are made again, byte for byte.
struct Draft : testing::Test {
  Json document;
  http::Request message;
  void SetUp() override {
    std::ifstream file(RETOUCH_HTTP_SIGNATURE_VECTORS);
    document = Json::parse(file);
    const auto& described = document["request"];
    message.method = described["method"];
    message.url = http::parse_url("https://example.com" + described["path"].get<std::string>()).value();
    for (const auto& [name, value] : described["headers"].items()) message.headers.set(name, value);
  }
  std::string text_of(const Json& vector) const {
    const auto names = vector["headers"].get<std::vector<std::string>>();
    const std::vector<std::string_view> views(names.begin(), names.end());
    return signing_string(message, views);
  }
  static std::string bytes_of(const Json& vector) {
    return base64_decode(vector["signature"].get<std::string>()).value();
  }
};

TEST_F(Draft, SigningStringsAreEqualByteForByte) {
  ASSERT_EQ(document["vectors"].size(), 2u);
  for (const auto& vector : document["vectors"])
    EXPECT_EQ(text_of(vector), vector["signing_string"].get<std::string>());
}

TEST_F(Draft, ThePublishedSignaturesVerifyOverOurStrings) {
  const auto pem = document["public_key"].get<std::string>();
  auto* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  const test::TestKey key{PEM_read_bio_PUBKEY(memory, nullptr, nullptr, nullptr), &EVP_PKEY_free};
  BIO_free(memory);
  ASSERT_TRUE(key);
  for (const auto& vector : document["vectors"]) {
    EXPECT_TRUE(test::verifies(key, vector["algorithm"], text_of(vector), bytes_of(vector))) << vector["name"];
  }
  EXPECT_EQ(fingerprints(public_blob_of_line(document["public_key_openssh"].get<std::string>())).md5,
            document["md5_fingerprint"].get<std::string>());
}

TEST_F(Draft, SignaturesAreReproducedByteForByte) {
  const char* path = std::getenv("RETOUCH_DRAFT_KEY");
  if (path == nullptr) GTEST_SKIP() << "RETOUCH_DRAFT_KEY names no file with the draft's private key";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto key = SshKey::read(Secret(text), path).value();
  for (const auto& vector : document["vectors"]) {
    const auto signature = key.sign(text_of(vector), vector["algorithm"].get<std::string>()).value();
    EXPECT_EQ(signature.bytes, bytes_of(vector)) << vector["name"];
  }
}

}  // namespace
}  // namespace retouch::auth
