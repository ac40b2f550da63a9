#include "retouch/sandbox/faults.hpp"

#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct FaultRules : testing::Test {
  Faults faults;
  SeededRandom random{3};

  void add(const std::string& json) {
    Result<Fault> fault = fault_from_json(Json::parse(json));
    ASSERT_TRUE(fault) << fault.error().message;
    faults.add(*fault);
  }
  bool strikes(const ServerRequest& what, std::string_view service = "image") {
    return faults.strike(what, service, random).has_value();
  }
};

TEST_F(FaultRules, StrikeForANumberOfTimesAfterSparingSome) {
  add(R"({"kind":"status","status":503,"skip":2,"times":3})");
  std::string pattern;
  for (int i = 0; i < 8; ++i) pattern += strikes(request("GET", "/v2/images")) ? '!' : '.';
  EXPECT_EQ(pattern, "..!!!...");
  EXPECT_EQ(faults.all().front().struck, 3u);
}

TEST_F(FaultRules, MatchServiceMethodPathAndImage) {
  add(R"({"kind":"drop","method":"PATCH","path":"/v2/images/*","image":"i-1"})");
  EXPECT_TRUE(strikes(patch("/v2/images/i-1", "[]")));
  EXPECT_FALSE(strikes(patch("/v2/images/i-2", "[]")));
  EXPECT_FALSE(strikes(request("GET", "/v2/images/i-1")));
  EXPECT_FALSE(strikes(patch("/v2/images/i-1", "[]"), "identity"));
}

TEST_F(FaultRules, MatchThePropertiesThatAPatchTouches) {
  add(R"({"kind":"status","status":403,"property":"a/b"})");
  EXPECT_TRUE(
      strikes(patch("/v2/images/i", R"([{"op":"add","path":"/x","value":"1"},{"op":"remove","path":"/a~1b"}])")));
  EXPECT_FALSE(strikes(patch("/v2/images/i", R"([{"op":"add","path":"/x","value":"1"}])")));
  EXPECT_FALSE(strikes(request("GET", "/v2/images/i")));
}

TEST_F(FaultRules, StrikeWithAProbability) {
  add(R"({"kind":"status","probability":0.25})");
  int struck = 0;
  for (int i = 0; i < 1000; ++i) struck += strikes(request("GET", "/v2/images")) ? 1 : 0;
  EXPECT_GT(struck, 200);
  EXPECT_LT(struck, 300);
}

TEST_F(FaultRules, CanBeRemoved) {
  add(R"({"kind":"drop"})");
  add(R"({"kind":"drop"})");
  EXPECT_TRUE(faults.remove(1));
  EXPECT_FALSE(faults.remove(1));
  EXPECT_EQ(faults.all().size(), 1u);
}

TEST(FaultJson, RefusesWhatItDoesNotKnow) {
  for (const char* bad :
       {"[]", "{}", R"({"kind":"zork"})", R"({"kind":"drop","unknown":1})", R"({"kind":"slow","delay":"long"})",
        R"({"kind":"ignore_property"})", R"({"kind":"status","times":-1})"}) {
    EXPECT_FALSE(fault_from_json(Json::parse(bad))) << bad;
  }
}

TEST(FaultJson, ReadsWhatItWrites) {
  const Fault fault = *fault_from_json(Json::parse(
      R"({"kind":"ignore_property","property":"x","delay":"2s","shown":true,"retry_after":"5","times":2})"));
  const Fault again = *fault_from_json(to_json(fault));
  EXPECT_EQ(again.kind, FaultKind::ignore_property);
  EXPECT_EQ(again.delay, Duration(std::chrono::seconds(2)));
  EXPECT_TRUE(again.shown);
  EXPECT_EQ(again.retry_after, "5");
  EXPECT_EQ(again.times, 2u);
}

TEST(TouchedProperties, ReadBothFormsOfPatch) {
  EXPECT_EQ(touched_properties(R"([{"replace":"/a","value":"1"},{"op":"add","path":"//b~0c"}])"),
            (std::vector<std::string>{"a", "b~c"}));
  EXPECT_TRUE(touched_properties("nonsense").empty());
}

}  // namespace
}  // namespace retouch::sandbox
