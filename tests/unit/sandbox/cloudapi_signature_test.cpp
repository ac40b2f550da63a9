#include "retouch/sandbox/cloudapi_signature.hpp"

#include "cloudapi_support.hpp"

namespace retouch::sandbox {
namespace {

using namespace std::chrono_literals;

struct CloudApiSignature : testing::Test {
  CloudApiBench bench{triton_seed()};

  // "200", or "401 InvalidCredentials: …".
  std::string verdict(const ServerRequest& what) {
    const ServerResponse response = bench.send(what);
    if (response.status == 200) return "200";
    const Json body = json(response);
    return std::to_string(response.status) + " " + body["code"].get<std::string>() + ": " +
           body["message"].get<std::string>();
  }
  std::string signed_with(const Signing& how, const std::string& target = "/alice/images") {
    return verdict(sign(request("GET", target), how));
  }
  static std::string invalid_header(const std::string& why) {
    return "400 InvalidHeader: Authorization header invalid: " + why;
  }
};

const std::string wrong = "401 InvalidCredentials: Invalid authorization credentials supplied";

TEST_F(CloudApiSignature, TakesEveryAlgorithmOfTheKeysKind) {
  for (const char* algorithm : {"rsa-sha1", "rsa-sha256", "rsa-sha512", "RSA-SHA256"}) {
    EXPECT_EQ(signed_with({.algorithm = algorithm}), "200") << algorithm;
  }
  EXPECT_EQ(signed_with({.key = &ed25519(), .algorithm = "ed25519-sha512"}), "200");
  for (const char* kind : {"ecdsa-p256", "ecdsa-p384"}) {
    const TestKey key(kind);
    bench.api = CloudApi({.accounts = {{.login = "alice", .uuid = alice, .keys = {{"k", parsed(key)}}}}});
    for (const char* algorithm : {"ecdsa-sha256", "ecdsa-sha512"}) {
      EXPECT_EQ(signed_with({.key = &key, .algorithm = algorithm}), "200") << kind << " " << algorithm;
    }
  }
}

TEST_F(CloudApiSignature, RefusesAlgorithmsAsTheLibrarySaysIt) {
  EXPECT_EQ(signed_with({.algorithm = "rsa-sha384"}), invalid_header("rsa-sha384 is not supported"));
  EXPECT_EQ(signed_with({.algorithm = "hs2019"}), invalid_header("hs2019 is not supported"));
  EXPECT_EQ(signed_with({.algorithm = "ed25519"}), invalid_header("ed25519 is not supported"));
  EXPECT_EQ(signed_with({.algorithm = "ecdsa-sha1"}), invalid_header("ecdsa-sha1 is not a supported algorithm"));
  EXPECT_EQ(signed_with({.algorithm = "hmac-sha256"}), invalid_header("hmac-sha256 is not a supported algorithm"));
}

TEST_F(CloudApiSignature, ALabelThatDiffersFromTheHashOrTheKeyIsAWrongSignature) {
  ServerRequest what = sign(request("GET", "/alice/images"));
  std::string header(*what.headers.get("Authorization"));
  const std::size_t at = header.find("rsa-sha256");
  what.headers.set("Authorization", header.replace(at, 10, "rsa-sha512"));
  EXPECT_EQ(verdict(what), wrong);
  what.headers.set("Authorization", header.replace(at, 10, "ecdsa-sha256"));
  EXPECT_EQ(verdict(what), wrong);
}

TEST_F(CloudApiSignature, RefusesWhatWasAlteredAfterSigning) {
  const Signing all{.headers = "(request-target) date host"};
  ServerRequest original = request("GET", "/alice/images?name=a");
  original.headers.set("Host", "triton:80");
  original = sign(std::move(original), all);
  EXPECT_EQ(verdict(original), "200");
  ServerRequest altered = original;
  altered.method = "HEAD";
  EXPECT_EQ(bench.send(altered).status, 401);
  altered = original;
  altered.target = "/alice/images?name=b";
  EXPECT_EQ(verdict(altered), wrong);
  altered = original;
  altered.target = "/alice/images";  // a query that was not signed
  EXPECT_EQ(verdict(altered), wrong);
  altered = original;
  altered.headers.set("Host", "elsewhere");
  EXPECT_EQ(verdict(altered), wrong);
  altered = original;
  altered.headers.set("Date", "Sat, 21 Nov 2026 12:00:01 GMT");
  EXPECT_EQ(verdict(altered), wrong);
}

TEST_F(CloudApiSignature, TheHeaderListIsFreeButTheDateIsNeeded) {
  for (const char* headers : {"date", "", "date (request-target)", "(request-target) date"}) {
    EXPECT_EQ(signed_with({.headers = headers}), "200") << headers;
  }
  EXPECT_EQ(signed_with({.headers = "(request-target)"}), invalid_header("date was not a signed header"));
  EXPECT_EQ(signed_with({.headers = "date x-mine"}), invalid_header("x-mine was not in the request"));
}

TEST_F(CloudApiSignature, TheClockMayBeFiveMinutesOff) {
  for (const auto off : {295s, -295s, 300s}) {
    bench.now = noon + off;
    EXPECT_EQ(signed_with({}), "200") << off.count();
  }
  bench.now = noon + 304830ms;
  EXPECT_EQ(signed_with({}), invalid_header("clock skew of 304.83s was greater than 300s"));
  bench.now = noon - 301s;
  EXPECT_EQ(signed_with({}), invalid_header("clock skew of 301s was greater than 300s"));
}

TEST_F(CloudApiSignature, ReadsTheFormsOfDates) {
  EXPECT_EQ(signed_with({.date = "Sat, 21 Nov 2026 12:00:00 UTC"}), "200");
  EXPECT_EQ(signed_with({.date = "2026-11-21T12:00:00Z"}), "200");
  EXPECT_EQ(signed_with({.date = "2026-11-21T13:00:00Z"}), invalid_header("clock skew of 3600s was greater than 300s"));
  EXPECT_EQ(signed_with({.date = "high noon"}), "200");  // it cannot be compared, and passes
}

TEST_F(CloudApiSignature, NeedsTheParametersInTheirForm) {
  const auto with = [&](const std::string& header) {
    ServerRequest what = request("GET", "/alice/images");
    what.headers.set("Date", Signing{}.date);
    what.headers.set("Authorization", header);
    return verdict(what);
  };
  const std::string none = "401 InvalidCredentials: You must make authenticated requests to use CloudAPI";
  EXPECT_EQ(verdict(request("GET", "/alice/images")), none);
  EXPECT_EQ(with("Basic YWxpY2U6eA=="), none);
  EXPECT_EQ(with("Signature"), "400 InvalidHeader: BasicAuth content is invalid.");
  EXPECT_EQ(with(R"(Signature keyId="a", algorithm="rsa-sha256",signature="x")"), invalid_header("bad param format"));
  EXPECT_EQ(with(R"(Signature keyId=a)"), invalid_header("bad param format"));
  EXPECT_EQ(with(R"(Signature algorithm="rsa-sha256",signature="x")"), invalid_header("keyId was not specified"));
  EXPECT_EQ(with(R"(Signature keyId="a",signature="x")"), invalid_header("algorithm was not specified"));
  EXPECT_EQ(with(R"(Signature keyId="a",algorithm="rsa-sha256")"), invalid_header("signature was not specified"));
  EXPECT_EQ(with(R"(signature keyId="a",algorithm="rsa-sha256",signature="x")"),
            invalid_header("scheme was not \"Signature\""));
  EXPECT_EQ(with(R"(Signature keyId="zork",algorithm="rsa-sha256",signature="x")"),
            "401 InvalidCredentials: Invalid KeyId zork in authorization header");
}

TEST_F(CloudApiSignature, TakesTheOldFormWhereTheValueAloneIsSigned) {
  ServerRequest what = request("GET", "/alice/images");
  what.headers.set("Date", Signing{}.date);
  const std::string start = "Signature keyId=\"/alice/keys/laptop\",algorithm=\"rsa-sha256\" ";
  what.headers.set("Authorization", start + rsa().sign(Signing{}.date, "sha256"));
  EXPECT_EQ(verdict(what), "200");
  what.headers.set("Authorization", start + rsa().sign("date: " + Signing{}.date, "sha256"));
  EXPECT_EQ(verdict(what), wrong);
}

TEST_F(CloudApiSignature, FindsKeysByNameOrMd5FingerprintAndNothingElse) {
  const std::string fingerprint = parsed(rsa()).fingerprint();
  std::string bare = fingerprint, upper = fingerprint;
  std::erase(bare, ':');
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(signed_with({.key_id = "/alice/keys/" + fingerprint}), "200");
  EXPECT_EQ(signed_with({.key_id = "/alice/keys/laptop"}), "200");
  EXPECT_EQ(signed_with({.key_id = "/" + alice + "/keys/laptop"}), "200");
  for (const std::string& other : {"MD5:" + fingerprint, bare, upper + "x", parsed(rsa()).sha256()}) {
    EXPECT_EQ(signed_with({.key_id = "/alice/keys/" + other}).substr(0, 3), "401") << other;
  }
  EXPECT_EQ(signed_with({.key_id = "/my/keys/laptop"}), wrong);
  EXPECT_EQ(signed_with({.key_id = "/nobody/keys/laptop"}), wrong);
  EXPECT_EQ(signed_with({.key_id = "/bob/keys/laptop"}), wrong);
}

TEST_F(CloudApiSignature, SubUsersHaveRolesAndNeedANewerApi) {
  const std::string name = "/alice/users/bot/keys/" + parsed(ed25519()).fingerprint();
  const Signing bot{.key = &ed25519(), .key_id = name, .algorithm = "ed25519-sha512"};
  EXPECT_EQ(signed_with(bot, "/alice/images?as-role=ops,dev"), "200");
  EXPECT_EQ(signed_with(bot, "/alice/images?as-role=zork"),
            "403 NotAuthorized: You do not have permission to access alice");
  EXPECT_EQ(signed_with(bot), "403 NotAuthorized: You do not have permission to access /alice/images (listimages)");
  ServerRequest old = request("GET", "/alice/images?as-role=ops");
  old.headers.set("Accept-Version", "~7.1");
  EXPECT_EQ(verdict(sign(std::move(old), bot)),
            "401 InvalidCredentials: Invalid KeyId " + name + " in authorization header");
  EXPECT_EQ(signed_with({}, "/alice/images?as-role=zork"), "200") << "ignored for the account itself";
}

TEST_F(CloudApiSignature, OthersAccountsAreForOperators) {
  EXPECT_EQ(signed_with({}, "/bob/images"),
            "403 NotAuthorized: You do not have permission to access /bob/images (listimages)");
  EXPECT_EQ(signed_with({}, "/nobody/images"), "404 ResourceNotFound: nobody does not exist");
  const std::string key = parsed(rsa()).fingerprint();
  EXPECT_EQ(signed_with({.key_id = "/root/keys/" + key}, "/alice/images"), "200");
  EXPECT_EQ(signed_with({.key_id = "/gone/keys/" + key}, "/gone/images"),
            "403 NotAuthorized: Account or user is disabled");
}

TEST_F(CloudApiSignature, NoTokenOfThePortalIsGood) {
  ServerRequest what = request("GET", "/alice/images");
  what.headers.set("X-Auth-Token", "{}");
  EXPECT_EQ(verdict(sign(std::move(what))),
            "401 InvalidCredentials: The token provided is not authorized for this application");
}

TEST(CloudApiKey, ReadsFingerprintsAsSshKeygenPrintsThem) {
  // Made with ssh-keygen for this test; the private key is gone.
  const auto key = PublicKey::parse(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAJ2i1yfS6Zt0Nq8tk8SWPn0NJbp58WT7/2ZrsVhluVm someone@example.com");
  ASSERT_TRUE(key) << key.error();
  EXPECT_EQ(key->type(), "ed25519");
  EXPECT_EQ(key->comment(), "someone@example.com");
  EXPECT_EQ(key->fingerprint(), "e1:dd:4e:c8:54:11:99:5b:ff:c7:df:6c:86:bf:40:48");
  EXPECT_EQ(key->sha256(), "SHA256:15e8tyk4UMWQNS2nYyHIJRm33wJfOLg1bfaXReEic4Y");
}

TEST(CloudApiKey, SaysWhatIsWrongWithALine) {
  for (const char* line :
       {"", "ssh-rsa", "ssh-rsa !!!!", "ssh-rsa AAAA", "ssh-dss AAAAB3NzaC1kc3MAAAAA", "-----BEGIN"}) {
    const auto key = PublicKey::parse(line);
    EXPECT_FALSE(key) << line;
    if (!key) EXPECT_FALSE(key.error().empty()) << line;
  }
}

}  // namespace
}  // namespace retouch::sandbox
