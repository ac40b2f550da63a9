// UpdateImage, field by field.
#include "cloudapi_support.hpp"

namespace retouch::sandbox {
namespace {

struct CloudApiUpdate : testing::Test {
  CloudApiBench bench{triton_seed()};

  Json stored() const { return bench.store.find(bench.first())->attributes; }
  ServerResponse update(const Json& fields) { return bench.update(bench.first(), fields.dump()); }
  // What is stored afterwards; the status when it was refused.
  Json after(const std::string& field, const Json& value) {
    const ServerResponse response = update({{field, value}});
    if (response.status != 200) return response.status;
    EXPECT_EQ(json(response), stored()) << "the answer is the image";
    return stored().contains(field) ? stored()[field] : Json("absent");
  }
  // The errors of a 422: "field Code: message".
  std::vector<std::string> errors(const Json& fields) {
    const ServerResponse response = update(fields);
    EXPECT_EQ(response.status, 422) << fields.dump();
    std::vector<std::string> out;
    if (response.status != 422) return out;
    for (const Json& error : json(response)["errors"]) {
      out.push_back(error["field"].get<std::string>() + " " + error["code"].get<std::string>() +
                    (error.contains("message") ? ": " + error["message"].get<std::string>() : ""));
    }
    return out;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(CloudApiUpdate, NameAndVersionTakeTheirCharactersAndCannotBeCleared) {
  EXPECT_EQ(after("name", "a B/1._-"), "a B/1._-");
  EXPECT_EQ(after("name", std::string(1024, 'n')), std::string(1024, 'n'));
  EXPECT_EQ(after("version", "1.0/a_b-c+d"), "1.0/a_b-c+d");
  EXPECT_EQ(after("version", std::string(512, 'v')), std::string(512, 'v'));
  EXPECT_EQ(errors({{"name", std::string(1025, 'n')}}),
            Texts{"name Invalid: image name is too long, max 1024 characters"});
  EXPECT_EQ(errors({{"version", std::string(513, 'v')}}),
            Texts{"version Invalid: image version is too long, max 512 characters"});
  for (const char* name : {"", "a+b", "Größe", "a\tb"}) EXPECT_EQ(after("name", name), 422) << name;
  for (const char* version : {"", "1 0", "ü"}) EXPECT_EQ(after("version", version), 422) << version;
  EXPECT_EQ(errors({{"name", nullptr}}), Texts{"name MissingParameter"});
  EXPECT_EQ(errors({{"version", nullptr}}), Texts{"version MissingParameter"});
}

TEST_F(CloudApiUpdate, TypesOfNameAndDescriptionAreNotChecked) {
  EXPECT_EQ(after("name", 42), 42);
  EXPECT_EQ(after("name", Json::array({"a"})), Json::array({"a"})) << "as a text it is `a`";
  EXPECT_EQ(after("name", Json::object()), 422);
  EXPECT_EQ(after("description", 42), 42);
}

TEST_F(CloudApiUpdate, DescriptionIsCountedInUtf16AndClearedByNullOrNothing) {
  std::string faces;
  for (int i = 0; i < 5120; ++i) faces += "\U0001F600";
  EXPECT_EQ(after("description", faces), faces);
  EXPECT_EQ(errors({{"description", faces + "x"}}),
            Texts{"description Invalid: image description is too long, max 10240 characters"});
  EXPECT_EQ(after("description", nullptr), "absent");
  EXPECT_EQ(after("description", "<b>\nany"), "<b>\nany");
  EXPECT_EQ(after("description", ""), "absent");
}

TEST_F(CloudApiUpdate, AddressesAreClearedByNullOnly) {
  for (const std::string field : {"homepage", "eula"}) {
    const std::string title = field == "eula" ? "EULA" : field;
    EXPECT_EQ(after(field, "https://example.com/x"), "https://example.com/x");
    EXPECT_EQ(after(field, "http:"), "http:");
    EXPECT_EQ(after(field, "HTTP://x"), "HTTP://x");
    EXPECT_EQ(errors({{field, ""}}), Texts{field + " Invalid: invalid image " + title + " URL protocol"});
    for (const char* bad : {"ftp://x", "httpx://x", "example.com"}) EXPECT_EQ(after(field, bad), 422) << bad;
    EXPECT_EQ(errors({{field, "http:" + std::string(1020, 'x')}}),
              Texts{field + " Invalid: image " + title + " URL is too long (max 1024 characters)"});
    EXPECT_EQ(after(field, nullptr), "absent");
  }
}

TEST_F(CloudApiUpdate, AnAddressThatIsNoTextBreaksTheServiceForThisRequest) {
  for (const Json& value : {Json(5), Json(true), Json::array({"http:"})}) {
    const ServerResponse broken = update({{"homepage", value}});
    EXPECT_EQ(broken.status, 500);
    EXPECT_EQ(broken.body, "{}");
  }
  EXPECT_EQ(bench.api.crashes(), 0u);
}

TEST_F(CloudApiUpdate, AclIsReplacedWholeAndKeptAsSent) {
  const Json list = {bob, alice, bob};
  EXPECT_EQ(after("acl", list), list);
  EXPECT_EQ(after("acl", Json::array()), "absent");
  EXPECT_EQ(after("acl", bob), Json::array({bob})) << "a bare text becomes a list";
  EXPECT_EQ(after("acl", nullptr), "absent");
  std::string upper = bob;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(errors({{"acl", Json::array({alice, upper, "x"})}}),
            Texts{"acl Invalid: invalid image \"acl\" (item 1 is not a UUID): " + upper});
  EXPECT_EQ(errors({{"acl", 5}}), Texts{"acl Invalid: invalid image \"acl\" (not an array): 5"});
}

TEST_F(CloudApiUpdate, TagsAreReplacedWholeAndClearedByAnEmptyObjectOnly) {
  const Json tags = {{"role", "os"}, {"n", 3}, {"b", true}, {"deep", {{"x", nullptr}}}};
  EXPECT_EQ(after("tags", tags), tags);
  EXPECT_EQ(after("tags", {{"n", 4}}), (Json{{"n", 4}}));
  for (const Json& nothing : {Json(nullptr), Json(""), Json(0), Json(false)}) {
    EXPECT_EQ(after("tags", nothing), (Json{{"n", 4}})) << nothing << " changes nothing";
  }
  EXPECT_EQ(after("tags", Json::object()), Json::object()) << "stays as an empty object";
  EXPECT_EQ(errors({{"tags", Json::array({"a"})}}),
            Texts{R"(tags Invalid: invalid image "tags" (not an object): ["a"])"});
}

TEST_F(CloudApiUpdate, ATextAsTagsKillsTheRealService) {
  const ServerResponse dead = update({{"tags", "a=b"}, {"name", "other"}});
  EXPECT_EQ(dead.status, 500);
  EXPECT_EQ(dead.body, "{}");
  EXPECT_EQ(bench.api.crashes(), 1u);
  EXPECT_EQ(stored()["name"], "image-1");
}

TEST_F(CloudApiUpdate, ReportsAllErrorsAndChangesNothing) {
  const Json before = stored();
  const ServerResponse refused = update({{"name", "a+b"}, {"eula", ""}, {"description", "fine"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json(refused)["code"], "ValidationFailed");
  EXPECT_EQ(json(refused)["message"], "invalid image data: name, eula");
  EXPECT_EQ(json(refused)["errors"].size(), 2u);
  EXPECT_EQ(stored(), before);
}

TEST_F(CloudApiUpdate, DropsOtherFieldsSilentlyAndRefusesNothingAtAll) {
  EXPECT_EQ(update({{"os", "linux"}, {"public", true}, {"description", "x"}}).status, 200);
  EXPECT_EQ(stored()["os"], "smartos");
  EXPECT_EQ(stored()["public"], false);
  const ServerResponse nothing = update({{"os", "linux"}});
  EXPECT_EQ(nothing.status, 422);
  EXPECT_EQ(json(nothing), (Json{{"code", "ValidationFailed"},
                                 {"message", "invalid image update data: no parameters provided"},
                                 {"errors", Json::array()}}));
}

TEST_F(CloudApiUpdate, DoesNotTouchWhenItWasPublished) {
  const Json before = stored()["published_at"];
  EXPECT_EQ(update({{"description", "x"}}).status, 200);
  EXPECT_EQ(stored()["published_at"], before);
}

}  // namespace
}  // namespace retouch::sandbox
