#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

ServerResponse error_for(std::optional<std::string> accept) {
  ServerRequest wanted = request("PATCH", "/v2/images/x");
  wanted.headers.remove("Accept");
  if (accept) wanted.headers.set("Accept", *accept);
  return glance_error(wanted, 409, "Property <x> does not exist.");
}

TEST(GlanceErrors, AreHtmlForClientsThatTakeAnything) {
  for (const auto& accept :
       {std::optional<std::string>("*/*"), std::optional<std::string>("text/html,application/json")}) {
    const ServerResponse response = error_for(accept);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=UTF-8");
    EXPECT_NE(response.body.find("<title>409 Conflict</title>"), std::string::npos);
    EXPECT_NE(response.body.find("&lt;x&gt;"), std::string::npos);
  }
}

// As webob's html_escape does it: hexadecimal for the apostrophe, decimal beyond ASCII.
TEST(GlanceErrors, AreAsciiAsHtml) {
  ServerRequest wanted = request("GET", "/v2/images/x");
  wanted.headers.set("Accept", "*/*");
  const ServerResponse response = glance_error(wanted, 404, "it's \"grün\" & 😀");
  EXPECT_NE(response.body.find("  it&#x27;s &quot;gr&#252;n&quot; &amp; &#128512;<br /><br />\n"), std::string::npos)
      << response.body;
}

TEST(GlanceErrors, HaveATextAsCodeAndBreaksInTheMessageAsJson) {
  const ServerResponse response = error_for("application/json");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  const Json body = json(response);
  EXPECT_EQ(body["code"], "409 Conflict");
  EXPECT_EQ(body["title"], "Conflict");
  EXPECT_EQ(body["message"], "Property <x> does not exist.<br /><br />\n\n\n");
}

TEST(GlanceErrors, MayHaveADetailBelow) {
  const auto said = [](const std::string& accept) {
    ServerRequest wanted = request("PATCH", "/v2/images/x");
    wanted.headers.set("Accept", accept);
    return glance_error(wanted, 409, "There was a conflict.", "<x>");
  };
  EXPECT_NE(said("*/*").body.find("  There was a conflict.<br /><br />\n&lt;x&gt;\n\n\n </body>"), std::string::npos);
  EXPECT_EQ(json(said("application/json"))["message"], "There was a conflict.<br /><br />\n<x>\n\n");
  EXPECT_EQ(said("").body, "409 Conflict\n\nThere was a conflict.\n\n <x>  ");
}

TEST(GlanceErrors, ArePlainTextWithoutAcceptOrForAnEmptyOne) {
  EXPECT_EQ(error_for(std::nullopt).headers.get("Content-Type"), "text/plain; charset=UTF-8");
  const ServerResponse response = error_for("");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=UTF-8");
  EXPECT_TRUE(response.body.starts_with("409 Conflict\n\nProperty <x>"));
}

TEST(GlanceErrors, WeighTheQualitiesOfAccept) {
  EXPECT_EQ(error_for("text/html;q=0.2, application/json").headers.get("Content-Type"), "application/json");
  EXPECT_EQ(error_for("text/plain").headers.get("Content-Type"), "text/plain; charset=UTF-8");
}

TEST(OtherErrors, HaveTheFormsOfTheirServices) {
  EXPECT_EQ(json(ims_error(400, "IMG.0035", "conflict")),
            Json::parse(R"({"error":{"code":"IMG.0035","message":"conflict"}})"));
  EXPECT_EQ(json(gateway_error(401, "APIGW.0307", "The token must be updated")),
            Json::parse(R"({"error_code":"APIGW.0307","error_msg":"The token must be updated","request_id":""})"));
  EXPECT_EQ(json(keystone_error(401, "no")),
            Json::parse(R"({"error":{"code":401,"message":"no","title":"Unauthorized"}})"));
}

TEST(Query, DecodesAndKeepsDuplicates) {
  const Query query("tag=a&tag=b%2Fc&name=Debian+12&flag");
  EXPECT_EQ(query.all("tag"), (std::vector<std::string>{"a", "b/c"}));
  EXPECT_EQ(query.get("name"), "Debian 12");
  EXPECT_EQ(query.get("flag"), "");
  EXPECT_EQ(query.get("nothing"), std::nullopt);
}

TEST(Paths, NameTheImageTheyAreAbout) {
  EXPECT_EQ(image_id_of("/v2/images/i-1"), "i-1");
  EXPECT_EQ(image_id_of("/v2/cloudimages/i-1"), "i-1");
  EXPECT_EQ(image_id_of("/v2/p-1/images/i-1/tags/action"), "i-1");
  EXPECT_EQ(image_id_of("/v2/images"), "");
  EXPECT_EQ(image_id_of("/v1/cloudimages/tags"), "");
  EXPECT_EQ(path_segments("/v2//images/a%2Fb/"), (std::vector<std::string>{"v2", "images", "a/b"}));
}

}  // namespace
}  // namespace retouch::sandbox
