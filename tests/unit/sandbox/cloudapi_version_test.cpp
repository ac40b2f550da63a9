#include "cloudapi_support.hpp"

namespace retouch::sandbox {
namespace {

VersionRange range(const std::string& text) {
  const auto parsed = VersionRange::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(VersionRange{});
}

std::string matched(const std::string& text) {
  const VersionRange wanted = range(text);
  for (const ApiVersion version : api_versions) {
    if (wanted.contains(version)) return to_string(version);
  }
  return "none";
}

TEST(VersionRange, MatchesTheNewestVersionOfTheRange) {
  EXPECT_EQ(matched("*"), "9.0.0");
  EXPECT_EQ(matched("~9||~8"), "9.0.0");
  EXPECT_EQ(matched("~9 || ~8"), "9.0.0");
  EXPECT_EQ(matched("8"), "8.0.0");
  EXPECT_EQ(matched("~7"), "7.3.0");
  EXPECT_EQ(matched("~7.2"), "7.2.0");
  EXPECT_EQ(matched("7.0.0"), "7.0.0");
  EXPECT_EQ(matched("7.x"), "7.3.0");
  EXPECT_EQ(matched("^7.1.0"), "7.3.0");
  EXPECT_EQ(matched(">=7.1 <8"), "7.3.0");
  EXPECT_EQ(matched(">8"), "9.0.0");
  EXPECT_EQ(matched("<=7.2"), "7.2.0");
  EXPECT_EQ(matched("~10"), "none");
  EXPECT_EQ(matched("~6.5"), "none");
}

TEST(VersionRange, RefusesWhatIsNone) {
  for (const char* text : {"zork", "1.2.3.4", "~~7", "7..1", "~7.a"}) EXPECT_FALSE(VersionRange::parse(text)) << text;
}

TEST(VersionRange, ShowsFieldsByTheRangeAndNotByTheMatchedVersion) {
  const ApiVersion owner_came{7, 1, 0};
  for (const char* text : {"*", "~7", "~7.1", "~9||~8", "8", "~7.2"})
    EXPECT_TRUE(range(text).shows(owner_came)) << text;
  for (const char* text : {"~7.0", "7.0.0"}) EXPECT_FALSE(range(text).shows(owner_came)) << text;
}

// Negotiation as the whole answers it.
struct Negotiation : testing::Test {
  CloudApiBench bench{triton_seed()};

  ServerResponse list(const std::string& header, const std::string& value) {
    ServerRequest what = request("GET", "/alice/images");
    what.headers.set(header, value);
    return bench.send(sign(std::move(what)));
  }
};

TEST_F(Negotiation, ReadsAcceptVersionAndThenXApiVersion) {
  EXPECT_EQ(json(list("Accept-Version", "~9||~8"))[0]["type"], "zone-dataset");
  EXPECT_EQ(json(list("Accept-Version", "~7.2"))[0]["type"], "smartmachine");
  EXPECT_EQ(json(list("X-Api-Version", "~7.2"))[0]["type"], "smartmachine");
}

TEST_F(Negotiation, IgnoresTheHeaderOfTheOfficialDocumentation) {
  EXPECT_EQ(list("Api-Version", "~10").status, 200);
  EXPECT_EQ(json(list("Api-Version", "~7.0"))[0]["type"], "zone-dataset");
}

TEST_F(Negotiation, RefusesVersionsThatItDoesNotHave) {
  const ServerResponse refused = list("Accept-Version", "~10");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json(refused),
            (Json{{"code", "InvalidVersion"}, {"message", "~10 is not supported by GET /alice/images"}}));
}

TEST_F(Negotiation, OldVersionsShowLess) {
  const Json image = json(list("Accept-Version", "7.0.0"))[0];
  for (const char* field : {"owner", "public", "state"}) EXPECT_FALSE(image.contains(field)) << field;
  EXPECT_TRUE(image.contains("published_at"));
}

}  // namespace
}  // namespace retouch::sandbox
